"""The original author's four hypotheses and three questions, and what our runs say to them.

A word is chosen from means over seeds. At equal steps, more unrollings or a larger batch also mean more characters; where the control at
equal characters was run, a claim must hold there as well to be a plain yes.
"""

import numpy as np

from solutions.char_lstm.reference import NAMES, SURFACE, SWEEPS, USUAL
from solutions.reference.verdicts import IN_PART, NO, NOT_RUN, YES, Hypothesis, verdict

VALUE = "valid_perplexity"
GUESSING = 27  # the perplexity of a model that knows nothing
DOWNHILL = 0.9  # share of neighbours on the surface that must go down for it to be a slope


def hypotheses(runs):
    """Return all of them with the verdicts of these runs."""
    return [
        unrollings(runs),
        nodes_and_batches(runs),
        steps(runs),
        nodes_like_batch(runs),
        ski_slope(runs),
        more_unrollings_than_nodes(runs),
        more_unrollings_than_steps(runs),
    ]


def sweep(runs, name, swept):
    """Return the mean perplexity by what is swept, None where fewer than two of the sweep's places were run."""
    part = at(runs, SWEEPS[name])
    means = () if part.empty else part.groupby(swept)[VALUE].mean()
    return means if len(means) > 1 else None


def at(runs, places, names=NAMES):
    """Return the runs at these places, as far as these names tell them apart."""
    if runs.empty:
        return runs
    wanted = {tuple((USUAL | dict(place))[name] for name in names) for place in places}
    return runs[[tuple(row[name] for name in names) in wanted for row in runs.to_dict("records")]]


def told(means, what):
    """Return "4.90 at 32, 4.50 at 64, 4.60 at 256 nodes" of the first, the best and the last of a sweep."""
    places = dict.fromkeys((means.index[0], means.idxmin(), means.index[-1]))
    return ", ".join(f"{means[place]:.2f} at {place:,}" for place in places) + f" {what}"


def control(means, what):
    """Return the same of a control, or that it was not run."""
    return "the control at equal characters was not run" if means is None else f"at equal characters {told(means, what)}"


def falls(means):
    """Return whether the sweep ends lower than it begins."""
    return means.iloc[-1] < means.iloc[0]


def unrollings(runs):
    """H1, with its control."""
    claim, original = "H1: more unrollings lower the perplexity.", "yes, fading after about 15"
    free, equal = sweep(runs, "unrollings", "num_unrollings"), sweep(runs, "equal_unrollings", "num_unrollings")
    if free is None:
        return Hypothesis(claim, original, NOT_RUN)
    word = NO if not falls(free) else YES if equal is None or falls(equal) else IN_PART
    because = f"at equal steps {told(free, 'unrollings')}"
    if 15 in free.index and free.index[-1] > 15:
        because += f" (from 15 on it changes by {free.iloc[-1] - free[15]:+.2f})"
    because += f"; {control(equal, 'unrollings')}"
    return Hypothesis(claim, original, word, because)


def nodes_and_batches(runs):
    """H2, which the author himself found wrong."""
    claim = "H2: more nodes or larger batches do not lower the perplexity."
    original = "wrong, both help, flattening near batch 64 and 128 nodes"
    nodes, batches = sweep(runs, "nodes", "num_nodes"), sweep(runs, "batch_sizes", "batch_size")
    equal = sweep(runs, "equal_batch_sizes", "batch_size")
    if nodes is None or batches is None:
        return Hypothesis(claim, original, NOT_RUN)
    help_ = [falls(nodes), falls(batches) and (equal is None or falls(equal))]
    because = f"{told(nodes, 'nodes')}; at equal steps {told(batches, 'rows a batch')}"
    because += f"; {control(equal, 'rows a batch')}"
    return Hypothesis(claim, original, NO if all(help_) else IN_PART if any(help_) else YES, because)


def steps(runs):
    """H3."""
    claim, original = "H3: more steps lower the perplexity.", "yes, not monotonically"
    means = sweep(runs, "steps", "num_steps")
    if means is None:
        return Hypothesis(claim, original, NOT_RUN)
    rises = int((np.diff(means) > 0).sum())
    because = f"{told(means, 'steps')}, rising at {rises} of {len(means) - 1} increases"
    return Hypothesis(claim, original, verdict(falls(means)), because)


def nodes_like_batch(runs):
    """H4: one run with other numbers that learns, and as well, is enough against it."""
    claim, original = "H4: the number of nodes must equal the batch size.", "wrong"
    means = sweep(runs, "nodes", "num_nodes")
    if means is None or USUAL["batch_size"] not in means.index:
        return Hypothesis(claim, original, NOT_RUN)
    equal, others = means[USUAL["batch_size"]], means.drop(USUAL["batch_size"])
    because = f"batch 64 gives {equal:.2f} with 64 nodes and {others.min():.2f} with {others.idxmin()}"
    return Hypothesis(claim, original, verdict(not others.min() < 1.05 * equal), because)


def ski_slope(runs):
    """Q1: downhill in both directions."""
    claim, original = "Q1: the surface over nodes and unrollings is a ski slope.", "yes, seen in a plot"
    part = at(runs, SURFACE)
    if len(part) < len(SURFACE):
        return Hypothesis(claim, original, NOT_RUN, f"{len(part)} of its {len(SURFACE)} runs are there" if len(part) else "")
    table = part.pivot_table(index="num_nodes", columns="num_unrollings", values=VALUE)
    down = [float((np.diff(table, axis=axis) < 0).mean()) for axis in (0, 1)]
    lowest = table.stack().idxmin()
    because = (
        f"{down[0]:.0%} of the steps to more nodes and {down[1]:.0%} of those to more unrollings go down, from {table.iloc[0, 0]:.2f}"
        f" at {table.index[0]} nodes and {table.columns[0]} unrolling to {table.min().min():.2f} at {lowest[0]} and {lowest[1]}"
    )
    return Hypothesis(claim, original, YES if min(down) >= DOWNHILL else IN_PART if min(down) > 0.5 else NO, because)


def more_unrollings_than_nodes(runs):
    """Q2: whether such runs learn anything."""
    return possible(
        runs,
        "Q2: more unrollings than nodes is possible.",
        lambda row: row["num_unrollings"] > row["num_nodes"],
        "yes",
    )


def more_unrollings_than_steps(runs):
    """Q3, whose figures say the opposite of the original's conclusion."""
    original = "yes, and 100 unrollings at 65 steps are called slightly worse than 1; the published figures, 11.48 and 13.86, say better"
    found = possible(runs, "Q3: more unrollings than steps is possible.", lambda row: row["num_unrollings"] > row["num_steps"], original)
    short = at(runs, [{"num_unrollings": count, "num_steps": 65} for count in (1, 100)])
    means = short.groupby("num_unrollings")[VALUE].mean() if len(short) else ()
    if len(means) < 2:
        return found
    word = "lower" if means[100] < means[1] else "higher"
    because = f"{means[100]:.2f} with 100 unrollings at 65 steps is {word} than {means[1]:.2f} with 1"
    return Hypothesis(found.claim, original, found.verdict, because)


def possible(runs, claim, chosen, original):
    """Return whether the runs of a kind all learnt: lower than guessing."""
    part = runs[[bool(chosen(row)) for row in runs.to_dict("records")]] if len(runs) else runs
    if not len(part):
        return Hypothesis(claim, original, NOT_RUN)
    worst = part[VALUE].max()
    because = f"{len(part)} such runs, perplexities from {part[VALUE].min():.2f} to {worst:.2f}; guessing has {GUESSING}"
    return Hypothesis(claim, original, verdict(worst < GUESSING), because)
