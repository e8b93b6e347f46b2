"""Asks for underfitting before overfitting."""

FAILS = "sees_overfitting"
HINT = "the first rule that fits counts"

# %% diagnose
def diagnose(train_loss, val_loss, chance=math.inf, tolerance=0.05):
    if not np.isfinite(list(train_loss) + list(val_loss)).all() or train_loss[-1] > train_loss[0]:
        return "diverged"
    if train_loss[-1] > (1 - tolerance) * chance or train_loss[-1] < (1 - tolerance) * train_loss[len(train_loss) // 2]:
        return "underfitting"
    if val_loss[-1] > (1 + tolerance) * min(val_loss):
        return "overfitting"
    return "fitted"
