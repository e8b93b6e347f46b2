"""Matplotlib's list of fonts, made once on the host: making it costs a fresh sandbox seconds at its first plot."""

import importlib.metadata
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import platformdirs

_MAKE = "import matplotlib.font_manager as f, sys; sys.stdout.write(f'fontlist-v{f.FontManager.__version__}.json')"


def font_lists() -> dict[str, bytes]:
    """File name: content, to be put into MPLCONFIGDIR; empty where it cannot be made (plots are then only slower)."""
    try:
        folder = _cache()
        if not folder.is_dir():
            _make(folder)
        return {file.name: file.read_bytes() for file in sorted(folder.glob("fontlist-*.json"))}
    except (OSError, RuntimeError, subprocess.SubprocessError, importlib.metadata.PackageNotFoundError):  # no home: RuntimeError
        return {}


def _cache() -> Path:
    """One folder for a version of matplotlib in an environment; both say where the fonts are."""
    version = importlib.metadata.version("matplotlib")
    place = sys.prefix.strip(os.sep).replace(os.sep, "-")[-80:]
    return Path(platformdirs.user_cache_dir("rnn-course-kit")) / "fonts" / f"{version}-{place}"


def _make(folder: Path) -> None:
    """Make the list as a process without a home would, so that it names only fonts that the sandbox shows."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        inside = Path(temporary) / "lists"
        inside.mkdir()
        environment = {"MPLCONFIGDIR": str(inside), "HOME": str(inside / "nobody"), "PATH": os.environ.get("PATH", "")}
        subprocess.run([sys.executable, "-c", _MAKE], env=environment, check=True, capture_output=True, timeout=120)
        try:
            inside.rename(folder)
        except OSError:
            if not folder.is_dir():  # another process may have been first
                raise
