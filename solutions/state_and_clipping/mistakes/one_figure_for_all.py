"""Draws every call into the same Axes."""

FAILS = "draws_any_curves"
HINT = "labelled with the curve's key"

# %% plot_norms
_, norm_axes = plt.subplots()


def plot_norms(curves, title):
    for label, norms in curves.items():
        norm_axes.semilogy(range(1, len(norms) + 1), norms, label=label)
    norm_axes.set(title=title, xlabel="step", ylabel="norm")
    norm_axes.legend()
    return norm_axes
