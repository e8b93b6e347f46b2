"""What the original says about its table, and what ours says to it."""

import pandas as pd

from solutions.reference.verdicts import IN_PART, NO, NOT_RUN, YES, Hypothesis, verdict

NEAR_CHANCE = 0.2  # accuracies below this are those of a network that has learnt next to nothing
HIGH_RATES = 0.01  # from here the table's bad cells are those that the original calls over-fitted
GAP = 0.05  # over-fitting would be a training accuracy higher than the test accuracy by more than this


def hypotheses(runs, published):
    """Return the readings of the table with the verdicts of these runs.

    Args:
        published: DataFrame of accuracies, units down and learning rates across.
    """
    means = pd.DataFrame() if runs.empty else runs.pivot_table(index="units", columns="learning_rate", values="test_accuracy")
    return [overfitting(runs), best_rate_falls(means, published), low_rates_undertrain(runs)]


def overfitting(runs):
    """The author's reading of the collapsed cells, which training accuracy contradicts."""
    claim, original = "The cells near 0.1 at high learning rates are over-fitted.", "yes; training accuracy was not recorded"
    bad = runs[(runs["learning_rate"] >= HIGH_RATES) & (runs["test_accuracy"] < NEAR_CHANCE)] if len(runs) else runs
    if not len(bad):
        return Hypothesis(claim, original, NOT_RUN)
    gap = (bad["train_accuracy"] - bad["test_accuracy"]).max()
    because = (
        f"in the {len(bad)} runs with a test accuracy below {NEAR_CHANCE} there, training accuracy is as low, at most"
        f" {bad['train_accuracy'].max():.3f} and at most {max(gap, 0):.3f} above test accuracy;"
        f" {int(bad['collapsed'].sum())} of them give one answer to every image"
    )
    return Hypothesis(claim, original, verdict(gap > GAP), because)


def best_rate_falls(means, published):
    """The corner that the whole table has."""
    claim = "The best learning rate falls as the network grows wider."
    theirs = published.idxmax(axis=1)
    original = f"its table says so: {_rates(theirs)}"
    complete = means.dropna() if len(means) else means
    if len(complete) < 2:
        return Hypothesis(claim, original, NOT_RUN)
    ours = complete.idxmax(axis=1)
    first, last = ours.iloc[0], ours.iloc[-1]
    if last == first and len(ours) < len(theirs):
        return Hypothesis(claim, original, NOT_RUN, f"the widths that were run do not decide it, {_rates(ours)}")
    word = NO if last >= first else YES if ours.is_monotonic_decreasing else IN_PART
    return Hypothesis(claim, original, word, _rates(ours))


def low_rates_undertrain(runs):
    """Low accuracy with as low a training accuracy, rising with the width: too few steps of too small a size."""
    claim = "At the lowest rate the network is under-trained, the less so the wider it is."
    low = runs[runs["learning_rate"] == 1e-5] if len(runs) else runs
    original = "its table says so: from 0.18 with 16 units to 0.82 with 4096"
    if not len(low) or low["units"].nunique() < 2:
        return Hypothesis(claim, original, NOT_RUN)
    means = low.groupby("units")[["test_accuracy", "train_accuracy"]].mean()
    because = "; ".join(
        f"{units} units: test {row['test_accuracy']:.3f}, training {row['train_accuracy']:.3f}"
        for units, row in means.iloc[[0, -1]].iterrows()
    )
    close = (means["train_accuracy"] - means["test_accuracy"]).abs().max() < GAP
    return Hypothesis(claim, original, verdict(close and means["test_accuracy"].iloc[-1] > means["test_accuracy"].iloc[0]), because)


def _rates(best):
    """Return which rate is best at which widths: "0.01 at 16, 32, 64 units, 0.001 at 128 units"."""
    groups = best.groupby(best, sort=False)
    return ", ".join(f"{rate:g} at {', '.join(str(units) for units in part.index)} units" for rate, part in groups)
