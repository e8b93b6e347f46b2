"""The command line: run, status, report."""

import re
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from solutions.reference import cost, store
from solutions.reference.backends import Dask, Local
from solutions.reference.devices import CELLS_A_CARD, CPU, GPU, choose, visible_cards
from solutions.reference.discover import SOLUTIONS, load
from solutions.reference.errors import RunnerError
from solutions.reference.estimate import Work, as_text, available_cores, seconds_left
from solutions.reference.only import keep_only
from solutions.reference.reporting import choose_preset, find_preset, make_report
from solutions.reference.restore import records_in
from solutions.reference.restore import restore as restore_cells

MIXED = "mixed_float16"  # as Keras calls the policy
app = typer.Typer(
    help="Run an assignment's reference grid, see how far it is, and make its tables and figures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console()

ASSIGNMENT = typer.Argument(help="Folder name under solutions/, such as mnist_sweep.", show_default=False)
CELLS = typer.Option("--cells", help="Folder of the cells' files. Default: build/reference/ASSIGNMENT/cells.", show_default=False)
SOLUTIONS_FOLDER = typer.Option("--solutions", help="Folder of the assignments. Default: this package's own.", show_default=False)

Assignment = Annotated[str, ASSIGNMENT]
Cells = Annotated[Path | None, CELLS]
Solutions = Annotated[Path, SOLUTIONS_FOLDER]
Seeds = Annotated[
    str | None,
    typer.Option(help="Run every place of the preset with these seeds, such as 0,1,2 or 0-4.", show_default="the preset's"),
]
Only = Annotated[
    list[str],
    typer.Option(
        metavar="NAME=VALUE[,VALUE...]",
        help="Keep the cells that have one of these values, such as units=1024,2048. Given for several names, all must hold.",
        show_default="all cells",
    ),
]


MixedPrecision = Annotated[
    bool, typer.Option("--mixed-precision", help="Products in float16, weights in float32: cells of their own, apart from the others.")
]


@app.command()
def run(
    assignment: Assignment,
    preset: Annotated[str, typer.Option(help="Which set of cells; `status` lists them.", show_default=False)],
    cells: Cells = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, help="Cells side by side; the cores are shared out among them.", show_default=f"cores; on cards {CELLS_A_CARD} a card"
        ),
    ] = None,
    seeds: Seeds = None,
    only: Only = (),
    device: Annotated[str, typer.Option(help="cpu, gpu, or auto: cards where there are some.")] = "auto",
    mixed_precision: MixedPrecision = False,
    backend: Annotated[str, typer.Option(help="local: processes of this machine; dask: the workers of --scheduler.")] = "local",
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, such as tcp://login-node:8786.", show_default=False)
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="With dask: threads of each cell.")] = 1,
    tensorboard: Annotated[Path | None, typer.Option(help="Write logs for TensorBoard into this folder.", show_default=False)] = None,
    solutions: Solutions = SOLUTIONS,
):
    """Run the preset's cells that have no result yet. Kill it at any moment and run it again: it goes on."""
    from solutions.reference.progress import RunProgress
    from solutions.reference.runner import plan_run, prepare_data, run_cells

    reference = _load(assignment, solutions, mixed_precision)
    (chosen,) = keep_only([find_preset(reference, preset)], only)
    if seeds is not None:
        chosen = chosen.with_seeds(_seeds(seeds))
    if tensorboard and not find_spec("tensorboard"):
        raise RunnerError("--tensorboard needs TensorBoard: pip install tensorboard")
    engine = _backend(backend, scheduler, threads, workers, device)
    folder = _cells_folder(cells, assignment, solutions)
    store.make_folder(folder)
    records = store.survey(folder, chosen.cells, _tell)
    open_cells = [cell for cell in chosen.cells if cell.name not in records or not records[cell.name].is_result]
    _tell(f"{assignment} {preset}: {len(chosen.cells)} cells, {len(open_cells)} to run, {engine.about}, cells in {folder}")
    _tell_what_is_known(reference, open_cells, _results(assignment, solutions), _given(cells, solutions))
    prepare_data(reference, open_cells)
    job = plan_run(assignment, solutions, reference, chosen.cells, folder, engine, tensorboard)
    progress = RunProgress(console, job, records)
    try:
        with progress:
            run_cells(job, progress.finished, progress.waiting)
    except KeyboardInterrupt:
        done = sum(record.is_result for record in store.survey(folder, chosen.cells).values())  # the last ones may not have been told
        raise RunnerError(f"stopped with {done} of {len(chosen.cells)} cells done; run it again to go on") from None
    failed = [record for record in progress.settled.values() if not record.is_result]
    if failed:
        raise RunnerError(f"{len(failed)} of {len(chosen.cells)} cells failed; run it again to try them again: {failed[0].reason}")
    report_them = f"report {assignment}" + (" --mixed-precision" if mixed_precision else "")
    _tell(f"all {len(chosen.cells)} cells have their results; make the report with: {report_them}")


