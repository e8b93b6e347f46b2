"""Tables and figures of the character LSTM's reference runs: published figures beside ours, sweeps with their spread, the surface."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from solutions.char_lstm.reference import NAMES, POWERS, PUBLISHED, SINGLES, SURFACE, SWEEPS, USUAL
from solutions.reference import figures
from solutions.reference.grid_report import annotations, made_with, markdown_page
from solutions.reference.tables import listing, pivot, to_markdown, write_csv, write_text

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


def write(found, folder):
    """Write every table and figure that the runs allow; what was not run is said."""
    runs, warning = found.frame, found.preset.warning
    made = made_with(runs, ["python", "numpy", "tensorflow", "device"])
    opening = [
        f"**{warning}**" if warning else f"On {found.preset.data}: the first 1,000 characters validate, and so do the last 100,000.",
        f"{len(runs)} runs, {len(found.missing)} of the preset's cells not run. Made with {made}.",
    ]
    sections = {"The published runs": singles(runs, folder)}
    for name, (swept, same) in SWEPT.items():
        part = chosen(runs, SWEEPS[name])
        if len(part) > 1:
            draw_sweep(part, swept, same, name, folder, warning)
            sections[f"Sweep: {name.replace('_', ' ')}"] = f"![{name}](sweep_{name}.png)\n\n{sweep_table(part, swept)}"
    part = chosen(runs, SURFACE, full=not warning)
    if len(part) > 3:
        sections["The surface"] = draw_surface(part, folder, warning)
    sections["Not run"] = listing(cell.title for cell in found.missing if cell.title not in found.failed)
    sections["Failed"] = listing(f"{title}: {reason}" for title, reason in found.failed.items())
    write_text(folder / "report.md", markdown_page(f"Character LSTM, preset {found.preset.name}", opening, sections))


def chosen(runs, places, full=True):
    """Return the runs at these places; not `full` takes every number of steps, as the demo's are fewer."""
    wanted = {tuple((USUAL | dict(place))[name] for name in NAMES if full or name != "num_steps") for place in places}
    kept = [tuple(row[name] for name in NAMES if full or name != "num_steps") in wanted for row in runs.to_dict("records")]
    return runs[kept]


def singles(runs, folder):
    """Write singles.csv and return a table: published, ours with its spread, the longer validation beside it."""
    published = pd.read_csv(PUBLISHED).rename(columns={VALUE: "published"})
    part = chosen(runs, SINGLES)
    if part.empty:
        return "None of them was run."
    summary = part.groupby(list(NAMES)).agg(
        runs=(VALUE, "size"), mean=(VALUE, "mean"), least=(VALUE, "min"), most=(VALUE, "max"), longer=(LONG, "mean")
    )
    table = published.merge(summary.reset_index(), how="left", on=list(NAMES))
    table["difference"] = table["mean"] / table["published"] - 1
    write_csv(folder / "singles.csv", table)
    head = "| batch | nodes | unrollings | steps | published | ours (runs) | from | to | difference | 100,000 characters |"
    lines = [head, "|" + " ---: |" * 10]
    for row in table.to_dict("records"):
        place = " | ".join(str(row[name]) for name in NAMES)
        if np.isnan(row["mean"]):
            lines.append(f"| {place} | {row['published']:.2f} | not run | | | | |")
        else:
            ours = f"{row['mean']:.2f} ({row['runs']:.0f}) | {row['least']:.2f} | {row['most']:.2f}"
            lines.append(f"| {place} | {row['published']:.2f} | {ours} | {row['difference']:+.1%} | {row['longer']:.2f} |")
    return "\n".join(lines)


def sweep_table(part, swept):
    """Return a sweep as Markdown: mean and range over seeds, of both validations."""
    lines = [f"| {swept} | steps | runs | {VALUE} | from | to | 100,000 characters |", "|" + " ---: |" * 7]
    for value, runs in part.groupby(swept):
        figures_ = f"{runs[VALUE].mean():.3f} | {runs[VALUE].min():.3f} | {runs[VALUE].max():.3f} | {runs[LONG].mean():.3f}"
        lines.append(f"| {value} | {runs['num_steps'].iloc[0]} | {len(runs)} | {figures_} |")
    return "\n".join(lines)


def draw_sweep(part, swept, same, name, folder, warning):
    """Write sweep_NAME: perplexity over what is swept, a band from the least to the greatest over seeds."""
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    for value, label in ((VALUE, "1,000 characters"), (LONG, "100,000 characters")):
        summary = part.groupby(swept)[value].agg(["mean", "min", "max"])
        axes.plot(summary.index, summary["mean"], marker="o", label=label)
        axes.fill_between(summary.index, summary["min"], summary["max"], alpha=0.25)
    if swept != "num_steps":
        axes.set_xscale("log", base=2)
        axes.set_xticks(sorted(part[swept].unique()), [str(value) for value in sorted(part[swept].unique())])
    axes.set(xlabel=swept.replace("_", " "), ylabel="validation perplexity", title=f"{name.replace('_', ' ')} ({same})")
    axes.legend()
    axes.grid(alpha=0.3)
    if warning:
        figure.suptitle(warning, color="firebrick", fontsize=10)
    figures.save(figure, folder, f"sweep_{name}")


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
    if warning:
        figure.suptitle(warning, color="firebrick", fontsize=10)
    figures.save(figure, folder, "surface")
    return f"![surface](surface.png)\n\n![heatmap](surface_heatmap.png)\n\n{to_markdown(table, written='{:.2f}'.format)}"
