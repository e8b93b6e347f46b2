"""Leaves the axis linear."""

FAILS = "draws_on_a_logarithmic_axis"
HINT = "axes.set_yscale(\"log\")"

# %% plot_gradient_norms
def plot_gradient_norms(norms):
    figure, axes = plt.subplots()
    for name, values in norms.items():
        axes.plot(np.arange(len(values)), values[::-1], label=name)
    axes.set(xlabel="steps back", ylabel="gradient norm")
    axes.legend()
    return axes
