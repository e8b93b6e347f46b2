"""Returns the figure instead of the Axes."""

FAILS = "draws_the_table"
HINT = "return the Axes"

# %% plot_heatmap
def plot_heatmap(table):
    figure, axes = plt.subplots()
    sns.heatmap(table, annot=True, fmt=".3f", vmin=0, vmax=1, ax=axes)
    return figure
