"""Lets matplotlib number the steps."""

FAILS = "draws_a_line_a_curve"
HINT = "the first step is step 1"

# %% plot_norms
def plot_norms(curves, title):
    figure, axes = plt.subplots()
    for label, norms in curves.items():
        axes.semilogy(norms, label=label)
    axes.set(title=title, xlabel="step", ylabel="norm")
    axes.legend()
    return axes
