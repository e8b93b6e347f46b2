"""Real cells of every assignment that resumes: kill -9 for the run and its workers in the middle of training, then the same run again."""

import json
import os
import signal
import subprocess
import sys

import pytest
from test_reference import PATIENCE, ROOT

from solutions.char_lstm import reference as characters
from solutions.mnist_sweep import reference as digits
from solutions.reference.discover import assignments, load
from solutions.reference.plan import Cell
from solutions.state_and_clipping import reference as language

CALLS = 10  # calls of the compiled program in each of these cells, with a checkpoint behind each
CELLS = {
    "char_lstm": Cell(characters.USUAL | {"num_nodes": 8, "num_steps": 2500}, 1, characters.SAMPLE, characters.PROTOCOL),
    "mnist_sweep": Cell({"units": 8, "learning_rate": 0.01}, 1, digits.SAMPLE, digits.SAMPLE_PROTOCOL | {"epochs": 2}),
    "state_and_clipping": language.cell("word", 2, 8, 8, language.COURSE | {"num_steps": 5, "epochs": 2}, 1, language.SAMPLE),
}
REFERENCE = """
import os, signal
from dataclasses import replace
from solutions.reference.plan import Cell, Preset
from solutions.{assignment} import reference

def train(cell, checkpoint):
    save = checkpoint.save

    def logged(*state):
        with open(os.environ["SAVED"], "a+") as log:
            if str(log.tell()) == os.environ.get("KILLED_AFTER"):
                os.killpg(0, signal.SIGKILL)  # what was trained since the last checkpoint is lost
            save(*state)
            log.write(".")

    checkpoint.every, checkpoint.save = 0, logged
    return reference.train(cell, checkpoint)

PRESETS = (Preset("one", "one cell", ({cell!r},)),)
REFERENCE = replace(reference.REFERENCE, presets=PRESETS, train=train)
"""


def test_every_assignment_that_resumes_is_tried():
    assert set(CELLS) == {name for name in assignments() if load(name).resumes}


@pytest.mark.parametrize("assignment", CELLS)
def test_a_cell_killed_in_the_middle_ends_with_the_same_result(tmp_path, assignment):
    solutions = tmp_path / "solutions"
    (solutions / assignment).mkdir(parents=True)
    (solutions / assignment / "reference.py").write_text(REFERENCE.format(assignment=assignment, cell=CELLS[assignment]))

    def run(folder, **variables):
        """Run the cell; return the exit code, its record's results or None, and how many checkpoints were written so far."""
        cells, saved = tmp_path / folder, tmp_path / f"{folder}.saved"
        command = [sys.executable, "-m", "solutions.reference", "run", assignment, "--preset", "one", "--device", "cpu"]
        ended = subprocess.run(
            [*command, "--solutions", solutions, "--cells", cells], cwd=ROOT, env={**os.environ, "SAVED": str(saved), **variables},
            capture_output=True, start_new_session=True, timeout=PATIENCE,
        )  # fmt: skip
        record = cells / f"{CELLS[assignment].name}.json"
        return ended.returncode, json.loads(record.read_text())["results"] if record.exists() else None, saved.stat().st_size

    assert run("killed", KILLED_AFTER="7") == (-signal.SIGKILL, None, 7)
    code, results, saved = run("killed")
    assert (code, saved) == (0, CALLS), "it began anew, or did not end"
    assert (code, results, saved) == run("undisturbed")
