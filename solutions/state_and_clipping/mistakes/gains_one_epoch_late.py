"""Takes row 5 for epoch 5."""

FAILS = "compares_the_epochs_around_the_halving"
HINT = "one epoch too late"

# %% answers
answers = {"best_epoch": None, "bits_per_word": None, "probability": None, "gain_before": None, "gain_after": None}
if history is not None:
    valid = dict(zip(history["epoch"].tolist(), history["valid_perplexity"].tolist()))
    answers = {
        "best_epoch": min(valid, key=valid.get),
        "bits_per_word": math.log2(valid[8]),
        "probability": 1 / valid[8],
        "gain_before": valid[5] / valid[6],
        "gain_after": valid[6] / valid[7],
    }
