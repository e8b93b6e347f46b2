"""A submission runs in the sandbox, its checks run here; whatever its code does costs it the question it happened in."""

from dataclasses import replace

import nbformat
import pytest

from autograder.build import instructor_notebook
from autograder.checks.outcomes import Outcome
from autograder.checks.report import as_text
from autograder.grading.grade import grade_folder, prepare
from autograder.grading.kernels import kernels
from autograder.grading.preprocessors import show_record
from autograder.grading.record import read_record, write_record
from autograder.sandbox.limits import Limits
from autograder.verify import Case, hand_in

MEAN = "def mean(numbers):\n    return sum(numbers) / len(numbers)"
WEIGHTED = "def weighted_mean(numbers, weights):\n    return sum(n * w for n, w in zip(numbers, weights)) / sum(weights)"


@pytest.fixture
def grade(module_toy, tmp_path, sandbox):
    """Grades the toy with some cells replaced and some added before or after them."""
    solved = instructor_notebook(module_toy)

    def run(cells=None, before=None, limits=Limits(), files=None):
        notebook = nbformat.from_dict(solved)
        for name, source in (cells or {}).items():
            next(cell for cell in notebook.cells if cell["id"] == name).source = source
        for name, source in (before or {}).items():
            place = next(place for place, cell in enumerate(notebook.cells) if cell["id"] == name)
            notebook.cells.insert(place, nbformat.v4.new_code_cell(source, id="own"))
        folder = tmp_path / "submission"
        hand_in(Case("solution", notebook), module_toy, folder)
        for name, content in (files or {}).items():
            (folder / name).write_text(content)
        grader = replace(prepare(module_toy, limits), limits=limits)
        with kernels(limits, 1, module_toy.root) as open_kernel:
            return grade_folder(grader, "ada", folder, open_kernel, seed=1)

    return run


def outcomes(record, task):
    return [result.outcome for result in record.report(task).results]


ALL_PASSED = [Outcome.PASSED, Outcome.PASSED]


def test_the_solution_gets_every_point(grade):
    record = grade()
    assert (record.earned, record.points, record.notes, record.problem) == (5, 5, (), "")


def test_printing_to_stderr_and_odd_last_values_change_nothing(grade):
    noisy = MEAN + "\nimport sys, os\nprint('a warning', file=sys.stderr)\nos.write(2, b'from C')\n"
    assert grade({"mean": noisy + "-1", "weighted_mean": WEIGHTED + "\nfloat('nan')"}).earned == 5


def test_a_function_that_prints_and_warns_while_it_is_checked_still_passes(grade):
    loud = "import os, sys, warnings\n" + MEAN.replace(
        "    return", "    print('x' * 1000); warnings.warn('y'); os.write(2, b'z')\n    return"
    )
    assert grade({"mean": loud}).earned == 5


def test_an_error_in_a_cell_costs_only_what_needs_the_cell(grade):
    record = grade({"mean": "def mean(numbers:"})
    assert record.earned == 2
    assert outcomes(record, "mean") == [Outcome.NOT_ATTEMPTED] * 2
    assert "SyntaxError" in str(record.outputs["mean"])


def test_what_the_function_raises_is_told_with_its_line(grade):
    record = grade({"mean": "def mean(numbers):\n    return numbers / 0"})
    evidence = record.report("mean").results[0].evidence
    assert "TypeError" in evidence.problem and "return numbers / 0" in evidence.problem


