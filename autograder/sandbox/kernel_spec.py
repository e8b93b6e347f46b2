"""A Jupyter kernel spec by which anything that speaks Jupyter runs notebooks in warm sandboxed kernels."""

import json
from collections.abc import Mapping
from pathlib import Path

NAME = "course-sandbox"


def write_kernel_spec(prefix: Path, name: str = NAME, *, readonly: Mapping[str, str] = {}, environment: Mapping[str, str] = {}) -> Path:
    """Writes PREFIX/share/jupyter/kernels/NAME/kernel.json.

    Args:
        prefix: an environment's folder, such as sys.prefix, where Jupyter looks for kernels.
        name: of the kernel.
        readonly: host path: path inside, of what notebooks may import or read.
        environment: variables set inside.

    Returns:
        The file written.
    """
    config = {"readonly": dict(readonly), "environment": dict(environment), "threads": 1}
    spec = {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],  # not run: the provisioner starts its own
        "display_name": "Course sandbox (Python 3)",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": "warm-bubblewrap", "config": config}},
    }
    path = prefix / "share" / "jupyter" / "kernels" / name / "kernel.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(spec, indent=2) + "\n", encoding="utf-8")
    return path
