"""Compares the validation loss with the training loss."""

FAILS = "sees_overfitting"
HINT = "not with the training loss"

# %% diagnose
def diagnose(train_loss, val_loss, chance=math.inf, tolerance=0.05):
    if not np.isfinite(list(train_loss) + list(val_loss)).all() or train_loss[-1] > train_loss[0]:
        return "diverged"
    if val_loss[-1] > (1 + tolerance) * train_loss[-1]:
        return "overfitting"
    if train_loss[-1] > (1 - tolerance) * chance or train_loss[-1] < (1 - tolerance) * train_loss[len(train_loss) // 2]:
        return "underfitting"
    return "fitted"
