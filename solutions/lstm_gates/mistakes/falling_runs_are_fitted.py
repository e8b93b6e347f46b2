"""Sees underfitting only near chance."""

FAILS = "sees_underfitting"
HINT = "still falling"

# %% diagnose
def diagnose(train_loss, val_loss, chance=math.inf, tolerance=0.05):
    if not np.isfinite(list(train_loss) + list(val_loss)).all() or train_loss[-1] > train_loss[0]:
        return "diverged"
    if val_loss[-1] > (1 + tolerance) * min(val_loss):
        return "overfitting"
    if train_loss[-1] > (1 - tolerance) * chance:
        return "underfitting"
    return "fitted"
