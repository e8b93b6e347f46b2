"""Keeps formgrader's addresses from running what students handed in. Whoever clicks on a student's link asks for an address.

`/formgrader?path=DIR` loads DIR's nbgrader_config.py, which is Python, into the server; and a submission's files are served as pages
of formgrader's own, `..` in their paths and all. nbgrader has no setting for either, so its handlers get these methods instead,
which ask first and then do as before. The server extension imports this at the server's start (autograder/server_extension.py), and
a course's nbgrader_config.py for servers of another environment.
"""

import os
from pathlib import Path, PurePosixPath

from nbgrader.server_extensions.formgrader.handlers import FormgraderHandler, SubmissionFilesHandler
from tornado import web

from autograder.grading.handed_in import is_plain
from autograder.grading.names import CONFIG, STATE

FILLED_BY_STUDENTS = {"submitted", "autograded", "feedback", STATE}
"""Folders that hold what was handed in, wherever they lie."""
NO_COURSE = (
    "That folder is no course of its own below the folder that this server serves: its configuration is not loaded."
    " If a link in a student's work led here, it was meant to run theirs."
)
_nbgraders_get = FormgraderHandler.get
_nbgraders_path = SubmissionFilesHandler.parse_url_path


def is_course(folder: Path, served: Path) -> bool:
    """Whether formgrader may load a folder's configuration.

    Args:
        folder: what the address names.
        served: the folder that the server serves; nbgrader itself works below it alone.
    """
    try:
        places = {Path(os.path.abspath(folder)), folder.resolve()}  # a link is judged by where it stands and by where it leads
        return all(_is_course(place, served.resolve()) for place in places) and (folder / CONFIG).is_file()
    except (OSError, ValueError, RuntimeError):  # a path that no file system knows
        return False


def _is_course(place: Path, served: Path) -> bool:
    if place == Path.cwd().resolve():
        return True  # what the server was started with
    if not place.is_relative_to(served) or FILLED_BY_STUDENTS & {part.casefold() for part in place.relative_to(served).parts}:
        return False
    return not any((above / CONFIG).exists() for above in place.parents)  # in a course, configurations are handed in, never made


@web.authenticated
def open_course(handler: FormgraderHandler) -> object:
    """GET /formgrader: nbgrader's own answer, for a course."""
    path = handler.get_argument("path", "")
    if path and not is_course(Path(path), Path(handler.settings["nbgrader_formgrader"].root_dir)):
        handler.log.warning("formgrader was asked for %r, which is no course; its configuration was not loaded", path)
        raise web.HTTPError(400, NO_COURSE)
    return _nbgraders_get(handler)


def path_of_file(handler: SubmissionFilesHandler, url_path: str) -> str:
    """GET /formgrader/submissions/ID/FILE: plain files of that submission's autograded folder, and of no other."""
    file = PurePosixPath(url_path.lstrip("/").partition("/")[2])
    if file.is_absolute() or ".." in file.parts or not is_plain(file.name):
        raise web.HTTPError(404)
    return _nbgraders_path(handler, url_path)


def keep_scripts_off(handler: SubmissionFilesHandler, path: str) -> None:  # noqa: ARG001 - tornado gives it
    """tornado's hook for a file's headers: whatever it is, it runs no script and is no page of formgrader's."""
    handler.set_header("Content-Security-Policy", "default-src 'none'; sandbox")
    handler.set_header("X-Content-Type-Options", "nosniff")


FormgraderHandler.get = open_course
SubmissionFilesHandler.parse_url_path = path_of_file
SubmissionFilesHandler.set_extra_headers = keep_scripts_off
