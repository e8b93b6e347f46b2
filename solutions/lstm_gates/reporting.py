"""Tables, figures and verdicts of the gradient norms. There is nothing published beside them: the notes they belong to have no figures."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from solutions.lstm_gates.hypotheses import hypotheses
from solutions.lstm_gates.reference import NAMES, ORDINARY, RADII, TINY
from solutions.reference import figures, verdicts
from solutions.reference.grid_report import made_with, markdown_page
from solutions.reference.tables import listing, not_run, numbers, table_of, write_csv, write_text

EVENTS = {TINY: "tiny events", ORDINARY: "ordinary events"}
SHOWN = (0, 5, 10, 20, 30, 40, 49)  # steps back from the end that the table of norms has
BIAS_COLOURS = {0: "C0", 1: "C1", 3: "C2", 5: "C3"}
PLAIN_COLOUR = "0.25"
PLACE = [name for name in NAMES if name != "steps"]


def write(found, folder):
    """Write slopes and norms (CSV and Markdown), the figures (PNG and SVG) and report.md; what was not run is said."""
    runs, warning = found.frame, found.preset.warning
    opening = [
        f"**{warning}**" if warning else "Random weights and events, nothing trained, nothing published to compare with.",
        f"{len(runs)} runs, {len(found.missing)} of the preset's not run. {made_with(runs, ['python', 'numpy', 'device'])}",
        "Norms of the gradient of a loss at the end, with respect to what the cell hands on at every step: the output of the plain"
        " cell and the GRU, the memory of the LSTMs. 20 units, 3 features, batches of 8. Lines are geometric means over seeds, bands"
        " reach from the least to the greatest. The slope is that of the norm's decimal logarithm over steps back, by least squares;"
        " the factor is what one step back multiplies the norm by. The peephole cell's peepholes are drawn with a deviation of 1.",
    ]
    sections = {"Hypotheses": verdicts.section(hypotheses(runs))}
    if len(runs):
        sections |= measured(runs, folder, warning)
    sections["Not run"] = listing(not_run(found))
    sections["Failed"] = listing(f"{title}: {reason}" for title, reason in found.failed.items())
    write_text(folder / "report.md", markdown_page(f"Gradient norms of the gates, preset {found.preset.name}", opening, sections))


def measured(runs, folder, warning):
    """Write the tables and figures of what was run and return their sections."""
    steps = runs[runs["cell"] == "plain"]["steps"].mode().max()
    usual = runs[runs["steps"] == steps]
    slopes, norms = slope_table(runs), norm_table(usual)
    slope_formats = dict.fromkeys(("slope", "least", "most", "factor_a_step"), "{:.3f}") | {"first_to_last": "{:.2g}"}
    norm_formats = dict.fromkeys(norms.columns[len(NAMES) :], "{:.2g}")
    for name, table, formats in (("slopes", slopes, slope_formats), ("norms", norms, norm_formats)):
        write_csv(folder / f"{name}.csv", table)
        write_text(folder / f"{name}.md", table_of(table, formats))
    draw_plain(usual, folder, warning)
    draw_gate_bias(usual, folder, warning)
    draw_slopes(usual, folder, warning)
    drawn = norms[(norms["cell"] == "plain") | (norms["radius"] == 1)].drop(columns="steps")
    return {
        "The plain cell": "![norms of the plain cell's gradients](plain_cell.png)",
        "The gate that keeps": "![norms in LSTM, GRU and peephole cell by the bias of the gate that keeps](gate_bias.png)",
        "Slope over radius": "![slope over spectral radius](slopes.png)",
        f"Factor of a step, over {steps} steps": factors(slopes[slopes["steps"] == steps], "radius"),
        "Factor of a step, by the number of steps": factors(at_several_lengths(slopes), "steps"),
        "Norm at some steps back, as a share of the last": table_of(drawn, norm_formats),
    }


def slope_table(runs):
    """Return one row a place: the slope with its range over seeds, the factor of a step, and the first norm by the last."""
    groups = runs.groupby(list(NAMES), sort=False)
    table = groups.agg(runs=("seed", "size"), slope=("slope", "mean"), least=("slope", "min"), most=("slope", "max"))
    table["factor_a_step"] = 10 ** table["slope"]
    table["first_to_last"] = groups["first_to_last"].apply(lambda values: 10 ** np.log10(values).mean())
    return table.reset_index()


def at_several_lengths(slopes):
    """Return the rows of the places that were run over more than one number of steps."""
    return slopes[slopes.groupby(PLACE)["steps"].transform("nunique") > 1]


def factors(slopes, across):
    """Return a table in Markdown: what one step back multiplies the norm by, one column for each value of `across`."""
    if slopes.empty:
        return "not run"
    down = [name for name in PLACE if name != across]
    table = slopes.pivot(index=down, columns=across, values="factor_a_step")
    table = table.reindex(pd.MultiIndex.from_frame(slopes[down].drop_duplicates()))  # in the order of the runs
    table.columns = [f"{across} {value:g}" for value in table.columns]
    return table_of(table.reset_index(), dict.fromkeys(table.columns, "{:.3f}"))


def norm_table(runs):
    """Return one row a place: the norm at some steps back from the end, as a share of the last one's."""
    rows = []
    for place, part in runs.groupby(list(NAMES), sort=False):
        centre = curves(part).mean(axis=0)
        shares = {f"{back}_back": 10 ** (centre[back] - centre[0]) for back in SHOWN if back < len(centre)}
        rows.append(dict(zip(NAMES, place, strict=True)) | shares)
    return pd.DataFrame(rows)


