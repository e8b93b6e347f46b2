"""Runs one restored notebook: its cells in a sandboxed kernel, its checks here, across the wall.

A kernel that ends, by whatever the student's code did, costs the cell or the task it ended in: the notebook is run again
in a new kernel without that cell, and the rest is graded. A kernel that was killed by a signal nobody can name costs nothing the
first time: the system may have run out of memory.
"""

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode

from autograder.checks.outcomes import TaskReport
from autograder.checks.runner import not_run, run_task
from autograder.checks.specification import Specification
from autograder.checks.student import Student
from autograder.grading.journal import Journal
from autograder.grading.outputs import error_output, safe_outputs, size_of_message
from autograder.grading.wall import INSTALL, Wall
from autograder.sandbox.errors import SandboxStartError
from autograder.sandbox.limits import Limits
from autograder.source import CHECK_PREFIX

MAX_KERNELS = 6
"""Kernels that one submission may use up; what is left after that is not run."""
STARTUP_SECONDS = 10**9
"""For nbclient, which counts by the clock on the wall, and that may jump: a kernel without an answer is the watchdog's to end."""
MAX_REPLY_BYTES = 256 * 2**20
"""Largest reply of a check's call, in bytes."""

OpenKernel = Callable[..., AbstractContextManager]
"""Starts a kernel in which a folder's files are at hand, called with that folder and `limits`; leaving the context ends it and all that it
started."""


@dataclass(frozen=True)
class Executed:
    """What came of running a notebook."""

    reports: dict[str, TaskReport]
    """Each task's report, by its name."""
    outputs: dict[str, list[NotebookNode]]
    """Each other code cell's outputs, fit to be shown, by cell id."""
    notes: tuple[str, ...]
    """What happened on the way, as facts."""
    waited: float = 0.0
    """Seconds that it waited, ready, for its turn to compute."""


def execute(
    notebook: NotebookNode,
    specification: Specification,
    files: Path,
    open_kernel: OpenKernel,
    limits: Limits,
    seed: int,
    journal: Journal | None = None,
) -> Executed:
    """Runs a notebook and its checks.

    Args:
        notebook: restored, see autograder.grading.submission.
        specification: public and hidden checks.
        files: a folder with what was handed in beside the notebook.
        open_kernel: where student code runs.
        limits: what it may use.
        seed: of the checks' random inputs.
        journal: is told what happens.
    """
    run = _Run(notebook, specification, limits, seed, journal or Journal())
    kernels = 0
    while not run.finished:
        kernels += 1
        if kernels > MAX_KERNELS or run.seconds_left <= 0:
            run.give_up("the notebook ended its kernel too often" if kernels > MAX_KERNELS else _time_is_up(limits))
            break
        with open_kernel(files, limits=run.limits_left) as kernel:
            run.journal.tell(f"kernel {kernels} opened {'warm' if getattr(kernel, 'is_warm', False) else 'cold'}")
            try:
                run.attempt(kernel)
            finally:
                run.cpu_seconds += kernel.cpu_seconds
    return Executed(run.reports, run.outputs, tuple(run.notes), run.waited)


