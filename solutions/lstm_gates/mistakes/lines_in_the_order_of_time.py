"""Draws the first step on the left."""

FAILS = "draws_a_line_an_entry"
HINT = "the line runs in the order of time"

# %% plot_gradient_norms
def plot_gradient_norms(norms):
    figure, axes = plt.subplots()
    for name, values in norms.items():
        axes.plot(np.arange(len(values)), values, label=name)
    axes.set_yscale("log")
    axes.set(xlabel="steps back", ylabel="gradient norm")
    axes.legend()
    return axes
