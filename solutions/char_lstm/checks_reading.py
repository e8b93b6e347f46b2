"""The character LSTM: public checks of the tasks on pictures and on reading the tables."""

import numpy as np
import pandas
from course_checks import one_number
from course_checks_experiment import COLUMNS, PARAMETERS

from autograder.checks.expectations import NotAttempted, advising, expect, expect_close, expect_equal
from autograder.checks.specification import check

# Task 13


def frame_of(rows):
    """A table of runs out of (batch_size, num_nodes, num_unrollings, num_steps, valid_perplexity)."""
    return pandas.DataFrame([(*row[:4], seed, row[4], row[0] * row[2] * row[3]) for seed, row in enumerate(rows)], columns=list(COLUMNS))


def expect_table(student, rows, on):
    """Fails unless results_table arranges these rows."""
    table = student.results_table(frame_of(rows))
    expect(hasattr(table, "columns"), f"the table is of type {type(table).__name__}", "return a pandas DataFrame")
    nodes, unrollings = sorted({row[1] for row in rows}), sorted({row[2] for row in rows})
    for axis, found, wanted, other in (("index", table.index, nodes, unrollings), ("columns", table.columns, unrollings, nodes)):
        mistakes = {
            "the table lies on its side: nodes down, unrollings across": other,
            "these are sorted as text: sort them as numbers": sorted(wanted, key=str),
        }
        hint = "num_nodes down, num_unrollings across, each once, ascending"
        expect_equal(found.tolist(), wanted, f"the table's {axis}", on, hint, mistakes)

    def arranged(collect):
        found = [[[row[4] for row in rows if row[1:3] == (down, across)] for across in unrollings] for down in nodes]
        return np.array([[collect(scores) if scores else np.nan for scores in line] for line in found])

    mistakes = {
        "where several runs share a cell, take their mean; this is the sum": arranged(np.sum),
        "where several runs share a cell, take their mean; this is the last one": arranged(lambda scores: scores[-1]),
        "where several runs share a cell, take their mean; this is the first one": arranged(lambda scores: scores[0]),
        "where several runs share a cell, take their mean; this is the best one": arranged(min),
        "a missing cell is nan, not 0": np.nan_to_num(arranged(np.mean)),
    }
    found = np.array([table[column].tolist() for column in unrollings], dtype=np.float64).T
    expect_close(found, arranged(np.mean), "the perplexities", on, "each cell: the mean valid_perplexity of its rows", mistakes)


RUNS = [(16, 8, 10, 200, 7.5), (16, 8, 2, 200, 11.0), (16, 16, 10, 200, 6.5), (16, 16, 10, 200, 6.0), (16, 16, 10, 200, 9.0)]


@check(task="pictures", points=1)
def arranges_nodes_and_unrollings(student, rng):
    """arranges the perplexities with the nodes down and the unrollings across, the mean where several runs share a cell"""
    expect_table(student, [*RUNS, (16, 16, 2, 200, 10.0)], "six runs in 2 × 2 cells")
    expect_table(student, RUNS, "five runs, one cell without any")


def axes_of(student, function, *arguments):
    """The Axes that a drawing function returns."""
    hint = "end the function with: return axes"
    with advising(hint, about="cannot be used"):
        axes = getattr(student, function)(*arguments)
    expect(getattr(axes, "kind", "") == "axes", f"{function} returns {axes!r}", hint)
    return axes


def expect_labels(axes, **wanted):
    found = axes.labels()
    for name, text in wanted.items():
        said = found.get(name, "")
        good = text in said.lower().replace(" ", "_")
        expect(good, f"the {name} axis is labelled {said!r}", f'label it with the name of what it shows: "{text}"')


def expect_line(student, rows, parameter, on):
    axes = axes_of(student, "plot_lines", frame_of(rows), parameter)
    lines = axes.lines()
    expect_equal(len(lines), 1, "the number of lines", on, "one line through the means")
    place = PARAMETERS.index(parameter)
    values = sorted({row[place] for row in rows})
    hint = "each value of the parameter once, in ascending order"
    mistakes = {"these are the rows as they come: one point a value, at the mean": [row[place] for row in rows]}
    expect_close(lines[0]["x"], values, "the numbers across", on, hint, mistakes)
    means = [np.mean([row[4] for row in rows if row[place] == value]) for value in values]
    mistakes = {
        "where several runs share a value, the line goes through their mean, not the best": [
            min(row[4] for row in rows if row[place] == value) for value in values
        ],
        "where several runs share a value, the line goes through their mean, not the sum": [
            sum(row[4] for row in rows if row[place] == value) for value in values
        ],
    }
    expect_close(lines[0]["y"], means, "the numbers up", on, "the mean valid_perplexity of each value", mistakes)
    expect_equal(axes.scales(), {"x": "log", "y": "linear"}, "the axes' scales", on, 'axes.set_xscale("log"), across only')
    expect_labels(axes, x=parameter, y="valid_perplexity")


