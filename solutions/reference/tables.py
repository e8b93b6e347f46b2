"""From records to tidy frames, tables and Markdown."""

import csv
import math
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from solutions.reference.errors import RunnerError, StorageError
from solutions.reference.plan import Findings

CELLS_CSV = "cells.csv"
NOT_RUN = "not run"
WORDS = {"True": True, "False": False, "": None, "None": None}


def findings(preset, records):
    """Return what a report on this preset may use: records of its places, with whatever seeds they were run.

    Args:
        records: any records, as `store.read_all` gives them; those of other data or another protocol are left out.
    """
    places = set(preset.places)
    mine = [record for record in records if record.cell.place in places]
    finished = {record.cell.name for record in mine if record.is_result}
    return Findings(
        preset=preset,
        frame=frame([record for record in mine if record.is_result], preset.places),
        failed={record.cell.title: record.reason for record in mine if not record.is_result},
        missing=tuple(cell for cell in preset.cells if cell.name not in finished),
    )


def frame(records, places=()):
    """Return one row a run, in the order of the places and then of the seeds; columns in the order of `row`."""
    order = {place: index for index, place in enumerate(places)}
    ordered = sorted(records, key=lambda record: (order.get(record.cell.place, len(order)), record.cell.seed))
    rows = [row(record) for record in ordered]
    split = [list(each).index("data") for each in rows]  # results may differ from run to run, and stand before the data all the same
    columns = [key for each, place in zip(rows, split, strict=True) for key in list(each)[:place]]
    columns += [key for each, place in zip(rows, split, strict=True) for key in list(each)[place:]]
    return pd.DataFrame(rows, columns=list(dict.fromkeys(columns)))


def row(record):
    """Return one record as a flat row: parameters, seed, results, data, protocol, cost, device, versions."""
    results = {key: _flat(value) for key, value in record.results.items() if key != "device"}  # the record's own says it for all
    cost = {"seconds": record.seconds, "threads": record.threads, "device": record.device}
    told = {"data": record.cell.data, **record.cell.protocol, **cost}
    return {**record.cell.parameters, "seed": record.cell.seed, **results, **told, **record.versions}


def _flat(value):
    """Return a list as one field of a CSV file, its items with spaces between; null, which stands for NaN, as NaN."""
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    return math.nan if value is None else value


def rows_in(folder):
    """Return the rows of a folder's cells.csv as {column: text}; none where there is no such file.

    Raises:
        RunnerError: the file cannot be read.
    """
    return [row for _, row in numbered_rows(folder)]


def numbered_rows(folder):
    """As `rows_in`, each with the number of its line in the file: [(line, row)]."""
    path = Path(folder) / CELLS_CSV
    try:
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            return [(reader.line_num, row) for row in reader]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, csv.Error) as error:
        raise RunnerError(f"cannot read {path}: {error}") from error


def identity_in(row):
    """Return the (name, text) pairs that say which cell a row is of: parameters and seed, then, behind the results, data and protocol.

    Raises:
        ValueError: the columns are not those of a report, or the row has not as many fields.
    """
    if None in row or None in row.values():  # as csv tells of a field too many or too few
        raise ValueError("expected as many fields as names")
    columns = list(row)
    seed, data, seconds, device = (columns.index(name) for name in ("seed", "data", "seconds", "device"))
    if not seed + 1 < data < seconds < device:
        raise ValueError("expected the results between the seed and the data")
    names = [*columns[:seed], *columns[data:seconds]]
    return [(name, row[name]) for name in names if row[name]]  # a run under another protocol may have other columns


def place_of(identity):
    """Return what cells of one place have in common, by value: 1e-05 and 0.00001 are the same."""
    return frozenset((name, scalar(str(value))) for name, value in identity if name != "seed")


def scalar(text):
    """Return a field as what it was before it was written: a truth value, a whole number, a number or text."""
    if text in WORDS:
        return WORDS[text]
    for kind in (int, float):
        with suppress(ValueError):
            number = kind(text)
            return number if math.isfinite(number) else None
    return text


def numbers(texts):
    """Return lists that stand in one field each as an array, (runs, items); null among them as NaN."""
    return np.array([[math.nan if item == "None" else float(item) for item in text.split()] for text in texts])


def pivot(frame, index, columns, value, rows, order):
    """Return the mean of a value over seeds as a table with exactly these rows and columns; NaN where nothing was run.

    Args:
        rows: the index's values, in order.
        order: the columns' values, in order.
    """
    if frame.empty:
        table = pd.DataFrame(index=pd.Index(rows, name=index), columns=pd.Index(order, name=columns), dtype=float)
    else:
        table = frame.pivot_table(index=index, columns=columns, values=value, aggfunc="mean", dropna=False)
        table = table.reindex(index=rows, columns=order).astype(float)
    table.index.name, table.columns.name = index, columns
    return table


def to_markdown(table, written="{:.4f}".format, absent=NOT_RUN):
    """Return a table as Markdown, the index in the first column."""
    head = [str(table.index.name or ""), *(f"{column:g}" for column in table.columns)]
    lines = [_cells(head), _cells(["---:"] * len(head))]
    for label, values in table.iterrows():
        lines.append(_cells([str(label), *(absent if pd.isna(value) else written(value) for value in values)]))
    return "\n".join(lines) + "\n"


def table_of(frame, written=None, absent=NOT_RUN):
    """Return a frame as Markdown, a column a column: words to the left, numbers to the right.

    Args:
        written: {column: format of its numbers}, such as {"slope": "{:.3f}"}; another column's are written as briefly as "{:g}" does.
    """
    formats = {column: (written or {}).get(column, "{:g}") for column in frame.columns}
    words = [any(isinstance(value, str) and value != NOT_RUN for value in frame[column]) for column in frame.columns]
    lines = [_cells(str(column).replace("_", " ") for column in frame.columns), _cells("---" if each else "---:" for each in words)]
    for row in frame.to_dict("records"):
        lines.append(_cells(_as_text(value, formats[column], absent) for column, value in row.items()))
    return "\n".join(lines) + "\n"


def _as_text(value, written, absent):
    if isinstance(value, str):
        return value
    return absent if pd.isna(value) else written.format(value)


def _cells(texts):
    return f"| {' | '.join(texts)} |"


def listing(lines):
    """Return lines as a Markdown list, "None." for no line."""
    return "\n".join(f"- {line}" for line in lines) or "None."


def not_run(found):
    """Return a line for each place of the preset with cells that were not run: which seeds; one line where it is all of them."""
    if len(found.missing) == len(found.preset.cells) and not found.failed:
        return [f"All {len(found.missing)} cells"]
    places = {}
    for cell in found.missing:
        if cell.title not in found.failed:
            place = " ".join(f"{key}={value}" for key, value in cell.parameters.items())
            places.setdefault(place, []).append(str(cell.seed))
    return [f"{place}: {'seed' if len(seeds) == 1 else 'seeds'} {', '.join(seeds)}" for place, seeds in places.items()]


def write_text(path, text):
    """Write a file whole, by one rename, or raise StorageError."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror}") from error


def write_csv(path, frame, index=False):
    """Write a frame as CSV, whole or not at all."""
    write_text(path, frame.to_csv(index=index, lineterminator="\n"))
