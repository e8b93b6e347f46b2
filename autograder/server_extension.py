"""Loaded by every Jupyter server of this environment as it starts: formgrader is guarded also before a course has been opened.

etc/jupyter/jupyter_server_config.d/autograder.json, which the set-up installs, asks for it.
"""

FORMGRADER = "nbgrader.server_extensions.formgrader"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "autograder.server_extension"}]


def _load_jupyter_server_extension(server: object) -> None:
    """Jupyter loads extensions in the order of their names: this one before nbgrader's."""
    try:
        import autograder.grading.formgrader  # noqa: F401 - closes the doors
    except Exception as error:  # without the guard, a link in a student's work could run what they handed in
        server.extension_manager.extensions.pop(FORMGRADER, None)
        server.log.error("formgrader is switched off, for its guard cannot be loaded: %s: %s", type(error).__name__, error)
