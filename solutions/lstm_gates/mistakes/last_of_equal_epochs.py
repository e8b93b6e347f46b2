"""Takes the last of equal epochs."""

FAILS = "takes_the_earliest_and_leaves_nan"
HINT = "the earliest counts"

# %% best_checkpoint
def best_checkpoint(history):
    losses = history["val_loss"]
    best = max(n for n, loss in enumerate(losses) if loss == np.nanmin(losses))
    return best + 1, f"epoch_{best + 1:02d}_val_loss_{losses[best]:.4f}.keras"
