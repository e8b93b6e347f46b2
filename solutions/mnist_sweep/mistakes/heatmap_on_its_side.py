"""Draws the table transposed."""

FAILS = "draws_the_table"
HINT = "the heatmap lies on its side"

# %% plot_heatmap
def plot_heatmap(table):
    plt.figure()
    return sns.heatmap(table.T, annot=True, fmt=".3f", vmin=0, vmax=1)
