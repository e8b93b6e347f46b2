"""Tables, heatmaps and the page of the MNIST sweep's reference runs, beside the published table."""

import math
from pathlib import Path

from solutions.mnist_sweep import curves
from solutions.mnist_sweep.hypotheses import hypotheses
from solutions.mnist_sweep.reference import REFERENCE, TRAIN_IMAGES, TRAINING_RATES
from solutions.reference import grid_report, verdicts
from solutions.reference.grid_report import common_sections, differences, made_with, markdown_page
from solutions.reference.tables import listing, pivot, to_markdown, write_text

PUBLISHED = Path(__file__).with_name("published.csv")
TEST_COUNTS = (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)  # images of each class among MNIST's 10,000


def published_table():
    """Return the published test accuracies, units down and learning rates across."""
    return grid_report.read_published(PUBLISHED, "units", "learning_rate")


def collapsed_class(accuracy):
    """Return the class whose share of the test set this accuracy is, to the published 4 decimals, or None."""
    return next((digit for digit, count in enumerate(TEST_COUNTS) if math.isclose(accuracy, count / 10_000, abs_tol=1e-9)), None)


def our_marks(frame):
    """Return {(units, rate): note} of the places where a run collapsed or ended in NaN."""
    marks = {}
    for place, runs in frame.groupby(["units", "learning_rate"]) if len(frame) else ():
        classes = sorted({int(digit) for digit in runs["collapsed_to"].dropna()})
        if runs["diverged"].any():
            marks[place] = "NaN"
        elif runs["collapsed"].all():
            marks[place] = f"only {', '.join(map(str, classes))}"
        elif runs["collapsed"].any():
            marks[place] = f"{runs['collapsed'].sum()}/{len(runs)} collapsed"
    return marks


def published_marks(table):
    """Return {(units, rate): note} of the published cells that are exactly a class's share of the test set."""
    classes = {place: collapsed_class(accuracy) for place, accuracy in table.stack().items()}
    return {place: f"only {digit}" for place, digit in classes.items() if digit is not None}


def write(found, folder):
    """Write table.csv, table.md, the heatmaps and report.md."""
    grid = grid_report.compare(found, "units", "learning_rate", "test_accuracy", published_table())
    budget = budget_line(found)
    grid_report.write_tables(grid, folder, f"Test accuracy, {budget}. {found.preset.warning}".strip())
    titles = (f"Ours: test accuracy\n{budget}", "Published: test accuracy\n(budget not published)", "Ours minus published")
    marks = (our_marks(found.frame), published_marks(grid.published))
    grid_report.draw(grid, folder, titles, marks, found.preset.warning)
    write_text(folder / "report.md", page(found, grid, budget, folder))


def budget_line(found):
    """Return what the runs had: "1 epoch of 60,000 digits, batches of 128, mean of up to 3 seeds"."""
    protocol = found.preset.cells[0].protocol
    epochs = protocol["epochs"]
    line = f"{epochs} epoch{'s' * (epochs > 1)} of {TRAIN_IMAGES[found.preset.data]:,} digits, batches of {protocol['batch_size']}"
    seeds = found.frame["seed"].nunique() if len(found.frame) else 0
    return f"{line}, mean of up to {seeds} seeds" if seeds > 1 else line


def page(found, grid, budget, folder):
    """Return report.md: what was run on what, both accuracies, what collapsed, and what every grid's page says."""
    training = pivot(found.frame, grid.index, grid.columns, "train_accuracy", grid.ours.index, grid.ours.columns)
    run = f"{len(found.frame)} runs, {grid.ours.count().sum()} of {grid.ours.size} places of the table, {budget}."
    opening = [
        f"**{found.preset.warning}**" if found.preset.warning else "On full MNIST.",
        f"{run} {made_with(found.frame, ['python', *REFERENCE.packages, 'device'])}",
        "![ours](heatmap_ours.png)\n![published](heatmap_published.png)\n![difference](heatmap_difference.png)",
    ]
    sections = {
        "Hypotheses": verdicts.section(hypotheses(found.frame, grid.published)),
        "Test accuracy": to_markdown(grid.ours),
        "Published test accuracy": to_markdown(grid.published),
        "Ours minus published": to_markdown(grid.difference, "{:+.4f}".format),
        **differences(Path(__file__).parent, found.preset.warning),
        "Training accuracy": to_markdown(training),
        "Learning curves": curves.draw(found.frame, folder, found.preset.warning),
        "Collapsed to one answer": listing(collapses(found.frame)),
        "Ended in NaN": listing(name(row) for row in found.frame.to_dict("records") if row["diverged"]),
        "Published cells that are exactly one class's share": listing(
            f"units {units}, learning rate {rate:g}: {mark} ({grid.published.loc[units, rate]:.4f})"
            for (units, rate), mark in published_marks(grid.published).items()
        ),
        **common_sections(found, grid, TRAINING_RATES),
    }
    return markdown_page(f"MNIST sweep, preset {found.preset.name}", opening, sections)


def collapses(frame):
    """Return a line for each run that gave one answer to every test image: which, and that training accuracy went with it."""
    return [
        f"{name(row)}: always {int(row['collapsed_to'])}; test accuracy {row['test_accuracy']:.4f},"
        f" training accuracy {row['train_accuracy']:.4f}, test loss {row['test_loss']:.4g}"
        for row in frame.to_dict("records")
        if row["collapsed"]
    ]


def name(row):
    """Return a run's parameters for a list."""
    return f"units {row['units']}, learning rate {row['learning_rate']:g}, seed {row['seed']}"
