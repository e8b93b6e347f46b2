"""Counts the best epoch from 0."""

FAILS = "reads_the_last_epoch"
HINT = "epochs count from 1"

# %% answers
answers = {"best_epoch": None, "bits_per_word": None, "probability": None, "gain_before": None, "gain_after": None}
if history is not None:
    valid = dict(zip(history["epoch"].tolist(), history["valid_perplexity"].tolist()))
    answers = {
        "best_epoch": int(history["valid_perplexity"].to_numpy().argmin()),
        "bits_per_word": math.log2(valid[8]),
        "probability": 1 / valid[8],
        "gain_before": valid[4] / valid[5],
        "gain_after": valid[5] / valid[6],
    }
