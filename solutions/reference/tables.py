"""From records to tidy frames, tables and Markdown."""

import math

import pandas as pd

from solutions.reference.errors import StorageError
from solutions.reference.plan import Findings


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
    """Return one row a run, in the order of the places and then of the seeds."""
    order = {place: index for index, place in enumerate(places)}
    ordered = sorted(records, key=lambda record: (order.get(record.cell.place, len(order)), record.cell.seed))
    return pd.DataFrame([row(record) for record in ordered])


def row(record):
    """Return one record as a flat row: parameters, seed, results, data, protocol, cost, versions."""
    results = {key: _flat(value) for key, value in record.results.items()}
    told = {"data": record.cell.data, **record.cell.protocol, "seconds": record.seconds, "threads": record.threads}
    return {**record.cell.parameters, "seed": record.cell.seed, **results, **told, **record.versions}


def _flat(value):
    """Return a list as one field of a CSV file, its items with spaces between; null, which stands for NaN, as NaN."""
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    return math.nan if value is None else value


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


def to_markdown(table, written="{:.4f}".format, absent="not run"):
    """Return a table as Markdown, the index in the first column."""
    head = [str(table.index.name or ""), *(f"{column:g}" for column in table.columns)]
    lines = [_cells(head), _cells(["---:"] * len(head))]
    for label, values in table.iterrows():
        lines.append(_cells([str(label), *(absent if pd.isna(value) else written(value) for value in values)]))
    return "\n".join(lines) + "\n"


def _cells(texts):
    return f"| {' | '.join(texts)} |"


def listing(lines):
    """Return lines as a Markdown list, "None." for no line."""
    return "\n".join(f"- {line}" for line in lines) or "None."


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
