"""Make a report of one preset from its cells alone."""

from pathlib import Path

import pandas as pd

from solutions.reference import store
from solutions.reference.errors import RunnerError
from solutions.reference.restore import records_in
from solutions.reference.tables import CELLS_CSV, findings, write_csv


class FewerRuns(RunnerError):
    """A report of more runs stands where this one was to be written."""


def choose_preset(reference, records, name=None):
    """Return the preset asked for, or else the widest one that has a result; one preset is one data set.

    Raises:
        RunnerError: there is no such preset, or no result to report on.
    """
    candidates = reversed(reference.presets) if name is None else [find_preset(reference, name)]
    places = {record.cell.place for record in records if record.is_result}
    for preset in candidates:
        if places.intersection(preset.places):
            return preset
    asked = f" for preset {name}" if name else ""
    raise RunnerError(f"no results yet{asked}: start them with `run`, or take up those of a report with `restore`")


def find_preset(reference, name):
    """Return a preset by name, or raise RunnerError with the names there are."""
    preset = reference.preset(name)
    if preset is None:
        known = ", ".join(preset.name for preset in reference.presets)
        raise RunnerError(f"no preset {name!r}; known: {known}")
    return preset


def runs_in(folder):
    """Return how many runs the report in a folder was made from; 0 where there is none."""
    try:
        return len(pd.read_csv(Path(folder) / CELLS_CSV))
    except (OSError, ValueError):
        return 0


def _has_others(reference, output, records):
    """Return whether a report has results that are not among these records."""
    names = {record.cell.name for record in records if record.is_result}
    try:
        return any(record.cell.name not in names for record in records_in(reference, output)[0])
    except RunnerError:  # not a report that could be taken up
        return False


def make_report(reference, preset, cells_folder, output, tell, replace=False):
    """Write cells.csv and the assignment's tables and figures into the output folder.

    Args:
        replace: write even where a report of more runs stands.

    Returns:
        The Findings they were made from.

    Raises:
        FewerRuns: a report of more runs stands in the output folder.
    """
    records = store.read_all(cells_folder, tell)
    found = findings(preset, records)
    output = Path(output)
    there = runs_in(output)
    if there > len(found.frame) and not replace:
        here = f"{output} reports {there} runs and here are only {len(found.frame)}"
        ways = "give another --output, or --replace"
        if _has_others(reference, output, records):
            ways = "take up the others with `restore`, or " + ways
        raise FewerRuns(f"{here}: {ways}")
    store.make_folder(output)
    write_csv(output / CELLS_CSV, found.frame)
    reference.report(found, output)
    return found
