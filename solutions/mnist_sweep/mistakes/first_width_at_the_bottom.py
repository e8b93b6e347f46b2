"""Turns the heatmap over, so that the widths grow upwards as on an ordinary axis."""

FAILS = "draws_the_table"
HINT = "the first width on top"

# %% plot_heatmap
def plot_heatmap(table):
    plt.figure()
    axes = sns.heatmap(table, annot=True, fmt=".3f", vmin=0, vmax=1)
    axes.invert_yaxis()
    axes.set(xlabel="learning rate", ylabel="units")
    return axes
