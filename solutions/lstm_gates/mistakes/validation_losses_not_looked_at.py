"""Looks for nan in the training losses only."""

FAILS = "sees_divergence"
HINT = "of either curve"

# %% diagnose
def diagnose(train_loss, val_loss, chance=math.inf, tolerance=0.05):
    if not np.isfinite(train_loss).all() or train_loss[-1] > train_loss[0]:
        return "diverged"
    if val_loss[-1] > (1 + tolerance) * min(val_loss):
        return "overfitting"
    if train_loss[-1] > (1 - tolerance) * chance or train_loss[-1] < (1 - tolerance) * train_loss[len(train_loss) // 2]:
        return "underfitting"
    return "fitted"
