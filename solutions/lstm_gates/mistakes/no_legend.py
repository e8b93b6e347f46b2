"""Labels the lines and shows no legend."""

FAILS = "draws_on_a_logarithmic_axis"
HINT = "axes.legend() shows"

# %% plot_gradient_norms
def plot_gradient_norms(norms):
    figure, axes = plt.subplots()
    for name, values in norms.items():
        axes.plot(np.arange(len(values)), values[::-1], label=name)
    axes.set_yscale("log")
    axes.set(xlabel="steps back", ylabel="gradient norm")
    return axes
