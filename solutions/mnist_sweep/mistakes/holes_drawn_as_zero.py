"""Fills the holes with 0 before drawing, so that a failed cell looks like a measured one."""

FAILS = "draws_any_table"
HINT = "a missing figure stays empty"

# %% plot_heatmap
def plot_heatmap(table):
    plt.figure()
    axes = sns.heatmap(table.fillna(0), annot=True, fmt=".3f", vmin=0, vmax=1)
    axes.set(xlabel="learning rate", ylabel="units")
    return axes
