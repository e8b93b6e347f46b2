"""A real JupyterLab as a process of its own: on a loopback port, with nobody's settings, and gone when it is done with."""

import json
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

SECONDS_TO_START = 90
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
"""JupyterLab's notification settings: it asks nobody on the internet, and does not ask whether it may."""
FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "HOME": "home",
}
"""Where JupyterLab and its kernels keep things between runs: empty at first."""
SETTINGS_OF_OURS = ("JUPYTER", "IPYTHON", "PYTHON", "COURSE_", "NBGRADER", "KERAS", "TF_", "MPL")
"""How the names of variables begin that would change what a student sees."""


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
        state: a new folder for what JupyterLab keeps, and for its log.
    """
    settings = state / FOLDERS["JUPYTER_CONFIG_DIR"] / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(NO_NEWS), encoding="utf-8")
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.root_dir={folder}"]
    with open(state / "server.log", "wb") as log:
        server = subprocess.Popen(
            command, cwd=folder, env=_environment(state, token), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield JupyterLab(_wait_for_address(server, state), token, folder)
    finally:
        _end(server)


def _environment(state: Path, token: str) -> dict[str, str]:
    """This process's environment, with folders of its own and this environment's programs first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS_OF_OURS)}
    for folder in FOLDERS.values():
        (state / folder).mkdir(exist_ok=True)
    own = {name: str(state / folder) for name, folder in FOLDERS.items()}
    return kept | own | {"JUPYTER_TOKEN": token, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"}


def _wait_for_address(server: subprocess.Popen, state: Path) -> str:
    """The address that the server writes into its runtime folder once it listens.

    Raises:
        RuntimeError: it does not start; says what its log ends with.
    """
    latest = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < latest:
        for path in (state / FOLDERS["JUPYTER_RUNTIME_DIR"]).glob("jpserver-*.json"):
            try:
                address = json.loads(path.read_text(encoding="utf-8"))["url"]
                with urllib.request.urlopen(f"{address}api", timeout=5):
                    return address
            except (ValueError, OSError):  # half written, or not listening yet
                pass
        time.sleep(0.05)
    log = (state / "server.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"JupyterLab did not start:\n{log[-3000:]}")


def _end(server: subprocess.Popen) -> None:
    """Asks the server to end, which ends its kernels too; kills what is left of them. Kernels have sessions of their own."""
    try:
        family = psutil.Process(server.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    server.terminate()
    try:
        server.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    _, left = psutil.wait_procs(family, timeout=1)
    for process in left:
        process.kill()
