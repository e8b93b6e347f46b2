"""Draws colours only."""

FAILS = "writes_the_figures"
HINT = "annot=True"

# %% plot_heatmap
def plot_heatmap(table):
    plt.figure()
    axes = sns.heatmap(table, vmin=0, vmax=1)
    axes.set(xlabel="learning rate", ylabel="units")
    return axes
