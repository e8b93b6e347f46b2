"""Takes the best of the runs that share a cell."""

FAILS = "arranges_nodes_and_unrollings"
HINT = "this is the best one"

# %% pictures
def results_table(frame):
    return frame.pivot_table(index='num_nodes', columns='num_unrollings', values='valid_perplexity', aggfunc='min')

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
    unrollings, nodes = np.meshgrid(table.columns, table.index)
    axes.plot_surface(unrollings, nodes, table.to_numpy(), cmap='viridis_r')
    axes.set(xlabel='num_unrollings', ylabel='num_nodes', zlabel='valid_perplexity')
    return axes
