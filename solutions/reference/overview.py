"""All assignments' reports, and what a page says of each: made from cells where there are some, read from results folders where not."""

import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from solutions.reference import store
from solutions.reference.discover import assignments, load
from solutions.reference.estimate import as_text
from solutions.reference.page import ReportText, read_report
from solutions.reference.reporting import FewerRuns, make_report
from solutions.reference.tables import findings, identity_in, place_of, rows_in


@dataclass(frozen=True)
class PresetLine:
    """How far one preset is."""

    name: str
    """what --preset takes"""
    about: str
    """one line for people"""
    cells: int
    """how many it has"""
    done: int
    """how many of them have a result here"""


@dataclass(frozen=True)
class Chapter:
    """What the page shows of one assignment."""

    assignment: str
    """folder name under solutions"""
    report: ReportText
    """its report.md with all figures, of the widest preset with results, or of nothing"""
    runs: int
    """how many runs that report is made from"""
    presets: tuple[PresetLine, ...]
    """all that could be run"""
    made_on: tuple[dict, ...]
    """one row a data edition, device and set of versions: runs, seconds and the rest in words"""
    samples: tuple[ReportText, ...]
    """reports of presets that are made from a sample"""


def make_all(solutions, build, tell, replace=False):
    """Make every report that there are cells for, then return the chapters in the order of the course.

    Args:
        solutions: the folder of the assignments.
        build: the folder with ASSIGNMENT/cells; may be missing, as on a fresh clone.
        tell: is given one line a preset.
        replace: write even where a report of more runs stands.
    """
    references = {name: load(name, solutions) for name in assignments(solutions)}
    chapters = []
    for name, reference in sorted(references.items(), key=lambda item: (item[1].order, item[0])):
        make_reports(name, reference, Path(solutions), build / name, tell, replace)
        chapter = chapter_of(name, reference, Path(solutions) / name / "results", build / name)
        for line in chapter.presets:
            tell(f"{name} {line.name}: " + (f"{line.done} of {line.cells} cells have results" if line.done else "not run"))
        chapters.append(chapter)
    return chapters


def make_reports(name, reference, solutions, build, tell, replace):
    """Make the report of the widest preset with results into results/, of every other that says more into build/PRESET."""
    records = store.read_all(build / "cells", tell)
    done = {record.cell.place for record in records if record.is_result}
    covered, main = set(), True
    for preset in reversed(reference.presets):
        places = done.intersection(preset.places)
        if not places - covered:
            continue
        covered |= places
        output = build / preset.name
        if main and not preset.warning:
            output, main = solutions / name / "results", False
        try:
            make_report(reference, preset, build / "cells", output, tell, replace)
        except FewerRuns as error:
            tell(f"{name} {preset.name}: kept as it is, {error}")


def chapter_of(name, reference, results, build):
    """Return what the results folder and the reports of samples in the build folder say."""
    rows = rows_in(results)
    samples = {preset.name: build / preset.name for preset in reference.presets if preset.warning and rows_in(build / preset.name)}
    everything = rows + [row for folder in samples.values() for row in rows_in(folder)]
    return Chapter(
        assignment=name,
        report=read_report(results) if rows else report_of_nothing(reference),
        runs=len(rows),
        presets=tuple(PresetLine(each.name, each.about, len(each.cells), count_done(each, everything)) for each in reference.presets),
        made_on=tuple(made_on(rows)),
        samples=tuple(read_report(folder) for folder in samples.values()),
    )


def report_of_nothing(reference):
    """Return the widest preset's report before any run: what is published, and "not run" for all of ours."""
    preset = next((each for each in reversed(reference.presets) if not each.warning), reference.presets[-1])
    with tempfile.TemporaryDirectory() as folder:
        reference.report(findings(preset, []), Path(folder))
        return read_report(Path(folder))


def count_done(preset, rows):
    """Return how many of the preset's cells stand among the rows. A row that no report wrote is of none."""
    there = set()
    for row in rows:
        with suppress(KeyError, ValueError):
            there.add((place_of(identity_in(row)), float(row["seed"])))
    return sum((place_of(cell.identity.items()), cell.seed) in there for cell in preset.cells)


def made_on(rows):
    """Return one dict for each combination of data, device, threads and versions: how many runs, how long they took in all."""
    told, seconds = Counter(), Counter()
    for row in rows:
        columns = list(row)
        versions = columns[columns.index("python") :] if "python" in columns else []
        threads = row.get("threads", "")
        key = (
            row.get("data", ""),
            f"{row.get('device', '').lower()}, {threads} {'thread' if threads == '1' else 'threads'}",
            ", ".join(f"{name} {row[name]}" for name in versions),
        )
        told[key] += 1
        seconds[key] += float(row.get("seconds") or 0)
    for key, runs in told.items():
        data, device, versions = key
        yield {"runs": runs, "data": data, "device": device, "versions": versions, "training": as_text(seconds[key])}