@pytest.mark.parametrize("deadly", ["import os\nos._exit(3)", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"])
def test_a_cell_that_ends_the_kernel_is_left_out_and_the_rest_is_graded(grade, deadly):
    record = grade(before={"mean": deadly})
    assert record.earned == 5
    assert any("left out" in note for note in record.notes)
    assert "left out" in str(record.outputs["extra-1"])


def test_a_function_that_ends_the_kernel_costs_its_own_task_only(grade):
    record = grade({"mean": "import os\ndef mean(numbers):\n    os._exit(1)"})
    assert (record.report("mean").earned, record.report("weighted_mean").earned) == (0, 2)
    assert "ended its own kernel" in record.report("mean").results[0].evidence.problem


def test_points_won_before_the_kernel_died_are_kept(grade):
    record = grade(
        {"mean": "import os\ndef mean(numbers):\n    if len(numbers) > 2:\n        os._exit(1)\n    return sum(numbers) / len(numbers)"}
    )
    assert (record.report("mean").earned, record.report("weighted_mean").earned) == (1, 2)
    assert "ended its own kernel" in as_text(record.report("mean")), "a hidden check, too, says why it could not run"


def test_a_cell_without_end_is_stopped_and_left_out(grade):
    record = grade(before={"mean": "while True: pass"}, limits=Limits(cell_seconds=2))
    assert record.earned == 5
    assert any("took more than 2 seconds" in note for note in record.notes)


def test_a_check_without_end_is_stopped_and_costs_its_task(grade):
    record = grade({"mean": "def mean(numbers):\n    while True: pass"}, limits=Limits(check_seconds=2, cell_seconds=2))
    assert (record.report("mean").earned, record.report("weighted_mean").earned) == (0, 2)
    evidence = record.report("mean").results[0].evidence
    assert "took more than 2 seconds" in evidence.problem and "loop" in evidence.hint


BURN = "import os, time\nbegin = time.process_time()\nwhile time.process_time() - begin < {}: pass\n"


def test_a_cell_that_computes_too_long_on_whatever_cores_is_left_out(grade):
    record = grade(before={"mean": BURN.format(60)}, limits=Limits(cell_cpu_seconds=1))
    assert record.earned == 5
    assert any("the cell used more than 1 seconds of processor time" in note for note in record.notes)


def test_a_second_kernel_has_what_processor_time_the_first_one_left(grade):
    cells = {"mean": BURN.format(2.5) + "os._exit(1)", "weighted_mean": BURN.format(4) + WEIGHTED}
    assert grade(cells, limits=Limits(cpu_seconds=60)).report("weighted_mean").earned == 2
    record = grade(cells, limits=Limits(cpu_seconds=5))
    assert record.report("weighted_mean").earned == 0
    assert any("seconds of processor time" in note for note in record.notes)


def test_a_flood_of_output_is_stopped(grade):
    record = grade(before={"mean": "while True: print('x' * 10_000)"}, limits=Limits(display_bytes=200_000, cell_seconds=30))
    assert record.earned == 5
    assert any("printed more than" in note for note in record.notes)


def test_a_submission_that_keeps_ending_its_kernel_gets_a_verdict(grade):
    deadly = "import os\nos._exit(1)"
    record = grade({"mean": deadly, "weighted_mean": deadly}, before={"setup": deadly})
    assert record.earned == 0
    assert all(result.outcome is Outcome.NOT_ATTEMPTED for report in record.reports for result in report.results)


def test_time_for_the_whole_submission_runs_out(grade):
    record = grade({"mean": "import time\ndef mean(numbers):\n    time.sleep(60)"}, limits=Limits(submission_seconds=3))
    assert record.earned == 0
    assert any("3 seconds" in note for note in record.notes)


def test_handed_in_files_are_there_and_the_hosts_are_not(grade):
    look = "import os\nfound = open('notes.txt').read()\nprint(found, os.path.exists('averages.ipynb'), os.listdir('/home'))"
    record = grade(before={"mean": look}, files={"notes.txt": "made at home"})
    shown = str(record.outputs["extra-1"])
    assert "made at home False ['student']" in shown


def test_a_students_own_copy_of_the_engine_is_not_used(grade):
    record = grade({"mean": "def mean(numbers):\n    return 0"}, files={"checks.py": "TASKS = []"})
    assert record.report("mean").earned == 0


def test_a_function_that_lies_about_its_result_gets_nothing(grade):
    lie = (
        "import numpy as np\nclass Liar(np.ndarray):\n    def __eq__(self, other): return True\n    def __sub__(self, other): return 0\n"
        "def mean(numbers):\n    return np.array(7.0).view(Liar)"
    )
    assert grade({"mean": lie}).report("mean").earned == 0


def test_breaking_the_comm_in_the_kernel_gives_no_points(grade):
    broken = (
        "get_ipython().kernel.comm_manager.comms.clear()\nget_ipython().kernel.comm_manager.targets.clear()\ndef mean(numbers): return 2"
    )
    record = grade({"mean": broken}, limits=Limits(check_seconds=5))
    assert record.report("mean").earned == 0


def test_outputs_with_markup_do_not_reach_the_page(grade):
    record = grade(before={"mean": "from IPython.display import HTML, display\ndisplay(HTML('<script>alert(1)</script>'))"})
    assert "<script>" not in str(record.outputs["extra-1"])
    assert "IPython.core.display.HTML" in str(record.outputs["extra-1"])


def test_the_shown_notebook_carries_report_and_points(grade, module_toy):
    record = grade({"mean": "def mean(numbers):\n    return sum(numbers)"})
    shown = show_record(nbformat.from_dict(prepare(module_toy, Limits()).released), record)
    check = next(cell for cell in shown.cells if cell["id"] == "check_mean")
    assert "this is the sum" in check.outputs[0].data["text/html"]
    assert float(check.outputs[-1].data["text/plain"]) == 0.0


def test_a_record_is_read_back_as_it_was_written(grade, tmp_path):
    record = grade({"mean": "def mean(numbers):\n    return sum(numbers)"})
    write_record(record, tmp_path / "records" / "ada.json")
    assert read_record(tmp_path / "records" / "ada.json") == record


def test_half_a_record_is_none(tmp_path):
    (tmp_path / "ada.json").write_text('{"student": "ada", "rep')
    assert read_record(tmp_path / "ada.json") is None
