"""Become an ordinary user, then run bubblewrap: ``enter.py UID PATH... -- COMMAND...``. Only for a grader that is root.

Root's files may lie where an ordinary user cannot go (/root/...). In a mount namespace of its own, such a closed folder
is covered by an empty open one that shows nothing but the wanted PATHs below it. Standard library only.
"""

import ctypes
import os
import stat
import sys

_CLONE_NEWNS = 0x00020000
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000


def closed_ancestor(path: str, user: int) -> str | None:
    """The topmost folder above ``path`` that ``user`` (of no group) cannot pass through."""
    ancestor = "/"
    for name in path.split("/")[1:-1]:
        ancestor = os.path.join(ancestor, name)
        status = os.stat(ancestor)
        passable = stat.S_IXUSR if status.st_uid == user else stat.S_IXOTH
        if not status.st_mode & passable:
            return ancestor
    return None


def open_the_way(paths: list[str], user: int) -> None:
    """Make each of ``paths`` reachable for ``user`` in a mount namespace of this process's own."""
    closed = {path: ancestor for path in paths if (ancestor := closed_ancestor(path, user))}
    if not closed:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    _checked(libc.unshare(_CLONE_NEWNS), "a mount namespace")
    _checked(libc.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None), "/")
    handles = {path: os.open(path, os.O_PATH) for path in closed}
    for ancestor in sorted(set(closed.values())):
        _checked(libc.mount(b"tmpfs", os.fsencode(ancestor), b"tmpfs", 0, b"mode=0755"), ancestor)
    for path in sorted(closed, key=len):
        if os.path.exists(path):  # it came with a folder above it
            continue
        if stat.S_ISDIR(os.fstat(handles[path]).st_mode):
            os.makedirs(path)
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        source = f"/proc/self/fd/{handles[path]}"
        _checked(libc.mount(os.fsencode(source), os.fsencode(path), None, _MS_BIND | _MS_REC, None), path)
    for handle in handles.values():
        os.close(handle)


def become(user: int) -> None:
    """Give up root for good."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _checked(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"root cannot show {what} to an ordinary user: {os.strerror(number)}")


def main() -> None:
    split = sys.argv.index("--")
    user, paths, command = int(sys.argv[1]), sys.argv[2:split], sys.argv[split + 1 :]
    try:
        os.umask(0o022)
        open_the_way(paths, user)
        become(user)
        os.execve(command[0], command, {})
    except OSError as error:
        sys.exit(f"enter: {error.strerror or error}")


if __name__ == "__main__":
    main()
