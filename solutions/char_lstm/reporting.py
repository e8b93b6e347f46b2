"""Tables and figures of the character LSTM's reference runs: published figures beside ours, sweeps with their spread, the surface."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from solutions.char_lstm.hypotheses import at, hypotheses
from solutions.char_lstm.reference import NAMES, POWERS, PUBLISHED, SINGLES, SURFACE, SWEEPS
from solutions.reference import figures, verdicts
from solutions.reference.grid_report import annotations, differences, made_with, markdown_page
from solutions.reference.tables import listing, not_run, numbers, pivot, table_of, to_markdown, write_csv, write_text

SWEPT = {
    "batch_sizes": ("batch_size", "3,001 steps each"),
    "nodes": ("num_nodes", "3,001 steps each"),
    "unrollings": ("num_unrollings", "3,001 steps each"),
    "steps": ("num_steps", "batch 64, 64 nodes, 10 unrollings"),
    "equal_batch_sizes": ("batch_size", "1,920,640 characters each"),
    "equal_unrollings": ("num_unrollings", "1,920,640 characters each"),
}
"""What each sweep varies, and what is the same for all its runs."""
VALUE = "valid_perplexity"
LONG = "long_valid_perplexity"
MARKS = (65, 125, 250, 500, 1000, 2000, 3000, 5000, 10000)  # steps that the learning curves' axis names


def write(found, folder):
    """Write every table and figure that the runs allow; what was not run is said."""
    runs, warning = found.frame, found.preset.warning
    opening = [
        f"**{warning}**" if warning else f"On {found.preset.data}: the first 1,000 characters validate, and so do the last 100,000.",
        f"{len(runs)} runs, {len(found.missing)} of the preset's cells not run."
        f" {made_with(runs, ['python', 'numpy', 'tensorflow', 'device'])}",
    ]
    sections = {"Hypotheses": verdicts.section(hypotheses(runs)), "The published runs": singles(runs, folder)}
    sections |= differences(PUBLISHED.parent, warning)
    curves = at(runs, SINGLES) if not warning else runs
    sections["Learning curves"] = draw_curves(curves, folder, warning) if len(curves) else "Not run."
    for name, (swept, same) in SWEPT.items():
        part = at(runs, SWEEPS[name])
        heading = f"Sweep: {name.replace('_', ' ')} ({same})"
        sections[heading] = draw_sweep(part, swept, same, name, folder, warning) if len(part) > 1 else "Not run."
    part = at(runs, SURFACE, NAMES if not warning else [name for name in NAMES if name != "num_steps"])  # the demo takes fewer steps
    sections["The surface"] = draw_surface(part, folder, warning) if len(part) > 3 else "Not run."
    sections["Not run"] = listing(not_run(found))
    sections["Failed"] = listing(f"{title}: {reason}" for title, reason in found.failed.items())
    write_text(folder / "report.md", markdown_page(f"Character LSTM, preset {found.preset.name}", opening, sections))


def singles(runs, folder):
    """Write singles.csv and singles.md and return the table: published, ours with its spread, the longer validation beside it."""
    published = pd.read_csv(PUBLISHED).rename(columns={VALUE: "published"})
    part = at(runs, SINGLES)
    if part.empty:
        table = published.assign(runs=0, mean=np.nan, least=np.nan, most=np.nan, longer=np.nan)
    else:
        summary = part.groupby(list(NAMES)).agg(
            runs=(VALUE, "size"), mean=(VALUE, "mean"), least=(VALUE, "min"), most=(VALUE, "max"), longer=(LONG, "mean")
        )
        table = published.merge(summary.reset_index(), how="left", on=list(NAMES)).fillna({"runs": 0}).astype({"runs": int})
    table["difference"] = table["mean"] / table["published"] - 1
    if len(part):
        write_csv(folder / "singles.csv", table)
    formats = dict.fromkeys(("published", "mean", "least", "most", "longer"), "{:.2f}") | {"difference": "{:+.1%}"}
    names = {"mean": "ours", "least": "from", "most": "to", "longer": "100,000 characters"}
    text = table_of(table.rename(columns=names), {names.get(column, column): written for column, written in formats.items()})
    if len(part):
        write_text(folder / "singles.md", text)
    return text


def draw_curves(part, folder, warning):
    """Write learning_curves: the training loss over steps, a line a place, a band from the least to the greatest over seeds."""
    figure = Figure(figsize=(8.6, 4.6), layout="constrained")
    axes = figure.subplots()
    for number, (place, runs) in enumerate(part.groupby(list(NAMES), sort=False)):
        steps, losses = numbers(runs["curve_steps"])[0], numbers(runs["curve_losses"])
        if len(steps) > 1 and steps[-1] - steps[-2] < 0.1 * steps[0]:  # the mean of a single step or a few jumps up and down
            steps, losses = steps[:-1], losses[:, :-1]
        colour = f"C{number % 10}"
        axes.plot(steps, losses.mean(axis=0), color=colour, marker="o", markersize=3, label=" × ".join(map(str, place)))
        axes.fill_between(steps, losses.min(axis=0), losses.max(axis=0), color=colour, alpha=0.2, linewidth=0)
    axes.set(xscale="log", xlabel="steps", ylabel="training loss, nats a character")
    low, high = axes.get_xlim()
    marks = [step for step in MARKS if low <= step <= high]
    axes.set_xticks(marks if len(marks) > 2 else list(steps))  # short curves name their own steps
    figures.plain_numbers(axes.xaxis)
    axes.set_xticks([], minor=True)
    axes.grid(alpha=0.3)
    axes.legend(title="batch × nodes × unrollings × steps", fontsize=8, title_fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figures.warn(figure, warning)
    figures.save(figure, folder, "learning_curves")
    return "![training loss over steps](learning_curves.png)"


def sweep_table(part, swept):
    """Return a sweep as Markdown: mean and range over seeds, of both validations."""
    groups = part.groupby([swept, "num_steps"] if swept != "num_steps" else [swept])
    table = groups.agg(
        runs=(VALUE, "size"), valid_perplexity=(VALUE, "mean"), least=(VALUE, "min"), most=(VALUE, "max"), longer=(LONG, "mean")
    )
    table = table.reset_index().rename(columns={"least": "from", "most": "to", "longer": "100,000 characters"})
    return table_of(table, dict.fromkeys((VALUE, "from", "to", "100,000 characters"), "{:.3f}"))


def draw_sweep(part, swept, same, name, folder, warning):
    """Write sweep_NAME, perplexity over what is swept with a band over seeds, and return its section."""
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    for value, label in ((VALUE, "1,000 characters"), (LONG, "100,000 characters")):
        summary = part.groupby(swept)[value].agg(["mean", "min", "max"])
        axes.plot(summary.index, summary["mean"], marker="o", label=label)
        axes.fill_between(summary.index, summary["min"], summary["max"], alpha=0.25, linewidth=0)
    if swept != "num_steps":
        axes.set_xscale("log", base=2)
        axes.set_xticks(sorted(part[swept].unique()), [str(value) for value in sorted(part[swept].unique())])
    axes.set(xlabel=swept.replace("_", " "), ylabel="validation perplexity", title=f"{name.replace('_', ' ')} ({same})")
    axes.legend()
    axes.grid(alpha=0.3)
    figures.warn(figure, warning)
    figures.save(figure, folder, f"sweep_{name}")
    return f"![{name}](sweep_{name}.png)\n\n{sweep_table(part, swept)}"


def draw_surface(part, folder, warning):
    """Write the surface as a table, a heatmap and in three dimensions, and return its section."""
    nodes = [value for value in POWERS if value in set(part["num_nodes"])]
    unrollings = sorted(part["num_unrollings"].unique())
    table = pivot(part, "num_nodes", "num_unrollings", VALUE, nodes, unrollings)
    write_csv(folder / "surface.csv", table, index=True)
    flat, [axes] = figures.new_figure(1, len(table), warning)
    limits = float(np.nanmin(table)), float(np.nanmax(table))
    figures.heatmap(axes, table, annotations(table, written="{:.2f}"), "Validation perplexity", "viridis_r", limits)
    figures.save(flat, folder, "surface_heatmap")
    figure = Figure(figsize=(7.5, 6), layout="constrained")
    axes = figure.add_subplot(projection="3d")
    across, down = np.meshgrid(np.arange(len(unrollings)), np.arange(len(nodes)))
    axes.plot_surface(across, down, np.ma.masked_invalid(table.to_numpy()), cmap="viridis_r", edgecolor="0.3", linewidth=0.3)
    axes.set_xticks(range(len(unrollings)), unrollings)
    axes.set_yticks(range(len(nodes)), nodes)
    axes.set(xlabel="unrollings", ylabel="nodes", zlabel="validation perplexity")
    axes.view_init(elev=28, azim=50)
    figures.warn(figure, warning)
    figures.save(figure, folder, "surface")
    return f"![surface](surface.png)\n\n![heatmap](surface_heatmap.png)\n\n{to_markdown(table, written='{:.2f}'.format)}"
