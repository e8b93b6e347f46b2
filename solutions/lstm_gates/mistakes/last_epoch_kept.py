"""Keeps the last epoch."""

FAILS = "finds_the_lowest_validation_loss"
HINT = "this is the last epoch"

# %% best_checkpoint
def best_checkpoint(history):
    epoch = len(history["val_loss"])
    return epoch, f"epoch_{epoch:02d}_val_loss_{history['val_loss'][-1]:.4f}.keras"
