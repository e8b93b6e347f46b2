"""Writes the epoch with one digit."""

FAILS = "finds_the_lowest_validation_loss"
HINT = "at least two digits"

# %% best_checkpoint
def best_checkpoint(history):
    losses = history["val_loss"]
    best = int(np.nanargmin(losses))
    return best + 1, f"epoch_{best + 1}_val_loss_{losses[best]:.4f}.keras"
