"""Takes a last loss above the lowest for divergence."""

FAILS = "sees_divergence"
HINT = "not against the lowest"

# %% diagnose
def diagnose(train_loss, val_loss, chance=math.inf, tolerance=0.05):
    if not np.isfinite(list(train_loss) + list(val_loss)).all() or train_loss[-1] > min(train_loss):
        return "diverged"
    if val_loss[-1] > (1 + tolerance) * min(val_loss):
        return "overfitting"
    if train_loss[-1] > (1 - tolerance) * chance or train_loss[-1] < (1 - tolerance) * train_loss[len(train_loss) // 2]:
        return "underfitting"
    return "fitted"