@dataclass
class _Run:
    """One submission on its way through one kernel or more."""

    notebook: NotebookNode
    specification: Specification
    limits: Limits
    seed: int
    journal: Journal
    reports: dict[str, TaskReport] = field(default_factory=dict)
    outputs: dict[str, list] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    skipped: set[str] = field(default_factory=set)
    killed_in: set[str] = field(default_factory=set)
    finished: bool = False
    cpu_seconds: float = 0.0
    waited: float = 0.0

    def __post_init__(self) -> None:
        self._start_clock()

    def _start_clock(self) -> None:
        self._deadline = time.monotonic() + self.limits.submission_seconds

    @property
    def limits_left(self) -> Limits:
        """The limits of the next kernel: processor time is the submission's, however many kernels it uses up."""
        return replace(self.limits, cpu_seconds=max(1.0, self.limits.cpu_seconds - self.cpu_seconds))

    @property
    def seconds_left(self) -> float:
        return self._deadline - time.monotonic()

    def attempt(self, kernel: object) -> None:
        """Runs the cells in order until the end, or until the kernel is of no more use."""
        notebook = copy.deepcopy(self.notebook)
        client = _Client(notebook, kernel, self.limits.display_bytes)
        with ExitStack() as stack:
            wall = self._prepare(client, kernel, stack)
            self._await_turn(kernel, stack)
            for place, cell in enumerate(notebook.cells):
                if cell.cell_type != "code" or cell["id"] in self.skipped:
                    continue
                if self.seconds_left <= 0:
                    return
                if not self._step(client, wall, kernel, cell, place):
                    return
        self.finished = True

    def _await_turn(self, kernel: object, stack: ExitStack) -> None:
        """Waits with a kernel that is ready until it may compute; the waiting is nobody's time."""
        begin = time.monotonic()
        stack.enter_context(kernel.turn())
        waited = time.monotonic() - begin
        self.waited += waited
        self._deadline += waited

    def give_up(self, reason: str) -> None:
        """Reports every task that was not reached."""
        self.notes.append(reason)
        for task in self.specification.tasks:
            if task.name not in self.reports:
                self.reports[task.name] = not_run(self.specification, task.name, f"not run: {reason}")

    def _prepare(self, client: "_Client", kernel: object, stack: ExitStack) -> Wall:
        """Connects to the kernel and puts our agent into it.

        Raises:
            SandboxStartError: that failed; no code of the student's has run yet.
        """
        try:
            stack.enter_context(client.connected())
            wall = Wall(client.kc, kernel, self.limits.check_seconds, MAX_REPLY_BYTES)
            client.run_quietly(INSTALL)
            wall.open()
        except Exception as error:
            raise SandboxStartError(f"the kernel could not be prepared: {kernel.verdict or str(error) or type(error).__name__}") from error
        return wall

    def _step(self, client: "_Client", wall: Wall, kernel: object, cell: NotebookNode, place: int) -> bool:
        """Runs a cell, or a task's checks at its check cell. Says whether the kernel can go on."""
        task = _task_of(cell)
        if task is None:
            return self._run_cell(client, kernel, cell, place)
        if task not in self.reports:
            started = time.monotonic()
            report = run_task(self.specification, task, Student(wall, MAX_REPLY_BYTES), self.seed)
            wall.forget_objects()
            if wall.broken and self._is_forgiven(kernel, f"the checks of {task}"):
                return False
            self.reports[task] = report
            told = f"{report.outcome.value}, {report.earned:g} of {report.points:g} points"
            self.journal.tell(f"task {task}: {told}, {time.monotonic() - started:.2f} s")
            if wall.broken:
                self.notes.append(f"the checks of {task} ended the kernel: {kernel.verdict or wall.broken}")
                return False
        return True

    def _run_cell(self, client: "_Client", kernel: object, cell: NotebookNode, place: int) -> bool:
        started = time.monotonic()
        client.timeout = max(1, min(self.limits.cell_seconds, int(self.seconds_left)))
        try:
            with kernel.in_a_cell():
                client.execute_cell(cell, place)
        except CellTimeoutError:
            kernel.end("wall", f"the cell took more than {client.timeout:g} seconds")
        except Exception:  # the kernel died, or sent what is no message: either way this cell was its last
            if kernel.verdict is None:
                kernel.end("died", "the cell broke the kernel's replies")
        else:
            self.outputs[cell["id"]] = safe_outputs(cell.outputs)
            failed = any(output.get("output_type") == "error" for output in cell.outputs)
            self.journal.tell(f"cell {cell['id']}: {'ended in an error' if failed else 'ran'}, {time.monotonic() - started:.2f} s")
            return True
        if self._is_forgiven(kernel, f"cell {cell['id']}"):
            return False
        reason = f"This cell was left out: {kernel.verdict}."
        self.skipped.add(cell["id"])
        self.outputs[cell["id"]] = [*safe_outputs(cell.get("outputs", [])), error_output("Stopped", reason)]
        self.notes.append(f"cell {cell['id']} was left out: {kernel.verdict}")
        self.journal.tell(f"{self.notes[-1]}, {time.monotonic() - started:.2f} s")
        return False

    def _is_forgiven(self, kernel: object, where: str) -> bool:
        """Whether the notebook is run again as it is. A kernel that was killed may have been killed from outside, by a system
        without memory left; a notebook that kills its own kernel does so again in the same place.

        Raises:
            SandboxStartError: the kernel's own warm process ended.
        """
        _refuse_to_blame(kernel)
        if kernel.verdict is None or kernel.verdict.kind != "killed" or where in self.killed_in:
            return False
        if not self.killed_in:
            self._start_clock()  # once: else a notebook that kills itself on and on would win time on and on
        self.killed_in.add(where)
        self.journal.tell(f"the kernel was killed in {where}; the notebook is run again as it is")
        return True


class _Client(NotebookClient):
    """nbclient's client on a kernel of ours, with a limit on all that a submission prints."""

    def __init__(self, notebook: NotebookNode, kernel: object, max_bytes: int) -> None:
        super().__init__(notebook, km=kernel.manager, allow_errors=True, record_timing=False, startup_timeout=STARTUP_SECONDS)
        self.kernel = kernel
        self.left = max_bytes
        self.max_bytes = max_bytes

    def process_message(self, msg: dict, cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        self.left -= size_of_message(msg)
        if self.left < 0:
            self.kernel.end("output", f"the cell printed more than {self.max_bytes / 2**20:.0f} MiB")
            return None
        return super().process_message(msg, cell, cell_index)

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Channels to the kernel, closed at the end; the kernel itself is its owner's to end."""
        with self.setup_kernel(cleanup_kc=False):
            try:
                yield
            finally:
                self.kc.stop_channels()

    def run_quietly(self, code: str) -> None:
        """Runs code of ours, before any of the student's."""
        run_sync(self._run_quietly)(code)

    async def _run_quietly(self, code: str) -> None:
        reply = await self.kc.execute_interactive(code, silent=True, allow_stdin=False, timeout=60, output_hook=lambda message: None)
        if reply["content"].get("status") != "ok":
            raise RuntimeError(f"the kernel could not be prepared: {reply['content'].get('evalue')}")


def _task_of(cell: NotebookNode) -> str | None:
    """The task whose check cell this is, or None."""
    about = cell.metadata.get("nbgrader", {})
    if about.get("grade") and not about.get("solution"):
        return about["grade_id"].removeprefix(CHECK_PREFIX)
    return None


def _refuse_to_blame(kernel: object) -> None:
    """A kernel that ended through no fault of the student's costs no points: the submission is graded again.

    Raises:
        SandboxStartError: the kernel's own warm process ended.
    """
    if kernel.verdict is not None and kernel.verdict.kind == "stopped":
        raise SandboxStartError(f"the sandbox ended by itself: {kernel.verdict}")


def _time_is_up(limits: Limits) -> str:
    return f"the submission used up its {limits.submission_seconds:g} seconds"
