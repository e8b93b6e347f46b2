"""A third way for the small tasks: other loops, templates and pandas."""

# %% scale_to_radius
def scale_to_radius(matrix, radius):
    unscaled = np.asarray(matrix, dtype="float64")
    return (unscaled / max(abs(np.linalg.eigvals(unscaled)))) * radius

# %% plot_gradient_norms
def plot_gradient_norms(norms):
    table = pd.DataFrame({name: pd.Series(np.asarray(values)[::-1]) for name, values in norms.items()})
    figure, axes = plt.subplots()
    for name in table:
        column = table[name].dropna()
        axes.semilogy(column.index, column, label=name)
    axes.set(xlabel="back in time (steps)", ylabel="Norm", title="gradients")
    figure.legend()
    axes.legend()
    return axes

# %% gate_names
gate_names = dict(learn=["g", "i"], forget=["f"], remember=["c"], use=["h", "o"], no_weights=["h", "c"], keep_everything=dict(f=1, i=0))

# %% peephole_cell
class PeepholeCell(keras.layers.LSTMCell):
    """Works on the four parts of the weights one by one."""

    def build(self, input_shape):
        keras.layers.LSTMCell.build(self, input_shape)
        self.peephole = self.add_weight((3, self.units), keras.initializers.Zeros())

    def part(self, place, event, output):
        columns = slice(place * self.units, (place + 1) * self.units)
        return event @ self.kernel[:, columns] + output @ self.recurrent_kernel[:, columns] + self.bias[columns]

    def call(self, inputs, states, training=None):
        output, memory = states[0], states[1]
        i = keras.activations.sigmoid(self.part(0, inputs, output) + memory * self.peephole[0:1])
        f = keras.activations.sigmoid(self.part(1, inputs, output) + memory * self.peephole[1:2])
        memory = f * memory + i * keras.activations.tanh(self.part(2, inputs, output))
        o = keras.activations.sigmoid(self.part(3, inputs, output) + memory * self.peephole[2:3])
        return o * keras.activations.tanh(memory), [o * keras.activations.tanh(memory), memory]

# %% embedding_parameters
def embedding_parameters(vocabulary_size, dimensions):
    return np.prod([vocabulary_size, dimensions], dtype=np.int64)

# %% better_size
def better_size(parameters, dataset_chars):
    from fractions import Fraction

    ratio = Fraction(dataset_chars, parameters)
    return "larger" if ratio > 10 else "smaller" if ratio < Fraction(1, 10) else "keep"

# %% best_checkpoint
def best_checkpoint(history):
    table = pd.DataFrame(history).dropna(subset=["val_loss"])
    row = table.sort_values("val_loss", kind="stable").iloc[0]
    return row.name + 1, f"epoch_{row.name + 1:02d}_val_loss_{row['val_loss']:.4f}.keras"

# %% count_parameters
def count_parameters(cell, input_size, units, layers=1):
    D, H, L = input_size, units, layers
    gates = 1 if cell == "rnn" else 3 if "gru" in cell else 4
    own = {"gru_reset_after": 3 * H * (H + 2), "peephole": H * (4 * H + 7)}.get(cell, gates * H * (H + 1))
    return L * own + gates * H * (D + (L - 1) * H)

# %% output_shape
def output_shape(batch, steps, features, units, return_sequences=False):
    return np.array([batch, steps, units] if return_sequences else [batch, units])

# %% diagnose
def diagnose(train_loss, val_loss, chance=float("inf"), tolerance=0.05):
    *_, last = train_loss
    numbers = [abs(loss) for loss in (*train_loss, *val_loss)]
    if not all(number < float("inf") for number in numbers) or last > train_loss[0]:
        return "diverged"
    if val_loss[-1] > min(val_loss) * (1 + tolerance):
        return "overfitting"
    falling = last < (1 - tolerance) * train_loss[len(train_loss) // 2]
    return ("fitted", "underfitting")[falling or last > (1 - tolerance) * chance]
