"""What the reports of the other assignments say of the original's hypotheses, from made-up runs; and of nothing, that it was not run."""

import math

import pandas as pd
import pytest

from solutions.char_lstm import hypotheses as char
from solutions.char_lstm import reference as char_reference
from solutions.mnist_sweep import hypotheses as mnist
from solutions.mnist_sweep import reference as mnist_reference
from solutions.mnist_sweep import reporting as mnist_reporting
from solutions.reference import store, tables, verdicts
from solutions.reference.discover import assignments, load
from solutions.state_and_clipping import hypotheses as state
from solutions.state_and_clipping import reference as state_reference

VERSIONS = {"python": "3", "numpy": "2", "tensorflow": "2", "keras": "3"}


def words(found):
    return [each.verdict for each in found]


def frame(reference, results, preset="full"):
    """Made-up runs of a whole preset: results(parameters and protocol) for each cell."""
    chosen = reference.REFERENCE.preset(preset)
    records = [store.Record(cell, "done", results(cell.identity), versions=VERSIONS) for cell in chosen.cells]
    return tables.findings(chosen, records).frame


def downhill(cell):
    """More of anything helps, at equal characters as well."""
    batch, nodes, unrollings, steps = (cell[name] for name in char_reference.NAMES)
    value = 4 + 5 / batch + 5 / nodes + 5 / unrollings + 1 / steps
    return {"valid_perplexity": value, "long_valid_perplexity": value + 1}


def test_char_every_claim_of_ours_follows_from_the_runs():
    runs = frame(char_reference, downhill)
    assert words(char.hypotheses(runs)) == ["yes", "no", "yes", "no", "yes", "yes", "yes"]
    told = char.hypotheses(runs)
    assert "at equal characters" in told[0].because and "100% of the steps to more nodes" in told[4].because
    assert "is lower than" in told[6].because


def test_char_a_control_that_does_not_hold_makes_it_in_part():
    def at_equal_characters_worse(cell):
        value = downhill(cell)["valid_perplexity"]
        if cell["num_steps"] not in (65, 3001):
            value += cell["num_unrollings"]
        return {"valid_perplexity": value, "long_valid_perplexity": value}

    assert words(char.hypotheses(frame(char_reference, at_equal_characters_worse)))[0] == "in part"


def test_char_batches_that_only_read_more_help_in_part():
    def larger_batches_worse_at_equal_characters(cell):
        value = downhill(cell)["valid_perplexity"] + cell["batch_size"] * (cell["num_steps"] not in (65, 3001))
        return {"valid_perplexity": value, "long_valid_perplexity": value}

    found = char.hypotheses(frame(char_reference, larger_batches_worse_at_equal_characters))[1]
    assert found.claim.startswith("H2") and found.verdict == "in part"


def test_char_the_other_way_round_every_verdict_turns():
    def uphill(cell):
        value = 20 - downhill(cell)["valid_perplexity"]
        return {"valid_perplexity": value * 3, "long_valid_perplexity": value}

    assert words(char.hypotheses(frame(char_reference, uphill))) == ["no", "yes", "no", "no", "no", "no", "no"]


def test_char_what_was_not_run_has_no_verdict():
    runs = frame(char_reference, downhill, "single")
    found = char.hypotheses(runs)
    assert words(found) == ["not run", "no", "not run", "no", "not run", "yes", "yes"]  # the six runs have two batch sizes and nodes
    assert "10 such runs" in found[5].because and "5 such runs" not in found[6].because


def table(accuracy, training=None):
    """Made-up runs of the MNIST grid: accuracy(units, rate), and training accuracy where it is another."""

    def results(cell):
        place = cell["units"], cell["learning_rate"]
        return {
            "test_accuracy": accuracy(*place), "train_accuracy": (training or accuracy)(*place),
            "collapsed": accuracy(*place) == 0.1, "diverged": False, "collapsed_to": 1,
        }  # fmt: skip

    return frame(mnist_reference, results)


def peak(units, rate):
    """High where the rate is near 1 / units, 0.1 at rates above that."""
    distance = math.log10(rate * units)
    return 0.1 if distance > 1 else 0.9 - 0.1 * abs(distance)


def test_mnist_collapsed_cells_are_over_fitted_only_where_training_accuracy_is_high():
    published = mnist_reporting.published_table()
    assert words(mnist.hypotheses(table(peak), published)) == ["no", "yes", "yes"]
    fitted = table(peak, lambda units, rate: 0.9 if peak(units, rate) == 0.1 else peak(units, rate))
    assert words(mnist.hypotheses(fitted, published))[0] == "yes"
    flat = table(lambda units, rate: 0.5 + rate / 10)
    assert words(mnist.hypotheses(flat, published)) == ["not run", "no", "no"]


