"""A real JupyterLab as a process of its own: on a loopback port, with nobody's settings, and no trace of it afterwards."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

SECONDS_TO_START = 60
SECONDS_TO_STOP = 15
OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)
NO_NEWS = {"fetchNews": "false", "checkForUpdates": False}
"""JupyterLab's notification settings: it asks nobody on the internet, and no question about that covers the page."""


@dataclass(frozen=True)
class JupyterLab:
    """A running server."""

    url: str
    """Its address, with a slash at the end."""
    token: str
    """What opens it."""
    folder: Path
    """What it serves."""

    def address(self, path: str) -> str:
        """The address of one of its pages, with the key to it."""
        return f"{self.url}{path}?token={self.token}"


@contextmanager
def jupyterlab(folder: Path, state: Path) -> Iterator[JupyterLab]:
    """Serves a folder; ends the server and its kernels, come what may.

    Args:
        folder: what is served; an nbgrader_config.py in it is obeyed.
        state: an empty folder for all that JupyterLab and its kernels keep between runs.
    """
    token = secrets.token_hex(16)
    _write_settings(state)
    log = state / "server.log"
    with open(log, "wb") as output:
        command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.root_dir={folder}"]
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(state, token), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield JupyterLab(_wait_for_address(process, state, log), token, folder)
    finally:
        _end(process)


def _write_settings(state: Path) -> None:
    settings = state / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(NO_NEWS), encoding="utf-8")


def _environment(state: Path, token: str) -> dict[str, str]:
    """This process's environment without anything that would change what a student sees."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON", "PYTHON", "COURSE_", "NBGRADER"))}
    folders = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython", "HOME": "home"}
    for folder in folders.values():
        (state / folder).mkdir(exist_ok=True)
    programs = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return kept | {name: str(state / folder) for name, folder in folders.items()} | {"JUPYTER_TOKEN": token, "PATH": programs}


def _wait_for_address(process: subprocess.Popen, state: Path, log: Path) -> str:
    """The address that the server writes into its runtime folder once it listens."""
    latest = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < latest:
        for path in (state / "runtime").glob("jpserver-*.json"):
            try:
                return json.loads(path.read_text(encoding="utf-8"))["url"]
            except ValueError:  # half written
                pass
        time.sleep(0.05)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")


def _end(process: subprocess.Popen) -> None:
    """Asks the server to end, which ends its kernels too, and kills whatever of them is left."""
    family = [process]
    if process.poll() is None:
        family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
        process.terminate()
    _, left = psutil.wait_procs([member for member in family if isinstance(member, psutil.Process)], timeout=SECONDS_TO_STOP)
    for member in left:
        member.kill()
    process.wait()
