"""The learning curves of the sweep: the training loss, a panel a learning rate and a line a width."""

from matplotlib.figure import Figure

from solutions.reference import figures
from solutions.reference.tables import numbers


def draw(runs, folder, warning):
    """Write learning_curves and return its section; runs from before curves were recorded have none."""
    if "curve_steps" not in runs or runs["curve_steps"].isna().all():
        return "Not recorded."
    runs = runs[runs["curve_steps"].notna()]
    rates, widths = sorted(runs["learning_rate"].unique()), sorted(runs["units"].unique())
    figure = Figure(figsize=(12.6, 6.4), layout="constrained")
    for axes, rate in zip(figure.subplots(2, 3, sharex=True, sharey=True).flat, rates, strict=False):
        for number, units in enumerate(widths):
            draw_curve(axes, runs[(runs["learning_rate"] == rate) & (runs["units"] == units)], units, number, len(widths))
        axes.set(title=f"learning rate {rate:g}", xlabel="step", ylabel="training loss, nats", yscale="log")
        figures.plain_numbers(axes.yaxis)
        axes.label_outer()
        axes.grid(alpha=0.3)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, title="units", loc="outside right center", fontsize=9)
    figures.warn(figure, warning)
    figures.save(figure, folder, "learning_curves")
    return "![training loss over steps, bands from the least to the greatest over seeds](learning_curves.png)"


def draw_curve(axes, runs, units, number, count):
    """Draw the mean over seeds of one width's loss at one rate, and a band; nothing where nothing was run."""
    colour = figures.sequence_colour(number, count)
    runs = runs[runs["curve_steps"] == runs["curve_steps"].mode().max()]  # recorded at the same steps, as one device does
    if runs.empty:
        axes.plot([], color=colour, label=str(units))  # for the legend, which is the first panel's
        return
    steps, losses = numbers(runs["curve_steps"])[0], numbers(runs["curve_losses"])
    axes.plot(steps, losses.mean(axis=0), color=colour, label=str(units))
    axes.fill_between(steps, losses.min(axis=0), losses.max(axis=0), color=colour, alpha=0.2, linewidth=0)
