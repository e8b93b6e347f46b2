"""A heatmap whose cells hold text made beforehand; the parameters factored."""

# %% count_parameters
def count_parameters(units):
    gates, features, classes = 4, 28, 10
    return gates * units * (features + units + 1) + classes * (units + 1)

# %% plot_heatmap
def plot_heatmap(table):
    texts = [["" if np.isnan(value) else f"{value:.2f}" for value in row] for row in table.to_numpy()]
    figure, axes = plt.subplots()
    sns.heatmap(table, ax=axes, annot=np.array(texts), fmt="", vmin=0, vmax=1, cbar_kws={"label": "test accuracy"})
    axes.set_xlabel("lr")
    axes.set_ylabel("LSTM width")
    return axes
