"""Honest measurements are not refused, whatever luck they had: each is judged by the limits that the others make."""

import csv
from pathlib import Path

import pandas

from autograder.assignment import find_assignment

ROOT = Path(__file__).parents[1]


def test_no_honest_sweep_over_mnist_is_refused(capsys):
    from solutions.mnist_sweep import measure_honest

    runs = measure_honest.whole_sweeps(pandas.read_csv(measure_honest.RUNS))
    assert runs.groupby("data")["seed"].nunique().min() >= 50
    measure_honest.report(runs)
    said = capsys.readouterr().out
    assert said.count(" 0 refused") == 2, said
    pandas.testing.assert_frame_equal(
        measure_honest.spread_of(runs).reset_index(drop=True), pandas.read_csv(measure_honest.SPREAD), rtol=1e-5, check_dtype=False
    )


def test_no_honest_run_of_the_character_model_is_refused(tmp_path, monkeypatch, capsys):
    from solutions.char_lstm import measure_honest

    runs, committed = measure_honest.HERE / "honest_runs.csv", measure_honest.HERE / "honest_spread.csv"
    monkeypatch.setattr(measure_honest, "HERE", tmp_path)
    measure_honest.report(runs)
    assert "refuse 0 of" in capsys.readouterr().out
    assert (tmp_path / "honest_spread.csv").read_text() == committed.read_text()
    assert pandas.read_csv(committed)["runs"].min() >= 50


def test_no_honest_history_of_the_language_model_is_refused():
    assignment = find_assignment("state_and_clipping", ROOT)
    checks = {check.name: check.function for check in assignment.specification().checks}
    limits = checks["comes_with_a_whole_history"].__globals__["honest_limits"]
    with open(assignment.solutions / "honest_runs.csv", newline="") as file:
        runs = list(csv.DictReader(file))
    assert len(runs) >= 50
    for column in [name for name in runs[0] if name.startswith(("train_", "valid_"))]:
        figures = [float(run[column]) for run in runs]
        for place, figure in enumerate(figures):
            low, high = limits(figures[:place] + figures[place + 1 :])
            assert low <= figure <= high, f"run {place}: {column} {figure}"
