"""Rounds the table's own ends to whole numbers: 0 and 1 for most tables, but not for a table of good cells only."""

FAILS = "compares_across_tables"
HINT = "as numbers, not taken from the table"

# %% plot_heatmap
def plot_heatmap(table):
    plt.figure()
    axes = sns.heatmap(table, annot=True, fmt=".3f", vmin=table.min().min().round(), vmax=table.max().max().round())
    axes.set(xlabel="learning rate", ylabel="units")
    return axes
