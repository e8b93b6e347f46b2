"""Draws on a linear scale, where vanishing cannot be seen."""

FAILS = "draws_a_line_a_curve"
HINT = "set_yscale"

# %% plot_norms
def plot_norms(curves, title):
    figure, axes = plt.subplots()
    for label, norms in curves.items():
        axes.plot(range(1, len(norms) + 1), norms, label=label)
    axes.set(title=title, xlabel="step", ylabel="norm")
    axes.legend()
    return axes
