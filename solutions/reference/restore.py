"""From a report's cells.csv back to the cells' files, so that a run goes on where another machine, or another clone, left off."""

from solutions.reference import store
from solutions.reference.errors import RunnerError, UnusableFile
from solutions.reference.locks import cell_lock
from solutions.reference.plan import Cell
from solutions.reference.store import DIVERGED, DONE, Record
from solutions.reference.tables import CELLS_CSV, identity_in, numbered_rows, place_of, scalar

LIST = "curve_"
"""How the names of results begin that are lists however few items they have; others are where some run has several."""
MOST_SECONDS, MOST_THREADS, MOST_SEED = 1e9, 10_000, 10**9


def restore(reference, results, cells_folder, tell=lambda _line: None):
    """Write a cell's file for each row of a report that has no result here. A result that is here stays, whatever the row says.

    Args:
        reference: the assignment's grid; rows that are of none of its places are left out, and told.
        results: folder with the report's cells.csv.

    Returns:
        How many files were written.

    Raises:
        RunnerError: there is no such report, a row of it cannot be read, or none is of this grid; then nothing is written.
    """
    records, strangers = records_in(reference, results)
    if not records and not strangers:
        raise RunnerError(f"no results in {results / CELLS_CSV}")
    if not records:
        raise RunnerError(f"no row of {results / CELLS_CSV} is of a cell of this grid")
    if strangers:
        tell(f"rows of {results / CELLS_CSV} left out, being of no cell of this grid: {strangers}")
    store.make_folder(cells_folder)
    return sum(_write(cells_folder, record, tell) for record in records)


def records_in(reference, results):
    """Return the records that a report's rows were made from, and how many rows are of another grid.

    None of either where there is no report. Lists come back as lists, empty fields as None, numbers as numbers: the report made of
    these records has the same cells.csv.
    """
    rows = numbered_rows(results)
    lists = {name for name in (rows[0][1] if rows else ()) if name and _is_list(name, [row[name] for _, row in rows])}
    places = {place_of(cell.identity.items()): cell for preset in reference.presets for cell in preset.cells}
    records, strangers = {}, 0
    for line, row in rows:
        try:
            model = places.get(place_of(identity_in(row)))
            record = model and _record(reference, model, row, lists)
        except (KeyError, TypeError, ValueError):
            raise RunnerError(f"{results / CELLS_CSV}, line {line}: not a row that `report` wrote") from None
        if record is None:
            strangers += 1
        elif records.setdefault(record.cell.name, record) is not record:
            raise RunnerError(f"{results / CELLS_CSV}, line {line}: {record.cell.title} stands there twice")
    return list(records.values()), strangers


def _record(reference, model, row, lists):
    """Return the record of one row, its cell spelt as the grid spells it."""
    columns = list(row)
    seed, data, device = (columns.index(name) for name in ("seed", "data", "device"))
    cell = Cell(model.parameters, int(_within(row["seed"], 0, MOST_SEED)), model.data, model.protocol)
    results = {name: _items(row[name]) if name in lists and row[name] else scalar(row[name]) for name in columns[seed + 1 : data]}
    return Record(
        cell=cell,
        status=DIVERGED if results.get("diverged") else DONE,
        results=results,
        seconds=_within(row["seconds"], 0, MOST_SECONDS),
        threads=int(_within(row["threads"], 1, MOST_THREADS)),
        device=row["device"],
        operations=reference.operations(cell),
        versions={name: row[name] for name in columns[device + 1 :] if row[name]},
    )


def _is_list(name, texts):
    """Return whether a column holds lists: numbers, several of them in some row."""
    texts = [text for text in texts if isinstance(text, str) and text]
    if not (name.startswith(LIST) or any(" " in text for text in texts)):
        return False
    return not any(isinstance(item, str) for text in texts for item in _items(text))


def _items(text):
    return [scalar(item) for item in text.split()]


def _within(text, least, most):
    """Return a number, or raise ValueError where it is none or lies outside."""
    number = float(text)
    if not least <= number <= most:
        raise ValueError(f"expected a number from {least} to {most}, got {text!r}")
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
        store.checkpoint_path(folder, record.cell).unlink(missing_ok=True)  # begun here, finished elsewhere
        return True
