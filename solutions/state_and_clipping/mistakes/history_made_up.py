"""Hands in figures that were made up, beside weights that were trained."""

FAILS = "comes_with_the_weights_of_that_training"
HINT = "one and the same training"

# %% answers
answers = {"best_epoch": None, "bits_per_word": None, "probability": None, "gain_before": None, "gain_after": None}
if history is not None:
    valid = dict(zip(history["epoch"].tolist(), history["valid_perplexity"].tolist()))
    answers = {
        "best_epoch": min(valid, key=valid.get),
        "bits_per_word": math.log2(valid[8]),
        "probability": 1 / valid[8],
        "gain_before": valid[4] / valid[5],
        "gain_after": valid[5] / valid[6],
    }
