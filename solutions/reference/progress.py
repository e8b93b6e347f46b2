"""What the person at the keyboard sees of a run: a bar, what is at work, the time left, a line for each finished cell."""

import time

from rich.console import Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from solutions.reference import store
from solutions.reference.estimate import Work, as_text, seconds_left


class RunProgress:
    """A live line on a terminal; plain lines where the output is a file or a pipe."""

    def __init__(self, console, run, records):
        """Args: records is {cell name: record} of what stood in the folder before the run."""
        self.console = console
        self.run = run
        self.cost = {cell.name: float(run.reference.operations(cell)) for cell in run.cells}
        self.settled = {}
        self.measured = [_speed(record) for record in records.values() if record.is_result]
        self.known = {name for name, record in records.items() if record.is_result}
        self.note = ""
        bar = BarColumn(bar_width=30)
        self.progress = Progress(TextColumn("{task.description}"), bar, TextColumn("{task.fields[state]}"), console=console)
        self.bar = self.progress.add_task(run.assignment, total=sum(self.cost.values()), state="")
        self.live = Live(get_renderable=self._render, console=console, refresh_per_second=2, transient=True)

    def __enter__(self):
        self.live.start()
        return self

    def __exit__(self, *_):
        self.live.stop()

    def finished(self, record):
        """Count a cell, and say so in a line unless its result was there before the run."""
        self.note = ""
        self.settled[record.cell.name] = record
        if record.cell.name in self.known:
            return
        if record.is_result:
            self.measured.append(_speed(record))
        count = f"[{len(self.settled)}/{len(self.cost)}]"
        self.console.print(Text(f"{count} {_line(record)}; time left {as_text(self.left())}"), soft_wrap=True)

    def waiting(self, count):
        """Say once that all that is left is in another run's hands."""
        if not self.note:
            self.note = f"waiting for {count} cells that another run is at"
            self.console.print(self.note)

    def left(self):
        """Return the estimated seconds left, or None while nothing has been measured."""
        held = self.run.held()
        work = []
        for cell in self.run.cells:
            if cell.name not in self.settled:
                threads = self.run.threads_for(cell)
                seconds = time.time() - held[cell.name] if cell.name in held else 0.0
                work.append(Work(self.cost[cell.name], threads, seconds * threads))
        return seconds_left(work, self.measured, self.run.cores)

    def _render(self):
        done = sum(self.cost[name] for name in self.settled)
        running = len(self.run.held())
        state = f"{len(self.settled)}/{len(self.cost)} cells, {running} running, time left {as_text(self.left())}"
        self.progress.update(self.bar, completed=done, state=state)
        return Group(self.progress, Text(self.note)) if self.note else self.progress


def _speed(record):
    return record.operations, record.seconds * record.threads


def _line(record):
    """Return what became of a cell in one line: its first numbers, or why it failed."""
    if record.status == store.FAILED:
        return f"FAILED {record.cell.title}: {record.reason}"
    numbers = [f"{key} {value:.4g}" for key, value in record.results.items() if isinstance(value, float)][:2]
    mark = "diverged, " if record.status == store.DIVERGED else ""
    return f"{record.cell.title}: {mark}{', '.join([*numbers, f'{record.seconds:.1f} s'])}"
