"""The first program inside the sandbox: unpacks the submission, limits itself, becomes the kernel.

Standard library only; it stands alone beside confine.py and room.py. Its orders come on standard input: one line of JSON, then a
tar archive with the folders ``work`` (the submission) and ``home``.
"""

import json
import os
import sys
import tarfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
import confine  # noqa: E402

KERNEL = f"""
import sys
sys.path[0] = {str(Path(__file__).parent)!r}
from room import with_room
del sys.path[0], sys.modules["room"]
sys.modules["debugpy"] = None
import IPython.extensions.storemagic
sys.modules["storemagic"] = IPython.extensions.storemagic
from ipykernel.kernelapp import launch_new_instance
with_room(launch_new_instance)
"""
"""What ipykernel_launcher does, but a file of that name in the submission cannot take its place; nor one called storemagic, under which
name IPython looks first for an extension of its own. Without the debugger, which takes longer to load than the rest of the kernel."""


def read_orders(stream) -> dict:
    """Read the JSON line and unpack the files that follow it; leaves the process in the submission's folder."""
    orders = json.loads(stream.readline())
    scratch = Path(orders["scratch"])
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            place = scratch / member.name
            if ".." in place.parts or not (member.isreg() or member.isdir()):
                raise SystemExit(f"launch: unexpected member in the archive: {member.name!r}")
            if member.isdir():
                place.mkdir(parents=True, exist_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            with open(place, "xb") as file:
                source = archive.extractfile(member)
                while block := source.read(1 << 20):
                    file.write(block)
            os.chmod(place, member.mode & 0o755)
            os.utime(place, (member.mtime, member.mtime))
    connection = scratch / "connection.json"
    connection.write_text(json.dumps(orders["connection"]))
    os.chdir(scratch / "work")
    return orders


def detach_input() -> None:
    """Standard input becomes empty, so that nothing student code reads can be the grader's."""
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)


def main() -> None:
    if "--die-with-parent" in sys.argv:
        confine.die_with_parent()
    if "--zygote" in sys.argv:
        import zygote

        zygote.start()
    orders = read_orders(sys.stdin.buffer)
    detach_input()
    confine.limit_resources(**orders["limits"])
    command = [sys.executable, "-c", KERNEL, "-f", orders["scratch"] + "/connection.json"]
    os.execve(sys.executable, command + orders["arguments"], orders["environment"])


if __name__ == "__main__":
    main()
