"""Takes nan for the lowest loss."""

FAILS = "takes_the_earliest_and_leaves_nan"
HINT = "a loss that is nan is not the lowest"

# %% best_checkpoint
def best_checkpoint(history):
    losses = history["val_loss"]
    best = int(np.argmin(losses))
    return best + 1, f"epoch_{best + 1:02d}_val_loss_{losses[best]:.4f}.keras"
