"""Draws the logarithms."""

FAILS = "draws_a_line_an_entry"
HINT = "these are logarithms already"

# %% plot_gradient_norms
def plot_gradient_norms(norms):
    figure, axes = plt.subplots()
    for name, values in norms.items():
        axes.plot(np.arange(len(values)), np.log10(values[::-1]), label=name)
    axes.set_yscale("log")
    axes.set(xlabel="steps back", ylabel="gradient norm")
    axes.legend()
    return axes