@app.command()
def status(
    assignment: Assignment,
    preset: Annotated[str | None, typer.Option(help="Only this one, its open cells listed.", show_default="all")] = None,
    only: Only = (),
    cells: Cells = None,
    mixed_precision: MixedPrecision = False,
    solutions: Solutions = SOLUTIONS,
):
    """Say which cells are done, diverged, failed and missing, and how long the missing ones will take here."""
    reference = _load(assignment, solutions, mixed_precision)
    presets = keep_only([find_preset(reference, preset)] if preset else reference.presets, only)
    folder = _cells_folder(cells, assignment, solutions)
    table = Table("preset", "cells", "done", "diverged", "failed", "missing", "time left")
    missing = {}
    for each in presets:
        records = store.survey(folder, reference.preset(each.name).cells, _tell)  # of cells left out too: they say how fast it is here
        table.add_row(each.name, *_counts(reference, each, records))
        missing |= {cell.name: cell for cell in each.cells if cell.name not in records or not records[cell.name].is_result}
    console.print(table)
    for each in presets:
        _tell(f"{each.name}: {each.about}")
    if preset:
        _list_open(presets[0], records)
    _tell_what_is_known(reference, missing.values(), _results(assignment, solutions), _given(cells, solutions))


@app.command()
def plan(
    assignment: Assignment,
    preset: Annotated[str, typer.Option(help="Which set of cells; `status` lists them.", show_default=False)],
    only: Only = (),
    cells: Cells = None,
    solutions: Solutions = SOLUTIONS,
):
    """Say what a preset costs by counting operations: here, by the cells measured so far, and on graphics cards."""
    reference = load(assignment, solutions)
    whole = find_preset(reference, preset)
    (chosen,) = keep_only([whole], only)
    records = store.survey(_cells_folder(cells, assignment, solutions), whole.cells)
    measured = [(record.operations, record.seconds * record.threads) for record in records.values() if record.is_result]
    table = Table("cells", "how many", "PFLOP", "here", *cost.PEAKS)
    for name, group in cost.rows(chosen):
        operations = sum(map(reference.operations, group))
        on_cards = (as_text(cost.seconds_on(card, operations)) for card in cost.PEAKS)
        table.add_row(name, str(len(group)), f"{operations / 1e15:.3g}", _time_for(reference, group, measured), *on_cards)
    console.print(table)
    _tell(f"cards: one of them at {cost.SHARE:.0%} of its float32 peak, by count only; no cell of ours was run on one")


@app.command()
def restore(
    assignment: Assignment,
    results: Annotated[
        Path | None, typer.Option("--from", help="Folder of the report. Default: solutions/ASSIGNMENT/results.", show_default=False)
    ] = None,
    cells: Cells = None,
    mixed_precision: MixedPrecision = False,
    solutions: Solutions = SOLUTIONS,
):
    """Make the cells' files of a report's runs that have none here: a run on this machine goes on from another's results."""
    if mixed_precision and results is None:
        raise RunnerError("--mixed-precision needs --from: reports in mixed precision are not kept with the others")
    reference = _load(assignment, solutions, mixed_precision)
    folder = _cells_folder(cells, assignment, solutions)
    written = restore_cells(reference, results or _results(assignment, solutions), folder, _tell)
    _tell(f"restored: {written}; cells in {folder}")


@app.command()
def report(
    assignment: Annotated[str | None, typer.Argument(help="Folder name under solutions/, or --all.", show_default=False)] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every assignment's report, and one HTML page of all of them.")] = False,
    preset: Annotated[
        str | None, typer.Option(help="Which table to make, of one data set.", show_default="the widest with results")
    ] = None,
    cells: Cells = None,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Folder for tables and figures. Default: solutions/ASSIGNMENT/results, or"
            " build/reference/ASSIGNMENT/PRESET for a preset made from a sample (PRESET-mixed_float16 in mixed precision)."
            " With --all the page's file,"
            " by default build/reference/report.html.",
            show_default=False,
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write even where a report of more runs stands.")] = False,
    mixed_precision: MixedPrecision = False,
    solutions: Solutions = SOLUTIONS,
):
    """Make tables and figures from the cells that have results; the others are shown as not run."""
    if all_ == (assignment is not None) or all_ and (preset or cells or mixed_precision):
        raise RunnerError("expected `report ASSIGNMENT`, or `report --all` without an assignment, --preset, --cells and --mixed-precision")
    if all_:
        _report_all(solutions, output, replace)
        return
    reference = _load(assignment, solutions, mixed_precision)
    folder = _cells_folder(cells, assignment, solutions)
    if preset:
        find_preset(reference, preset)
    chosen = choose_preset(reference, store.read_all(folder), preset)
    if output is None:
        results = _results(assignment, solutions)
        own = f"{chosen.name}-{MIXED}" if mixed_precision else chosen.name
        output = _build(assignment, solutions) / own if chosen.warning else results
    found = make_report(reference, chosen, folder, output, _tell, replace)
    _tell(f"{chosen.name}: {len(found.frame)} runs, {len(found.missing)} cells missing, {len(found.failed)} failed; written to {output}")


