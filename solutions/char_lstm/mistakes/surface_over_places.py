"""Draws over 0, 1, 2, … instead of the numbers."""

FAILS = "draws_a_surface"
HINT = "the places 0, 1, 2"

# %% pictures
def results_table(frame):
    return frame.pivot_table(index='num_nodes', columns='num_unrollings', values='valid_perplexity')

def plot_lines(frame, parameter):
    means = frame.groupby(parameter)['valid_perplexity'].mean()
    _, axes = plt.subplots()
    axes.plot(means.index, means, 'o-')
    axes.set(xscale='log', xlabel=parameter, ylabel='valid_perplexity')
    return axes

def plot_heatmap(table):
    plt.figure()
    axes = sns.heatmap(table, annot=True, fmt='.2f')
    axes.set(xlabel='num_unrollings', ylabel='num_nodes')
    return axes

def plot_surface(table):
    axes = plt.figure().add_subplot(projection='3d')
    unrollings, nodes = np.meshgrid(range(table.shape[1]), range(table.shape[0]))
    axes.plot_surface(unrollings, nodes, table.to_numpy(), cmap='viridis_r')
    axes.set(xlabel='num_unrollings', ylabel='num_nodes', zlabel='valid_perplexity')
    return axes
