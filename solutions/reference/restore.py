"""From a report's cells.csv back to the cells' files, so that a run goes on where another machine, or another clone, left off."""

import math
from contextlib import suppress

from solutions.reference import store
from solutions.reference.errors import RunnerError, UnusableFile
from solutions.reference.locks import cell_lock
from solutions.reference.overview import CELLS_CSV, rows_in
from solutions.reference.plan import Cell
from solutions.reference.store import DIVERGED, DONE, Record

COST = ("seconds", "threads", "device")
TRUTH = {"True": True, "False": False, "": None, "None": None}


def restore(reference, results, cells_folder, tell=lambda _line: None):
    """Write a cell's file for each row of a report that has none here. A result that is here stays, whatever the row says.

    Args:
        reference: the assignment's grid; rows that are of none of its places are left out, and told.
        results: folder with the report's cells.csv.

    Returns:
        How many files were written.

    Raises:
        RunnerError: there is no such report, or a row of it cannot be read; then nothing is written.
    """
    records, strangers = records_in(reference, results)
    if strangers:
        tell(f"rows of {results / CELLS_CSV} left out, being of no cell of this grid: {strangers}")
    store.make_folder(cells_folder)
    return sum(_write(cells_folder, record, tell) for record in records)


def records_in(reference, results):
    """Return the records that a report's rows were made from, and how many rows are of another grid.

    Lists come back as lists, empty fields as None, numbers as numbers: the report made of these records has the same cells.csv.
    """
    rows = rows_in(results)
    if not rows:
        raise RunnerError(f"no results in {results / CELLS_CSV}")
    lists = {name for row in rows for name, text in row.items() if isinstance(text, str) and " " in text}
    cells = [cell for preset in reference.presets for cell in preset.cells]
    places = {_key(cell.identity): cell for cell in cells}
    shapes = dict.fromkeys(tuple(cell.identity) for cell in cells)
    records = []
    for number, row in enumerate(rows, start=2):  # the first line has the names
        try:
            if None in row or None in row.values():  # as csv tells of a field too many or too few
                raise ValueError("not as many fields as names")
            model = next((places[key] for names in shapes if (key := _key({name: row.get(name) for name in names})) in places), None)
            records.append(model and _record(reference, model, row, lists))
        except (KeyError, TypeError, ValueError):
            raise RunnerError(f"{results / CELLS_CSV}, line {number}: not a row that `report` wrote") from None
    return [record for record in records if record], records.count(None)


def _key(identity):
    """Return what cells of one place have in common, by value: 1e-05 and 0.00001 are the same."""
    return tuple((name, _scalar(str(value))) for name, value in identity.items() if name != "seed")


def _record(reference, model, row, lists):
    """Return the record of one row, its cell spelt as the grid spells it."""
    columns = list(row)
    seed, data, device = (columns.index(name) for name in ("seed", "data", "device"))
    cell = Cell(model.parameters, int(row["seed"]), model.data, model.protocol)
    results = {name: _value(row[name], name in lists) for name in columns[seed + 1 : data]}
    return Record(
        cell=cell,
        status=DIVERGED if results.get("diverged") else DONE,
        results=results,
        seconds=_positive(row["seconds"]),
        threads=int(row["threads"]),
        device=row["device"],
        operations=reference.operations(cell),
        versions={name: row[name] for name in columns[device + 1 :] if row[name]},
    )


def _value(text, is_list):
    if is_list and text:
        return [_scalar(item) for item in text.split()]
    return _scalar(text)


def _scalar(text):
    """Return a field as what it was before it was written: a truth value, a whole number, a number or text."""
    if text in TRUTH:
        return TRUTH[text]
    for kind in (int, float):
        with suppress(ValueError):
            number = kind(text)
            return number if math.isfinite(number) else None
    return text


def _positive(text):
    number = float(text)
    if not 0 <= number < math.inf:
        raise ValueError(f"expected seconds, got {text!r}")
    return number


def _write(folder, record, tell):
    """Write one record where no result stands and nobody trains the cell; return whether it was written."""
    with cell_lock(folder, record.cell) as had:
        if not had:
            tell(f"left alone: {record.cell.title} is being trained")
            return False
        try:
            there = store.read(folder, record.cell)
        except UnusableFile as error:
            tell(f"replaced: {error}")
            there = None
        if there is not None and there.is_result:
            return False
        store.write(folder, record)
        return True
