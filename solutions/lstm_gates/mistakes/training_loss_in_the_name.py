"""Writes the training loss into the name."""

FAILS = "finds_the_lowest_validation_loss"
HINT = "the name has the training loss"

# %% best_checkpoint
def best_checkpoint(history):
    best = int(np.nanargmin(history["val_loss"]))
    return best + 1, f"epoch_{best + 1:02d}_val_loss_{history['loss'][best]:.4f}.keras"
