"""Makes the environment: python3 tools/set_up.py .venv. Needs Python 3.11 to 3.13 and nothing else; no root."""

import subprocess
import sys
import time
from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]
LOCK = CLONE / "requirements.lock"
OLDEST, NEWEST = (3, 11), (3, 13)


def main(folder: Path) -> None:
    """Makes or mends the environment in `folder` and marks it as ready."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        sys.exit(
            f"set-up: Python {sys.version.split()[0]} was found; TensorFlow needs 3.11 to 3.13."
            " Name another by `make demo PYTHON=python3.12`."
        )
    started = time.monotonic()
    python = folder / "bin" / "python"
    print(f"set-up: making {folder} from requirements.lock (about 3 GB on disk; one to ten minutes, once)", flush=True)
    if not python.exists():
        run(
            [sys.executable, "-m", "venv", str(folder)],
            "the environment could not be made; on Debian and Ubuntu, `apt install python3-venv` gives Python what it lacks",
        )
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    run([*pip, "--require-hashes", "-r", str(LOCK)], "the packages could not be installed; is the network there?")
    run([*pip, "--no-build-isolation", "--editable", str(CLONE)], "the project itself could not be installed")
    (folder / "ready").write_text(f"made by tools/set_up.py with Python {sys.version.split()[0]}\n")
    print(f"set-up: done in {time.monotonic() - started:.0f} s", flush=True)


def run(command: list[str], problem: str) -> None:
    """Runs a command; a failure ends the set-up with one line after the command's own."""
    if subprocess.run(command, check=False).returncode != 0:
        sys.exit(f"set-up: {problem}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
