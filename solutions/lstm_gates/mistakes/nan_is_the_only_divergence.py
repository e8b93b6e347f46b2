"""Takes only nan for divergence."""

FAILS = "sees_divergence"
HINT = "any nan or infinite loss"

# %% diagnose
def diagnose(train_loss, val_loss, chance=math.inf, tolerance=0.05):
    if np.isnan(list(train_loss) + list(val_loss)).any() or train_loss[-1] > train_loss[0]:
        return "diverged"
    if val_loss[-1] > (1 + tolerance) * min(val_loss):
        return "overfitting"
    if train_loss[-1] > (1 - tolerance) * chance or train_loss[-1] < (1 - tolerance) * train_loss[len(train_loss) // 2]:
        return "underfitting"
    return "fitted"
