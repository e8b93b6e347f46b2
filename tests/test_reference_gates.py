"""The reference runs of the gates: gradients against central differences, slopes against what is known, verdicts from made-up runs."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from solutions.lstm_gates import gradients, hypotheses, reference
from solutions.reference import store, tables
from solutions.reference.plan import Cell

ROOT = Path(__file__).parents[1]
UNITS, FEATURES, BATCH, STEPS = 4, 3, 2, 5


def drawn(cell, seed=0, radius=1.0, gate_bias=1.0):
    """Weights, a sequence and the gradient at the end."""
    random = np.random.default_rng(seed)
    weights = gradients.draw_weights(cell, radius, gate_bias, FEATURES, UNITS, random)
    return weights, random.normal(size=(BATCH, STEPS, FEATURES)), *random.normal(size=(2, BATCH, UNITS))


@pytest.mark.parametrize("cell", gradients.CELLS)
def test_the_norm_at_every_step_is_that_of_central_differences(cell):
    weights, sequence, to_output, to_memory = drawn(cell)
    of_outputs, of_memories = gradients.gradient_norms(cell, weights, sequence, to_output, to_memory)
    assert (of_memories is None) == (cell in ("plain", "gru"))
    states = [(np.zeros((BATCH, UNITS)), np.zeros((BATCH, UNITS)))]
    for event in np.swapaxes(sequence, 0, 1):
        states.append(gradients.STEPS[cell](weights, event, *states[-1])[:2])

    def loss(step, output, memory):
        """The loss as a function of what was handed on after that many steps."""
        for event in np.swapaxes(sequence, 0, 1)[step:]:
            output, memory, _ = gradients.STEPS[cell](weights, event, output, memory)
        return (output * to_output).sum() + (memory * to_memory).sum()

    for step in range(1, STEPS + 1):
        for which, norms in ((0, of_outputs), (1, of_memories)):
            if norms is None:
                continue
            slopes = np.zeros((BATCH, UNITS))
            for place in np.ndindex(BATCH, UNITS):
                shift = np.zeros((BATCH, UNITS))
                shift[place] = 1e-6
                ends = [loss(step, *[state + sign * shift * (k == which) for k, state in enumerate(states[step])]) for sign in (1, -1)]
                slopes[place] = (ends[0] - ends[1]) / 2e-6
            assert np.linalg.norm(slopes) == pytest.approx(norms[step - 1], rel=1e-6)


def test_the_plain_cells_norms_are_those_of_the_notebooks_own_solution():
    source = (ROOT / "solutions" / "lstm_gates" / "source.py").read_text()
    functions = re.findall(r"^def (?:rnn_step|gradient_norms)\(.*?### END SOLUTION", source, re.DOTALL | re.MULTILINE)
    namespace = {"np": np}
    exec("\n".join(functions), namespace)
    weights, sequence, to_output, to_memory = drawn("plain")
    expected = namespace["gradient_norms"](sequence, weights.kernel, weights.recurrent_kernel, weights.bias, to_output)
    np.testing.assert_allclose(gradients.gradient_norms("plain", weights, sequence, to_output, to_memory)[0], expected, rtol=1e-12)


def test_the_gate_that_keeps_gets_the_bias_and_every_block_the_radius():
    for cell, block in (("lstm", 1), ("peephole", 1), ("gru", 0)):
        weights = gradients.draw_weights(cell, 0.7, 3.0, FEATURES, UNITS, np.random.default_rng(0))
        blocks = np.split(weights.recurrent_kernel, gradients.BLOCKS[cell], axis=1)
        assert [np.abs(np.linalg.eigvals(each)).max() for each in blocks] == pytest.approx([0.7] * len(blocks))
        biases = weights.bias.reshape(-1, UNITS)
        assert (biases[block] == 3).all() and biases.sum() == 3 * UNITS
    assert (weights.peephole == 0).all()  # a GRU has none
    assert (gradients.draw_weights("peephole", 1, 0, FEATURES, UNITS, np.random.default_rng(0)).peephole != 0).all()


def test_the_slope_is_of_the_decimal_logarithm_and_one_step_back():
    assert gradients.slope([8.0, 4.0, 2.0, 1.0]) == pytest.approx(np.log10(2))  # grows on its way back to the first step
    assert np.isnan(gradients.slope([1.0, 0.0])) and np.isnan(gradients.slope([np.inf, 1.0]))


def run(cell, radius, event_size=reference.ORDINARY, gate_bias=0, steps=reference.STEPS, seed=0):
    return reference.train(Cell(reference.place(cell, radius, event_size, gate_bias, steps), seed, reference.DATA, reference.PROTOCOL))


def test_with_tiny_events_the_radius_alone_makes_the_slope():
    for radius in reference.RADII:
        assert run("plain", radius, reference.TINY)["slope"] == pytest.approx(np.log10(radius), abs=0.02)
    assert run("plain", 1.5)["slope"] < 0  # ordinary events bend tanh


def test_a_run_repeats_itself_and_another_seed_differs():
    assert run("lstm", 1.0) == run("lstm", 1.0)
    assert run("lstm", 1.0, seed=1)["slope"] != run("lstm", 1.0)["slope"]
    found = run("gru", 1.0)
    assert found["memory_norms"] is None and len(found["output_norms"]) == reference.STEPS
    assert found["first_to_last"] == pytest.approx(found["output_norms"][0] / found["output_norms"][-1], rel=1e-3)


def test_the_presets_are_what_the_documentation_says():
    demo, full = reference.PRESETS
    assert demo.warning and not full.warning
    assert {cell.parameters["radius"] for cell in full.cells} == {0.5, 0.75, 1.0, 1.25, 1.5}
    assert {cell.parameters["cell"] for cell in full.cells} == {"plain", "lstm", "gru", "peephole"}
    assert len(full.cells) == 5 * len(full.places)
    assert not {cell.name for cell in demo.cells} & {cell.name for cell in full.cells}  # so that a demo never passes for results


def slopes(**changes):
    """Made-up runs in which every claim of the notes holds, but for the changes."""
    held = {("plain", radius, size, 0): np.log10(radius) for radius in reference.RADII for size in (reference.TINY, reference.ORDINARY)}
    held |= {("lstm", radius, 1.0, bias): -0.001 for radius in reference.RADII for bias in reference.GATE_BIASES}
    held |= {("gru", 1.0, 1.0, 3): -0.001, ("peephole", 1.0, 1.0, 3): -0.001} | changes.get("changed", {})
    rows = [dict(zip(reference.NAMES, place, strict=False)) | {"steps": 50, "slope": slope} for place, slope in held.items()]
    return pd.DataFrame(rows)


def words(runs):
    return [each.verdict for each in hypotheses.hypotheses(runs)]


def test_the_verdicts_follow_the_figures():
    assert words(pd.DataFrame()) == ["not run"] * 5
    assert words(slopes()) == ["yes", "yes", "yes", "no", "yes"]
    assert words(slopes(changed={("plain", 1.5, reference.TINY, 0): 0.0}))[:2] == ["no", "in part"]
    assert words(slopes(changed={("plain", 1.5, 1.0, 0): -0.1}))[1] == "in part"
    assert words(slopes(changed={("plain", 1.0, 1.0, 0): -0.3, ("lstm", 1.0, 1.0, 0): -0.2}))[2] == "in part"
    never = {("lstm", 1.0, 1.0, bias): -0.4 for bias in reference.GATE_BIASES} | {("plain", 1.0, 1.0, 0): -0.3}
    assert words(slopes(changed=never))[2] == "no"
    assert words(slopes(changed={("lstm", 1.5, 1.0, 5): 0.02}))[3] == "yes"
    assert words(slopes(changed={("plain", 1.0, 1.0, 0): -0.2, ("gru", 1.0, 1.0, 3): -0.1}))[4] == "in part"


def test_the_report_has_its_tables_and_figures(tmp_path):
    demo = reference.PRESETS[0]
    records = [store.Record(cell, "done", reference.train(cell), versions={"python": "3", "numpy": "2"}) for cell in demo.cells[:-1]]
    reference.report(tables.findings(demo, records), tmp_path)
    for name in ("plain_cell", "gate_bias", "slopes"):
        assert (tmp_path / f"{name}.png").exists() and (tmp_path / f"{name}.svg").exists()
    table = pd.read_csv(tmp_path / "slopes.csv")
    assert len(table) == len(demo.places)
    tiny = table[(table["cell"] == "plain") & (table["event_size"] == reference.TINY) & (table["radius"] == 1.5)].iloc[0]
    assert tiny["runs"] == 2 and tiny["least"] < tiny["slope"] < tiny["most"]
    assert tiny["factor_a_step"] == pytest.approx(10 ** tiny["slope"])
    page = (tmp_path / "report.md").read_text()
    assert "SMALL" in page and "15 runs, 1 of the preset's not run" in page
    assert "gate_bias=1 steps=20: seed 1" in page


def test_the_committed_results_are_what_the_programs_give():
    committed = pd.read_csv(ROOT / "solutions" / "lstm_gates" / "results" / "cells.csv")
    full = reference.REFERENCE.preset("full")
    assert len(committed) == len(full.cells)
    for index in (0, 101, 230, 409):
        row = committed.iloc[index]
        cell = next(c for c in full.cells if all(row[name] == value for name, value in {**c.parameters, "seed": c.seed}.items()))
        assert reference.train(cell)["slope"] == pytest.approx(row["slope"], rel=1e-6)