def test_mnist_a_few_widths_of_one_best_rate_decide_nothing():
    runs = table(lambda units, rate: 0.9 if rate == 0.01 else 0.5)
    found = mnist.hypotheses(runs[runs["units"] <= 64], mnist_reporting.published_table())
    assert found[1].verdict == "not run" and "do not decide" in found[1].because


@pytest.mark.parametrize(("perplexity", "verdict"), [(120.9, "yes"), (121.1, "no")])
def test_language_models_the_anchor_is_reached_at_121(perplexity, verdict):
    runs = frame(state_reference, lambda cell: models(cell) | {"test_perplexity": perplexity})
    assert words(state.hypotheses(runs)) == [verdict, "yes", "yes"]


def models(cell):
    """Larger embeddings help words; more layers and smaller ones help characters."""
    value = 100 - cell["embedding"] / 10 if cell["level"] == "word" else 3 - cell["layers"] / 10
    bits = {"valid_bits": math.log2(value), "test_bits": math.log2(value)} if cell["level"] == "character" else {}
    curve = {f"curve_{name}": [value] * cell["epochs"] for name in ("train", "valid")}
    return {f"{part}_perplexity": value for part in ("train", "valid", "test")} | bits | curve


def test_language_models_of_a_sample_answer_nothing():
    runs = frame(state_reference, models, "demo")
    assert words(state.hypotheses(runs)) == ["not run"] * 3


def test_verdicts_are_one_list():
    listed = verdicts.section(
        [verdicts.Hypothesis("One.", "yes", verdicts.NO, "3 > 2"), verdicts.Hypothesis("Two.", "no", verdicts.NOT_RUN)]
    )
    assert listed.splitlines() == [
        "1. **One.** The original: yes. Ours: **no**: 3 > 2.",
        "2. **Two.** The original: no. Ours: **not run**.",
    ]


@pytest.mark.parametrize("name", assignments())
def test_a_report_of_nothing_says_not_run_everywhere_and_keeps_what_is_published(name, tmp_path):
    reference = load(name)
    reference.report(tables.findings(reference.presets[-1], []), tmp_path)
    page = (tmp_path / "report.md").read_text()
    hypotheses = page.split("## Hypotheses")[1].split("\n## ")[0]
    assert hypotheses.count("**not run**") == hypotheses.count("Ours: **") > 0
    published = {"char_lstm": "| 4.68 | 0 | not run", "mnist_sweep": "0.9663", "state_and_clipping": "| 114.50 | not run"}
    assert published.get(name, "0 runs") in page


def test_language_models_table_has_every_model_beside_the_anchors(tmp_path):
    chosen = state_reference.REFERENCE.preset("full")
    records = [store.Record(cell, "done", models(cell.identity), versions=VERSIONS) for cell in chosen.cells[:-1]]
    state_reference.report(tables.findings(chosen, records), tmp_path)
    rows = pd.read_csv(tmp_path / "table.csv")
    assert len(rows) == len(chosen.cells) + 1  # and the medium anchor, which no preset runs
    assert rows["published test"].dropna().tolist() == [114.5, 82.7]
    assert list(rows[rows["test"] == "not run"]["model"]) == [
        "character, 3 × 200, embedding 64, dropout 0.1, 8 epochs",
        "word, 2 × 650, dropout 0.5, 39 epochs",
    ]
    assert (tmp_path / "learning_curves.svg").exists() and "1.433" in (tmp_path / "table.md").read_text()


def test_char_report_has_every_figure_as_png_and_svg(tmp_path):
    def results(cell):
        curve = {"curve_steps": [10, cell["num_steps"]], "curve_losses": [3.0, None if cell["num_nodes"] == 12 else 2.0]}
        return downhill(cell) | curve

    chosen = char_reference.REFERENCE.preset("full")
    records = [store.Record(cell, "done", results(cell.identity), versions=VERSIONS) for cell in chosen.cells]
    char_reference.report(tables.findings(chosen, records), tmp_path)
    names = ["learning_curves", "surface", "surface_heatmap", *(f"sweep_{name}" for name in char_reference.SWEEPS)]
    assert {path.stem for path in tmp_path.glob("*.png")} == {path.stem for path in tmp_path.glob("*.svg")} == set(names)
    singles = pd.read_csv(tmp_path / "singles.csv")
    assert len(singles) == 6 and (singles["runs"] == 5).all()
    assert singles["difference"].iloc[0] == pytest.approx(singles["mean"].iloc[0] / 4.675105314113517 - 1)
