"""Leaves the colour scale to seaborn, which stretches it over each table."""

FAILS = "fixes_the_colour_scale"
HINT = "vmin=0, vmax=1"

# %% plot_heatmap
def plot_heatmap(table):
    plt.figure()
    axes = sns.heatmap(table, annot=True, fmt=".3f")
    axes.set(xlabel="learning rate", ylabel="units")
    return axes
