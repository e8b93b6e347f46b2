"""An instructor's own naming rule, written as nbgrader's zip_collect takes it, for downloads that no known platform named.

c.FileNameCollectorPlugin.named_regexp = r".*/hw_(?P<student_id>\\w+)_(?P<file_id>.+)"
"""

from dataclasses import replace
from datetime import UTC
from pathlib import PurePosixPath

from nbgrader.plugins import FileNameCollectorPlugin
from nbgrader.utils import parse_utc
from traitlets.config import Config

from autograder.collecting.sources import Found
from autograder.collecting.submissions import Handed
from autograder.errors import CourseError


class NamingRule:
    """nbgrader's collector plugin of a course, asked about every file before the known platforms' rules.

    Args:
        plugin: nbgrader's own plugin, or the instructor's.
    """

    def __init__(self, plugin: FileNameCollectorPlugin) -> None:
        self._plugin = plugin

    def told(self, found: list[Found]) -> tuple[list[Handed], list[Found]]:
        """The submissions whose files the rule knows, and the files that it does not.

        Raises:
            CourseError: the plugin fails.
        """
        groups: dict[str, Handed] = {}
        rest = []
        for file in found:
            try:
                told = self._plugin.collect(f"/{file.label}") or {}
                student, name = told.get("student_id"), told.get("file_id")
                stamp = parse_utc(told["timestamp"]).replace(tzinfo=UTC) if told.get("timestamp") else file.modified
            except Exception as error:  # the instructor's own code, or a regular expression of theirs
                raise CourseError(f"the course's naming rule fails on {file.label}: {type(error).__name__}: {error}") from None
            if not isinstance(student, str) or not isinstance(name, str):
                rest.append(file)
                continue
            ending = PurePosixPath(file.parts[-1]).suffix
            inside = (name if name.endswith(ending) else name + ending).split("/")[-1]
            groups.setdefault(student, Handed(student)).files.append(((inside,), replace(file, modified=stamp), 0))
        return list(groups.values()), rest


def own_rule(config: Config) -> NamingRule | None:
    """The rule in a course's nbgrader_config.py; None where it has none."""
    collector = config.ZipCollectApp.get("collector_plugin", FileNameCollectorPlugin)
    if isinstance(collector, str) or collector is not FileNameCollectorPlugin:
        return NamingRule(_load(collector)(config=config))
    if not config.FileNameCollectorPlugin.get("named_regexp"):
        return None
    return NamingRule(FileNameCollectorPlugin(config=config))


def _load(collector: object) -> type:
    from traitlets.utils.importstring import import_item

    try:
        return import_item(collector) if isinstance(collector, str) else collector
    except (ImportError, AttributeError) as error:
        raise CourseError(f"the course's collector plugin {collector} cannot be loaded: {error}") from None
