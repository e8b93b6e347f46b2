"""Divides the later perplexity by the earlier one."""

FAILS = "compares_the_epochs_around_the_halving"
HINT = "that is the inverse"

# %% answers
answers = {"best_epoch": None, "bits_per_word": None, "probability": None, "gain_before": None, "gain_after": None}
if history is not None:
    valid = dict(zip(history["epoch"].tolist(), history["valid_perplexity"].tolist()))
    answers = {
        "best_epoch": min(valid, key=valid.get),
        "bits_per_word": math.log2(valid[8]),
        "probability": 1 / valid[8],
        "gain_before": valid[5] / valid[4],
        "gain_after": valid[6] / valid[5],
    }