@check(task="pictures", points=1)
def draws_a_line(student, rng):
    """draws a line through the mean perplexities of one parameter's values, on labelled axes"""
    expect_line(student, RUNS, "num_unrollings", "five runs with two values of num_unrollings")
    expect_line(
        student, [(16, 8, 4, 300, 7.0), (16, 8, 4, 100, 9.0), (16, 8, 4, 1000, 6.0)], "num_steps", "three runs of 300, 100, 1000 steps"
    )


def as_table(values, nodes, unrollings):
    return pandas.DataFrame(values, index=nodes, columns=unrollings)


def expect_heatmap(student, table):
    axes = axes_of(student, "plot_heatmap", table)
    values = table.to_numpy()
    mistakes = {"the heatmap lies on its side: draw the table as it is": values.T}
    expect_close(axes.heatmap(), values, "the heatmap", hint="seaborn.heatmap(table, …), first row on top", mistakes=mistakes)
    written = {}
    for x, y, text in axes.texts():
        written[int(y), int(x)] = text.strip()
    for place in np.ndindex(values.shape):
        hint = 'annot=True, fmt=".2f" writes every figure with two decimals'
        wanted = f"{values[place]:.2f}"
        expect_equal(written.get(place), wanted, "the text in a cell", f"row {place[0]}, column {place[1]}", hint)
    expect_labels(axes, x="num_unrollings", y="num_nodes")  # the table's own axes have no names here
    ticks = axes.tick_labels()
    for name, wanted in (("x", table.columns), ("y", table.index)):
        expect_equal(
            ticks[name], [str(value) for value in wanted], f"the {name} axis's ticks", hint="leave seaborn's tick labels as they are"
        )


@check(task="pictures", points=0.5)
def draws_a_heatmap(student, rng):
    """draws the table as a heatmap, each perplexity written into its cell"""
    expect_heatmap(student, as_table([[7.5, 11.0, 12.25], [6.0, 8.125, 9.5]], [8, 16], [1, 2, 10]))


def expect_surface(student, table):
    axes = axes_of(student, "plot_surface", table)
    with advising('a 3-D figure: plt.figure().add_subplot(projection="3d")', about="flat"):
        box = axes.surface()
    expect(box["count"] >= 1, "nothing is drawn in the 3-D Axes", "axes.plot_surface(x, y, z)")
    ends = {"x": table.columns, "y": table.index, "z": table.to_numpy().ravel()}
    for name, values in ends.items():
        wanted = (float(min(values)), float(max(values)))
        mistakes = {
            "x and y are swapped: num_unrollings along x, num_nodes along y": (float(min(table.index)), float(max(table.index)))
            if name == "x"
            else (float(min(table.columns)), float(max(table.columns))),
            "these are the places 0, 1, 2, … in the table; draw the numbers themselves": (0.0, len(values) - 1.0),
        }
        hint = "np.meshgrid(table.columns, table.index) gives x and y for every cell; z is table.to_numpy()"
        expect_close(box[name], wanted, f"the surface's reach along {name}", hint=hint, mistakes=mistakes)
    expect_labels(axes, x="num_unrollings", y="num_nodes", z="valid_perplexity")


@check(task="pictures", points=0.5)
def draws_a_surface(student, rng):
    """draws the table as a surface in space: unrollings, nodes, perplexity"""
    expect_surface(student, as_table([[7.5, 11.0, 12.25], [6.0, 8.125, 9.5]], [8, 17], [1, 2, 10]))


# Task 15

BASE = (16, 16, 10, 200)
GRID = [(16, nodes, unrollings, 200) for nodes in (4, 8, 16, 32) for unrollings in (1, 4, 10, 20)]
EQUAL_CHARACTERS = [(16, 16, 1, 2000), (16, 16, 4, 500), (16, 16, 20, 100), (4, 16, 10, 800), (64, 16, 10, 50)]
ANSWERS = ("best_of_grid", "seed_spread", "best_unrollings_at_equal_steps", "best_unrollings_at_equal_characters")
PUBLISHED_ANSWERS = ("published_characters", "published_question_3")


