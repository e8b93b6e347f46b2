"""Counts epochs from 0."""

FAILS = "finds_the_lowest_validation_loss"
HINT = "epochs are counted from 1"

# %% best_checkpoint
def best_checkpoint(history):
    losses = history["val_loss"]
    best = int(np.nanargmin(losses))
    return best, f"epoch_{best:02d}_val_loss_{losses[best]:.4f}.keras"
