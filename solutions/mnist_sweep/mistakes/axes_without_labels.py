"""Takes the labels off the axes."""

FAILS = "labels_both_axes"
HINT = "axes.set_xlabel"

# %% plot_heatmap
def plot_heatmap(table):
    plt.figure()
    axes = sns.heatmap(table, annot=True, fmt=".3f", vmin=0, vmax=1)
    axes.set(title="test accuracy", xlabel="", ylabel="")
    return axes
