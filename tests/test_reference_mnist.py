"""The reference runs of the MNIST sweep: its grid, its report from made-up cells, and one real training of a tiny network."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from solutions.mnist_sweep import reference as sweep
from solutions.mnist_sweep import reporting
from solutions.reference import figures, grid_report, store, tables
from solutions.reference.plan import Cell
from solutions.reference.reporting import choose_preset, make_report

ROOT = Path(__file__).parents[1]
RATES = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0]
VERSIONS = {"python": "3", "numpy": "2", "tensorflow": "2", "keras": "3"}


def preset(name):
    return sweep.REFERENCE.preset(name)


def record(units, rate, accuracy, seed=0, data="mnist", collapsed_to=None, diverged=False):
    """A made-up result of one cell."""
    protocol = sweep.PROTOCOL if data == "mnist" else sweep.SAMPLE_PROTOCOL
    cell = Cell({"units": units, "learning_rate": rate}, seed, data, protocol)
    loss = None if diverged else 1.5
    results = {
        "test_accuracy": accuracy, "train_accuracy": accuracy - 0.01, "test_loss": loss, "train_loss": loss, "diverged": diverged,
        "collapsed": collapsed_to is not None, "collapsed_to": collapsed_to, "predicted_counts": [1] * 10, "examples": 60_000,
        "device": "CPU",
    }  # fmt: skip
    status = store.DIVERGED if diverged else store.DONE
    return store.Record(cell, status, results, seconds=1.0, versions=VERSIONS)


RECORDS = [
    record(16, 1e-3, 0.70, seed=0),
    record(16, 1e-3, 0.80, seed=1),
    record(64, 1e-2, 0.96),
    record(64, 1.0, 0.0974, collapsed_to=8),
    record(128, 1.0, 0.0980, collapsed_to=0, diverged=True),
    record(16, 1e-2, 0.5, data="mnist-sample"),
]


@pytest.fixture
def results(tmp_path):
    """The full preset's report from RECORDS, written into a folder."""
    found = tables.findings(preset("full"), RECORDS)
    sweep.report(found, tmp_path)
    return tmp_path


