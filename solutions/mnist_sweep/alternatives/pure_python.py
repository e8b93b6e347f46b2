"""Loops and lists; no pandas beyond the DataFrame that is asked for, no seaborn."""

# %% load_rows
def load_rows():
    pairs = []
    for images, labels in mnist.load_data():
        scaled = np.empty(images.shape, dtype=np.float32)
        for place, image in enumerate(images):
            for row in range(28):
                scaled[place, row] = image[row] / 255.0
        pairs.append((scaled, labels))
    return pairs[0], pairs[1]

# %% count_parameters
def count_parameters(units):
    count = 0
    for _gate in ("input", "forget", "candidate", "output"):
        count += 28 * units  # from the features
        count += units**2  # from the outputs before
        count += units  # biases
    for _digit in range(10):
        count += units + 1
    return count

# %% sweep
def sweep(units, learning_rates, data, run=run_cell, **budget):
    table = []
    for width in units:
        for rate in learning_rates:
            row = [width, rate, float("nan"), float("nan"), float("nan"), "failed"]
            try:
                found = run(width, rate, data, **budget)
                row[2], row[3], row[4] = found["train_accuracy"], found["test_accuracy"], found["train_loss"]
                row[5] = "ok" if -float("inf") < row[4] < float("inf") else "diverged"
            except Exception as problem:
                print("problem:", problem)
            table.append(row)
            print(*row)
    return pd.DataFrame(table, columns=["units", "learning_rate", "train_accuracy", "test_accuracy", "train_loss", "status"])

# %% results_table
def results_table(frame):
    known = {}
    for width, rate, accuracy in zip(frame["units"], frame["learning_rate"], frame["test_accuracy"]):
        known[width, rate] = accuracy
    widths, rates = [], []
    for width, rate in known:
        if width not in widths:
            widths.append(width)
        if rate not in rates:
            rates.append(rate)
    widths.sort()
    rates.sort()
    rows = [[known.get((width, rate), float("nan")) for rate in rates] for width in widths]
    return pd.DataFrame(rows, index=widths, columns=rates)

# %% plot_heatmap
def plot_heatmap(table):
    figure, axes = plt.subplots()
    values = np.ma.masked_invalid(table.to_numpy(dtype=float))
    mesh = axes.pcolormesh(values, vmin=0, vmax=1)
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            if not np.ma.is_masked(values[row, column]):
                axes.text(column + 0.5, row + 0.5, "%.3f" % values[row, column], ha="center", va="center")
    axes.set_ylim(values.shape[0], 0)
    axes.set_xticks([place + 0.5 for place in range(values.shape[1])], [f"{rate:g}" for rate in table.columns])
    axes.set_yticks([place + 0.5 for place in range(values.shape[0])], list(table.index))
    axes.set_xlabel("Learning rate")
    axes.set_ylabel("Number of hidden units")
    figure.colorbar(mesh)
    return axes

# %% answers
answers = {"best_cell": (0, 0), "best_rate_per_width": {}, "collapsed": {}}
best, best_of_width = -1, {}
for width, rate, accuracy in zip(list(frame["units"]), list(frame["learning_rate"]), list(frame["test_accuracy"])):
    if accuracy > best:
        best, answers["best_cell"] = accuracy, (width, rate)
    if accuracy > best_of_width.get(width, -1):
        best_of_width[width] = accuracy
        answers["best_rate_per_width"][width] = rate
    for digit, share in digit_shares(frame).items():
        if -1e-6 < accuracy - share < 1e-6:
            answers["collapsed"][width, rate] = digit
