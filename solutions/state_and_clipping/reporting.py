"""Tables and learning curves of the language models' reference runs, beside the published anchors."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from solutions.reference import figures, verdicts
from solutions.reference.grid_report import differences, made_with, markdown_page
from solutions.reference.tables import listing, numbers, table_of, write_csv, write_text
from solutions.state_and_clipping.hypotheses import hypotheses
from solutions.state_and_clipping.reference import ANCHORS, NAMES, ZAREMBA

MODEL = (*NAMES, "dropout", "first_rate", "epochs")
LEVELS = {"word": "words", "character": "characters"}
SMALL, MEDIUM = (f"Zaremba {size}, word" for size in ("small", "medium"))
FORMATS = dict.fromkeys(("published test", "test", "from", "to", "train", "valid"), "{:.2f}") | {"bits a character": "{:.3f}"}


def write(found, folder):
    """Write table (CSV and Markdown), learning_curves and report.md; what was not run is said."""
    runs, warning = found.frame, found.preset.warning
    table = models(found)
    text = table_of(table, FORMATS, absent="")
    if len(runs):
        write_csv(folder / "table.csv", table)
        write_text(folder / "table.md", f"{warning}\n\n{text}".lstrip())
        draw_curves(runs, folder, warning)
    opening = [
        f"**{warning}**" if warning else "On the whole Penn Treebank, in Mikolov's preparation.",
        f"{len(runs)} runs, {len(found.missing)} of the preset's not run. {made_with(runs, ['python', 'numpy', 'tensorflow', 'device'])}",
    ]
    sections = {
        "Hypotheses": verdicts.section(hypotheses(runs)),
        "Perplexity": f"{text}\nPublished: arXiv:1409.2329, table 1. Bits a character are of the test text.",
        **differences(Path(__file__).parent, warning),
        "Learning curves": "![perplexity after every epoch](learning_curves.png)" if len(runs) else "Not run.",
        "Not run": listing(describe(cell.identity) for cell in found.missing if cell.title not in found.failed),
        "Failed": listing(f"{title}: {reason}" for title, reason in found.failed.items()),
    }
    write_text(folder / "report.md", markdown_page(f"Language models, preset {found.preset.name}", opening, sections))


def models(found):
    """Return one row a model of the preset, run or not, and one for the anchor that the preset lacks."""
    places = {tuple(cell.identity[name] for name in MODEL): cell.identity for cell in found.preset.cells}
    rows = [row(place, of_model(found.frame, place), found.preset.warning) for place in places]
    if not found.preset.warning:
        rows.append({"model": "word, 2 × 650, dropout 0.5, 39 epochs", "test": "not run", "published test": ANCHORS[MEDIUM]})
    return pd.DataFrame(rows)


def row(place, runs, warning):
    """Return a model's row: its perplexities as means over seeds, and what is published for it."""
    parameters = dict(zip(MODEL, place, strict=True))
    small = (parameters["level"], *place[1:5]) == ("word", 2, 200, 200, ZAREMBA["dropout"]) and not warning
    told = {"model": describe(parameters), "runs": len(runs), "published test": ANCHORS[SMALL] if small else np.nan}
    if runs.empty:
        return told | {"test": "not run"}
    test = runs["test_perplexity"]
    spread = {"test": test.mean(), "from": test.min(), "to": test.max()}
    others = {"train": runs["train_perplexity"].mean(), "valid": runs["valid_perplexity"].mean()}
    bits = runs["test_bits"].mean() if "test_bits" in runs else np.nan
    return told | spread | others | {"bits a character": bits}


def of_model(runs, place):
    """Return the runs of one model, whatever their seeds."""
    for name, value in zip(MODEL, place, strict=True):
        runs = runs[runs[name] == value] if len(runs) else runs
    return runs


def describe(row):
    """Return what a model is called."""
    dropout = f", dropout {row['dropout']:g}" if row["dropout"] else ""
    return f"{row['level']}, {row['layers']} × {row['units']}, embedding {row['embedding']}{dropout}, {row['epochs']} epochs"


def draw_curves(runs, folder, warning):
    """Write learning_curves: perplexity after every epoch, a panel for words and one for characters, bands over seeds."""
    levels = [level for level in LEVELS if level in set(runs["level"])]
    figure = Figure(figsize=(6.4 * len(levels), 5.2), layout="constrained")
    for axes, level in zip(figure.subplots(1, len(levels), squeeze=False)[0], levels, strict=True):
        for number, (place, part) in enumerate(runs[runs["level"] == level].groupby(list(MODEL), sort=False)):
            label = describe(dict(zip(MODEL, place, strict=True))).removeprefix(f"{level}, ")
            for kind, style in (("train", "--"), ("valid", "-")):
                draw_curve(axes, part[f"curve_{kind}"], style, f"C{number}", label if kind == "valid" else None)
        axes.set(xlabel="epoch", ylabel="perplexity (dashed: while training)", title=LEVELS[level], yscale="log")
        figures.plain_numbers(axes.yaxis)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.grid(alpha=0.3, which="both")
        axes.legend(fontsize=8)
    figures.warn(figure, warning)
    figures.save(figure, folder, "learning_curves")


def draw_curve(axes, curves, style, colour, label):
    """Draw the mean of one model's curves over seeds and a band from the least to the greatest."""
    values = numbers(curves)
    epochs = np.arange(1, values.shape[1] + 1)
    axes.plot(epochs, values.mean(axis=0), style, color=colour, marker="o", markersize=3, label=label)
    axes.fill_between(epochs, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.2, linewidth=0)