def own_answers(student):
    """The answers, and the perplexities in the student's own table by setting: {setting: [perplexity, …]}."""
    answers = student.answers
    if not isinstance(answers, dict) or all(answers.get(name) is None for name in (*ANSWERS, *PUBLISHED_ANSWERS)):
        raise NotAttempted("Task 15: read the tables")
    frame = student.frame
    expect(frame is not None, "there is no table to compare with", "hand in sweep.csv, which the notebook saved, beside it")
    expect(set(COLUMNS) <= set(frame.columns.tolist()), "the table lacks columns", "make sweep.csv with the cell given")
    runs = {}
    for *setting, score in zip(*(frame[name].tolist() for name in (*PARAMETERS, "valid_perplexity")), strict=True):
        runs.setdefault(tuple(setting), []).append(score)
    return answers, runs


def scores_of(runs, settings, collect=np.mean):
    missing = [setting for setting in settings if setting not in runs]
    expect(not missing, f"your table has no run {missing[:1]}", "make sweep.csv with the cell given, and hand it in whole")
    return {setting: float(collect(runs[setting])) for setting in settings}


@check(task="answers", points=1)
def names_the_best_of_the_grid(student, rng):
    """names the setting of GRID with the lowest perplexity in your table"""
    answers, runs = own_answers(student)
    scores = scores_of(runs, GRID, min)
    named = answers.get("best_of_grid")
    named = tuple(named) if isinstance(named, tuple | list | np.ndarray) else named
    expect(named in scores, f"{named!r} is no setting of GRID", "a setting is (batch_size, num_nodes, num_unrollings, num_steps)")
    hint = "that is the highest perplexity; the lowest is the best" if scores[named] == max(scores.values()) else ""
    # BASE was run five times: its lowest figure, its mean and the one run of the grid are all fair readings
    readings = [scores, scores_of(runs, GRID, np.mean), scores_of(runs, GRID, lambda figures: figures[0])]
    good = any(reading[named] == min(reading.values()) for reading in readings)
    expect(good, f"{named} is not the best", hint or "look for the lowest perplexity among the 16 cells")


@check(task="answers", points=1)
def measures_the_spread_of_the_seeds(student, rng):
    """says how far apart the five seeds of BASE lie in your table"""
    answers, runs = own_answers(student)
    scores = runs[BASE] if scores_of(runs, [BASE]) else []
    mistakes = {
        "this is the standard deviation; the largest minus the smallest is asked for": [np.std(scores), np.std(scores, ddof=1)],
        "this is the mean; the largest minus the smallest is asked for": [np.mean(scores)],
        "this is the spread over the whole table; only the runs of BASE count": [np.ptp(sum(runs.values(), []))],
        "the smallest minus the largest is negative: the other way round": [-np.ptp(scores)],
    }
    found = one_number(answers.get("seed_spread"), "seed_spread")
    known = [hint for hint, wrong in mistakes.items() if np.any(np.isclose(found, wrong, rtol=0.01))]
    hint = known[0] if known else "the five rows with (16, 16, 10, 200)"
    expect_close(found, np.ptp(scores), "seed_spread", hint=hint, rtol=0.01, atol=0.006)


@check(task="answers", points=1)
def compares_unrollings_at_equal_steps(student, rng):
    """names the best number of unrollings at equal steps in your table"""
    answers, runs = own_answers(student)
    scores = scores_of(runs, [setting for setting in GRID if setting[1] == 16])
    expect_best(
        answers.get("best_unrollings_at_equal_steps"), scores, "best_unrollings_at_equal_steps", "16 nodes, batches of 16, 200 steps"
    )


def expect_best(named, scores, what, hint):
    """Fails unless the number of unrollings is that of the lowest of these perplexities, which belong to settings."""
    scores = {setting[2]: score for setting, score in scores.items()}
    expect(named in scores, f"{what} is {named!r}, not one of {sorted(scores)}", "a number of unrollings")
    hint = "that is the highest perplexity; the lowest is the best" if scores[named] == max(scores.values()) else hint
    expect(scores[named] == min(scores.values()), f"{what} is not {named}", hint)