def _report_all(solutions, output, replace):
    """Make all reports and the page of them."""
    from solutions.reference.overview import make_all
    from solutions.reference.page import write_page

    build = _build("", solutions)
    page = output or build / "report.html"
    store.make_folder(page.parent)
    write_page(page, make_all(solutions, build, _tell, replace))
    _tell(f"all of them on one page: {page}")


def _tell_what_is_known(reference, open_cells, results, options):
    """Tell of cells without a result here that have one in the assignment's report."""
    try:
        known = {record.cell.name for record in records_in(reference, results)[0]}
    except RunnerError as error:
        _tell(f"not compared with the report: {error}")
        return
    count = sum(cell.name in known for cell in open_cells)
    if count:
        command = shlex.join(["restore", results.parent.name, *options])
        _tell(f"without a result here, but with one in {results}: {count}; to take those, call this before `run`: {command}")


def _backend(name, scheduler, threads, workers, device):
    """Return what shall run the cells, or raise RunnerError."""
    if name not in ("local", "dask") or (name == "dask") != (scheduler is not None):
        raise RunnerError("expected --backend local, or --backend dask --scheduler ADDRESS")
    if name == "dask":
        return Dask(scheduler, threads, GPU if device == GPU else CPU)
    chosen, cores = choose(device), available_cores()
    cards = tuple(visible_cards()) if chosen == GPU else ()
    side_by_side = (workers or CELLS_A_CARD * len(cards)) if cards else min(workers or cores, cores)
    return Local(cores, side_by_side, chosen, cards)


def _load(assignment, solutions, mixed_precision):
    """Return the assignment's grid in the precision asked for: another precision gives other results, so its cells are others."""
    reference = load(assignment, solutions)
    if not mixed_precision:
        return reference
    if not reference.mixed_precision:
        raise RunnerError(f"{assignment} trains in float32 only: its loop is our own, see its training.py")
    return reference.with_protocol("mixed precision, products in float16", precision=MIXED)


def _counts(reference, preset, records):
    """Return one row of the status table after its name."""
    own = [records[cell.name] for cell in preset.cells if cell.name in records]
    count = {kind: sum(record.status == kind for record in own) for kind in (store.DONE, store.DIVERGED, store.FAILED)}
    results = [record for record in records.values() if record.is_result]
    names = {record.cell.name for record in results}
    missing = [cell for cell in preset.cells if cell.name not in names]
    measured = [(record.operations, record.seconds * record.threads) for record in results]
    left = _time_for(reference, missing, measured) if missing else "none"
    numbers = (len(preset.cells), *count.values(), len(preset.cells) - len(own))
    return (*map(str, numbers), left)


def _time_for(reference, cells, measured):
    """Return how long these cells will take on this machine's processor, for people."""
    cores = available_cores()
    work = [Work(reference.operations(cell), cores if reference.is_large(cell) else 1) for cell in cells]
    return as_text(seconds_left(work, measured, cores))


def _list_open(preset, records):
    """Print one line for each cell without a result."""
    for cell in preset.cells:
        record = records.get(cell.name)
        if record is None:
            _tell(f"missing {cell.title}")
        elif not record.is_result:
            _tell(f"failed  {cell.title}: {record.reason}")


def _seeds(text):
    """Return the seeds of "0,1,2" or "0-4"."""
    seeds = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9})(?:-(\d{1,9}))?\s*", part)
        if match is None:
            raise RunnerError(f"expected seeds such as 0,1,2 or 0-4, got {text!r}")
        first, last = int(match[1]), int(match[2] or match[1])
        seeds.extend(range(first, min(last, first + 999) + 1))
    return tuple(dict.fromkeys(seeds))


def _build(assignment, solutions):
    return Path(solutions).resolve().parent / "build" / "reference" / assignment


def _results(assignment, solutions):
    return Path(solutions) / assignment / "results"


def _given(cells, solutions):
    """Return the options that name the same folders to another command."""
    other = [] if solutions == SOLUTIONS else ["--solutions", str(solutions)]
    return other if cells is None else ["--cells", str(cells), *other]


def _cells_folder(cells, assignment, solutions):
    return cells if cells is not None else _build(assignment, solutions) / "cells"


def _tell(line):
    console.print(Text(line), soft_wrap=True)


def main():
    """Run the command line; every error of ours is one line and a non-zero exit."""
    try:
        app(prog_name="python -m solutions.reference")
    except RunnerError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"error: {error.filename or 'the system'}: {error.strerror or error}", file=sys.stderr)
        sys.exit(1)
