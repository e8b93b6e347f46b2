"""Goes by the training loss."""

FAILS = "finds_the_lowest_validation_loss"
HINT = "what counts is val_loss"

# %% best_checkpoint
def best_checkpoint(history):
    losses = history["loss"]
    best = int(np.nanargmin(losses))
    return best + 1, f"epoch_{best + 1:02d}_val_loss_{history['val_loss'][best]:.4f}.keras"
