"""Loaded by every Jupyter server of this environment as it starts: formgrader is guarded also before a course has been opened.

etc/jupyter/jupyter_server_config.d/autograder.json, which the set-up installs, asks for it.
"""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "autograder.server_extension"}]


def _load_jupyter_server_extension(server: object) -> None:  # noqa: ARG001 - Jupyter gives it
    import autograder.grading.formgrader  # noqa: F401 - closes the doors
