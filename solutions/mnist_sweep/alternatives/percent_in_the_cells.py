"""A heatmap in percent, labelled through pyplot; the parameters by NumPy."""

# %% count_parameters
def count_parameters(units):
    shapes = [(28, 4 * units), (units, 4 * units), (4 * units,), (units, 10), (10,)]
    return sum(np.prod(shape, dtype=np.int64) for shape in shapes)

# %% plot_heatmap
def plot_heatmap(table):
    plt.figure()
    sns.heatmap(table, annot=True, fmt=".0%", vmin=0.0, vmax=1.0, cmap="magma", linewidths=1)
    plt.title("accuracy")
    plt.xlabel("Learning rate (Adam)")
    plt.ylabel("Hidden units")
    return plt.gca()
