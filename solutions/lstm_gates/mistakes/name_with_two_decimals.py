"""Writes the loss with two decimals."""

FAILS = "finds_the_lowest_validation_loss"
HINT = "not two"

# %% best_checkpoint
def best_checkpoint(history):
    losses = history["val_loss"]
    best = int(np.nanargmin(losses))
    return best + 1, f"epoch_{best + 1:02d}_val_loss_{losses[best]:.2f}.keras"