def test_the_presets_are_what_the_documentation_says():
    demo, laptop, full = (preset(name) for name in ("demo", "laptop", "full"))
    assert [len(each.places) for each in (demo, laptop, full)] == [18, 30, 54]
    assert (demo.data, laptop.data, full.data) == ("mnist-sample", "mnist", "mnist")
    assert demo.warning and not laptop.warning and not full.warning
    assert {cell.name for cell in laptop.cells} < {cell.name for cell in full.cells}  # never trained twice
    seeds = {units: sum(cell.parameters["units"] == units for cell in full.cells) // 6 for units in sweep.UNITS}
    assert seeds == {16: 3, 32: 3, 64: 3, 128: 3, 256: 3, 512: 3, 1024: 1, 2048: 1, 4096: 1}


def test_one_seed_of_the_grid_costs_five_and_a_half_petaflop():
    cells = [cell for cell in preset("full").cells if cell.seed == 0]
    assert sum(map(sweep.operations, cells)) == pytest.approx(5.5e15, rel=0.01)
    assert sum(sweep.operations(cell) for cell in cells if cell.parameters["units"] == 4096) == pytest.approx(0.75 * 5.5e15, rel=0.02)


def test_the_published_table_and_its_collapsed_cells():
    table = reporting.published_table()
    assert list(table.index) == list(sweep.UNITS) and list(table.columns) == RATES
    assert table.loc[64, 1e-2] == 0.9663
    only = {place: int(mark.removeprefix("only ")) for place, mark in reporting.published_marks(table).items()}
    assert only == {
        (16, 1.0): 8, (64, 1.0): 3, (128, 1.0): 0, (256, 0.1): 7, (512, 0.1): 6, (512, 1.0): 6,
        (1024, 0.01): 7, (1024, 0.1): 1, (1024, 1.0): 3, (2048, 0.01): 5, (2048, 0.1): 1, (2048, 1.0): 9,
        (4096, 0.01): 6, (4096, 0.1): 8, (4096, 1.0): 8,
    }  # fmt: skip


def test_the_class_counts_are_those_of_mnists_test_set():
    assert sum(reporting.TEST_COUNTS) == 10_000
    assert [reporting.collapsed_class(accuracy) for accuracy in (0.0974, 0.1010, 0.0980, 0.0958, 0.1028)] == [8, 3, 0, 6, 7]
    assert [reporting.collapsed_class(accuracy) for accuracy in (0.1135, 0.1009, 0.0892, 0.1140, 0.5)] == [1, 9, 5, None, None]


def test_the_table_has_the_assignments_shape_and_holes_where_nothing_was_run(results):
    table = pd.read_csv(results / "table.csv", index_col=0)
    assert table.index.name == "units"
    assert list(table.index) == [16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
    assert list(table.columns) == ["1e-05", "0.0001", "0.001", "0.01", "0.1", "1.0"]
    assert table.loc[16, "0.001"] == pytest.approx(0.75)  # over two seeds
    assert table.notna().sum().sum() == 4
    assert "| 32 | not run | not run |" in (results / "table.md").read_text()


def test_cells_csv_has_one_row_a_run_and_no_sample_among_full_data(tmp_path):
    cells = tmp_path / "cells"
    cells.mkdir()
    for each in RECORDS:
        store.write(cells, each)
    chosen = choose_preset(sweep.REFERENCE, store.read_all(cells))
    assert chosen.name == "full"
    make_report(sweep.REFERENCE, chosen, cells, tmp_path / "results", print)
    frame = pd.read_csv(tmp_path / "results" / "cells.csv")
    assert list(frame.columns) == [
        "units", "learning_rate", "seed", "test_accuracy", "train_accuracy", "test_loss", "train_loss", "diverged", "collapsed",
        "collapsed_to", "predicted_counts", "examples", "data", "epochs", "batch_size", "seconds", "threads", "device",
        "python", "numpy", "tensorflow", "keras",
    ]  # fmt: skip
    assert len(frame) == 5 and set(frame["data"]) == {"mnist"}
    assert set(tables.findings(preset("demo"), RECORDS).frame["data"]) == {"mnist-sample"}


def test_difference_is_ours_minus_published():
    grid = compare(RECORDS)
    assert grid.difference.loc[64, 1e-2] == pytest.approx(0.96 - 0.9663)
    assert np.isnan(grid.difference.loc[32, 1e-2])


def test_the_page_names_collapses_nan_spread_and_what_was_not_run(results):
    page = (results / "report.md").read_text()
    assert "5 runs, 4 of 54 places" in page
    sections = dict(part.split("\n\n", 1) for part in page.split("## ")[1:])
    assert sections["Collapsed to one answer"].splitlines()[0].startswith("- units 64, learning rate 1, seed 0: always 8; test accuracy")
    assert sections["Ended in NaN"].strip() == "- units 128, learning rate 1, seed 0"
    assert "units 16, learning rate 0.001: 2 runs, mean 0.7500, deviation 0.0707" in sections["Spread over seeds"]
    assert "- units 4096, seed 0: learning rate 1e-05, 0.0001, 0.001, 0.01, 0.1, 1\n" in sections["Not run"] + "\n"
    assert "- units 16, seed 0: learning rate 1e-05, 0.0001, 0.01, 0.1, 1\n" in sections["Not run"], "0.001 was run"


def test_a_report_where_every_run_diverged_still_stands(tmp_path):
    sweep.report(tables.findings(preset("full"), [RECORDS[4]]), tmp_path)
    assert "test loss nan" in (tmp_path / "report.md").read_text()


def test_the_sample_says_so_in_tables_figures_and_page(tmp_path):
    found = tables.findings(preset("demo"), RECORDS)
    sweep.report(found, tmp_path)
    for name in ("table.md", "report.md"):
        assert "SAMPLE of 4,000" in (tmp_path / name).read_text()
    figure, _ = figures.new_figure(1, 3, found.preset.warning)
    assert "SAMPLE of 4,000" in figure.get_suptitle()
    plain, _ = figures.new_figure(1, 3)
    assert plain.get_suptitle() == ""


def test_every_figure_is_there_and_the_same_at_every_drawing(results, tmp_path_factory):
    names = [f"{name}.{kind}" for name in FIGURES for kind in ("png", "svg")]
    again = tmp_path_factory.mktemp("again")
    sweep.report(tables.findings(preset("full"), RECORDS), again)
    for name in names:
        assert (results / name).read_bytes() == (again / name).read_bytes()


FIGURES = ("heatmap_ours", "heatmap_published", "heatmap_difference", "heatmaps")


def compare(records):
    found = tables.findings(preset("full"), records)
    return grid_report.compare(found, "units", "learning_rate", "test_accuracy", reporting.published_table())


def texts(axes):
    """The notes of a heatmap by place: {(row, column): text}."""
    return {(int(text.get_position()[1]), int(text.get_position()[0])): text.get_text() for text in axes.texts}


def test_the_heatmap_shows_the_table_its_marks_and_what_was_not_run():
    grid = compare(RECORDS)
    _, (axes,) = figures.new_figure()
    marks = reporting.our_marks(tables.findings(preset("full"), RECORDS).frame)
    figures.accuracy_heatmap(axes, grid.ours, grid_report.annotations(grid.ours, marks), "Ours")
    notes = texts(axes)
    assert len(notes) == 54
    assert (notes[0, 2], notes[2, 3]) == ("0.7500", "0.9600")
    assert (notes[2, 5], notes[3, 5]) == ("0.0974\nonly 8", "0.0980\nNaN")
    assert notes[1, 0] == "not run" and list(notes.values()).count("not run") == 50
    mesh = axes.collections[0]
    assert mesh.get_clim() == (0.0, 1.0)
    np.testing.assert_array_equal(np.ma.filled(mesh.get_array(), np.nan).reshape(9, 6), grid.ours.to_numpy())
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("learning rate", "units")
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1e-05", "0.0001", "0.001", "0.01", "0.1", "1"]


def test_the_differences_colours_are_centred_at_zero():
    grid = compare([record(16, 1e-2, 0.4319)])
    _, (axes,) = figures.new_figure()
    figures.difference_heatmap(axes, grid.difference, grid_report.annotations(grid.difference, written="{:+.4f}"), "")
    assert axes.collections[0].get_clim() == pytest.approx((-0.5, 0.5))
    assert texts(axes)[0, 3] == "-0.5000"


def test_some_seeds_collapsed_is_told_apart_from_all_collapsed():
    frame = tables.findings(preset("full"), [record(16, 1.0, 0.1, 0, collapsed_to=3), record(16, 1.0, 0.3, 1)]).frame
    assert reporting.our_marks(frame) == {(16, 1.0): "1/2 collapsed"}


def test_evaluation_counts_answers_and_takes_cross_entropy_in_nats():
    class Constant:
        def predict(self, x, **_):
            return np.tile(np.log([0.5] + [0.5 / 9] * 9), (len(x), 1))

    measured = sweep.evaluate(Constant(), np.zeros((4, 28, 28)), np.array([0, 0, 1, 2]))
    assert measured["accuracy"] == 0.5
    assert measured["counts"] == [4, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert measured["loss"] == pytest.approx((2 * np.log(2) + 2 * np.log(18)) / 4)


REAL = """
import json, sys
from solutions.mnist_sweep import reference as sweep
from solutions.reference.plan import Cell
(x, y), test = sweep.load("mnist-sample")
sweep.load = lambda data: ((x[:512], y[:512]), (test[0][:200], test[1][:200]))
class Never:
    load = staticmethod(lambda: None)
    save = watch = staticmethod(lambda *_, **values: None)
def run(rate, seed=0, epochs=8):
    return sweep.train(Cell({"units": 8, "learning_rate": rate}, seed, "mnist-sample", {"epochs": epochs, "batch_size": 32}), Never)
first = run(0.02)
other = run(float("inf"), epochs=1)
json.dump([first, other, run(0.02), run(0.02, seed=1, epochs=1), run(0.02, epochs=1)], sys.stdout)
"""


def test_a_real_training_learns_repeats_itself_and_knows_when_it_diverged():
    run = subprocess.run([sys.executable, "-c", REAL], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    first, diverged, again, seeded, short = json.loads(run.stdout.splitlines()[-1])
    assert first["train_accuracy"] > 0.3  # a tenth is chance
    assert sum(first["predicted_counts"]) == 200 and first["examples"] == 512
    assert again == first  # the compiled model was used for another cell in between
    assert first["diverged"] is False and diverged["diverged"] is True
    assert seeded["test_loss"] != short["test_loss"]
