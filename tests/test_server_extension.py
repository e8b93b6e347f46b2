"""Formgrader's guard in a Jupyter server: loaded at its start, or formgrader is not."""

import logging
import sys
from types import SimpleNamespace

from autograder import server_extension
from autograder.server_extension import FORMGRADER


def server():
    extensions = {FORMGRADER: object(), "nbgrader.server_extensions.assignment_list": object()}
    return SimpleNamespace(extension_manager=SimpleNamespace(extensions=extensions), log=logging.getLogger("server"))


def test_jupyter_finds_it_before_nbgraders_own():
    [point] = server_extension._jupyter_server_extension_points()
    assert point["module"] == server_extension.__name__ < FORMGRADER


def test_with_its_guard_formgrader_is_served(caplog):
    jupyter = server()
    server_extension._load_jupyter_server_extension(jupyter)
    assert FORMGRADER in jupyter.extension_manager.extensions and not caplog.records


def test_without_its_guard_it_is_not(monkeypatch, caplog):
    jupyter = server()
    monkeypatch.setitem(sys.modules, "autograder.grading.formgrader", None)
    server_extension._load_jupyter_server_extension(jupyter)
    assert list(jupyter.extension_manager.extensions) == ["nbgrader.server_extensions.assignment_list"]
    assert "formgrader is switched off" in caplog.text