def curves(part):
    """Return the decimal logarithm of the norms of what is handed on, (runs, steps), the last step first."""
    carried = part["memory_norms"].where(part["memory_norms"].notna(), part["output_norms"])
    return np.log10(numbers(carried))[:, ::-1]


def draw_curve(axes, part, label, colour, style="-"):
    """Draw the geometric mean over seeds and a band from the least to the greatest; nothing where nothing was run."""
    if part.empty:
        return
    lines = curves(part)
    back = np.arange(lines.shape[1])
    axes.plot(back, 10 ** lines.mean(axis=0), style, color=colour, label=label)
    axes.fill_between(back, 10 ** lines.min(axis=0), 10 ** lines.max(axis=0), color=colour, alpha=0.2, linewidth=0)


def panels(count, warning):
    """Return a figure with panels side by side on one logarithmic scale."""
    figure = Figure(figsize=(4.4 * count, 4.4), layout="constrained")
    axes = figure.subplots(1, count, sharey=True)
    for each in axes:
        each.set(yscale="log", xlabel="steps back from the end")
        each.grid(alpha=0.3)
    axes[0].set_ylabel("norm of the gradient")
    figures.warn(figure, warning)
    return figure, axes


def draw_plain(runs, folder, warning):
    """Write plain_cell: one panel for tiny events, one for ordinary ones, a line a radius."""
    figure, axes = panels(2, warning)
    for each, (size, title) in zip(axes, EVENTS.items(), strict=True):
        for number, radius in enumerate(RADII):
            part = runs[(runs["cell"] == "plain") & (runs["event_size"] == size) & (runs["radius"] == radius)]
            draw_curve(each, part, f"radius {radius:g}", figures.sequence_colour(number, len(RADII)))
        each.set_title(f"plain cell, {title}")
        each.legend(fontsize=9)
    figures.save(figure, folder, "plain_cell")


def draw_gate_bias(runs, folder, warning):
    """Write gate_bias: one panel a gated cell, a line a bias, and the plain cell's in each, at radius 1."""
    usual = runs[(runs["event_size"] == ORDINARY) & (runs["radius"] == 1.0)]
    kinds = {"lstm": "LSTM, forget gate", "gru": "GRU, update gate", "peephole": "peephole LSTM, forget gate"}
    figure, axes = panels(3, warning)
    for each, (kind, title) in zip(axes, kinds.items(), strict=True):
        draw_curve(each, usual[usual["cell"] == "plain"], "plain cell", PLAIN_COLOUR, "--")
        for bias, colour in BIAS_COLOURS.items():
            draw_curve(each, usual[(usual["cell"] == kind) & (usual["gate_bias"] == bias)], f"bias {bias}", colour)
        each.set_title(title)
        each.legend(fontsize=9, loc="lower left")
    figures.save(figure, folder, "gate_bias")


def draw_slopes(runs, folder, warning):
    """Write slopes: the slope over the spectral radius, a band over seeds, and what the radius alone would give."""
    figure = Figure(figsize=(8.2, 4.6), layout="constrained")
    axes = figure.subplots()
    lines = [(("plain", size, 0), f"plain, {name}", PLAIN_COLOUR, style) for (size, name), style in zip(EVENTS.items(), ":-", strict=True)]
    lines += [(("lstm", ORDINARY, bias), f"LSTM, bias {bias}", colour, "-") for bias, colour in BIAS_COLOURS.items()]
    for (cell, size, bias), label, colour, style in lines:
        part = runs[(runs["cell"] == cell) & (runs["event_size"] == size) & (runs["gate_bias"] == bias)]
        if len(part):
            summary = part.groupby("radius")["slope"].agg(["mean", "min", "max"])
            axes.plot(summary.index, summary["mean"], style, marker="o", markersize=4, color=colour, label=label)
            axes.fill_between(summary.index, summary["min"], summary["max"], color=colour, alpha=0.2, linewidth=0)
    fine = np.linspace(RADII[0], RADII[-1], 50)
    axes.plot(fine, np.log10(fine), color="C4", linewidth=5, alpha=0.3, label="log10 of the radius", zorder=0)
    axes.axhline(0, color="0.6", linewidth=0.8)
    axes.set(xlabel="spectral radius of the recurrent blocks", ylabel="slope: powers of ten a step back")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figures.warn(figure, warning)
    figures.save(figure, folder, "slopes")
