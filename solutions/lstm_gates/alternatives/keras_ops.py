"""keras.ops in 32 bits, and pandas where there are tables."""

# %% rnn_step
from keras import ops


def single(value):
    return ops.convert_to_tensor(np.asarray(value, dtype="float32"))


def rnn_step(event, output, kernel, recurrent_kernel, bias):
    event, output, kernel, recurrent_kernel, bias = [single(part) for part in (event, output, kernel, recurrent_kernel, bias)]
    return ops.tanh(ops.add(ops.matmul(event, kernel), ops.matmul(output, recurrent_kernel) + bias))

# %% gradient_norms
def gradient_norms(sequence, kernel, recurrent_kernel, bias, last_gradient):
    output, outputs = ops.zeros(np.shape(last_gradient)), []
    for event in ops.unstack(single(sequence), axis=1):
        output = rnn_step(event, output, kernel, recurrent_kernel, bias)
        outputs.append(output)
    gradient, norms = single(last_gradient), []
    while outputs:
        norms.append(ops.norm(gradient))
        gradient = ops.matmul(gradient * (1 - ops.square(outputs.pop())), ops.transpose(single(recurrent_kernel)))
    return ops.flip(ops.stack(norms))

# %% scale_to_radius
def scale_to_radius(matrix, radius):
    values, _ = ops.eig(single(matrix))
    return single(matrix) * float(radius / np.abs(np.asarray(values)).max())

# %% learn_gate
def weighed_sum(event, output, block):
    W, U, b = map(single, block)
    return ops.matmul(single(event), W) + ops.matmul(single(output), U) + b


def learn_gate(event, output, input_block, candidate_block):
    return ops.sigmoid(weighed_sum(event, output, input_block)) * ops.tanh(weighed_sum(event, output, candidate_block))

# %% forget_gate
def forget_gate(memory, event, output, block):
    return ops.sigmoid(weighed_sum(event, output, block)) * single(memory)

# %% remember_gate
def remember_gate(kept, learnt):
    return ops.sum(ops.stack([single(kept), single(learnt)]), axis=0)

# %% use_gate
def use_gate(memory, event, output, block):
    return ops.sigmoid(weighed_sum(event, output, block)) * ops.tanh(single(memory))

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    blocks = list(zip(*(ops.split(single(part), 4, axis=-1) for part in (kernel, recurrent_kernel, bias))))
    memory = remember_gate(forget_gate(memory, event, output, blocks[1]), learn_gate(event, output, blocks[0], blocks[2]))
    return use_gate(memory, event, output, blocks[3]), memory

# %% lstm_forward
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    start = ops.zeros((len(sequence), len(recurrent_kernel)))
    state = (start, start) if initial_state is None else tuple(map(single, initial_state))
    outputs = []
    for step in range(np.shape(sequence)[1]):
        state = lstm_step(sequence[:, step], *state, kernel, recurrent_kernel, bias)
        outputs.append(ops.expand_dims(state[0], 1))
    return [ops.concatenate(outputs, axis=1), *state]

# %% gru_step
def gru_step(event, output, kernel, recurrent_kernel, bias, reset_after=True):
    event, output, kernel, recurrent_kernel, bias = [single(part) for part in (event, output, kernel, recurrent_kernel, bias)]
    bias = bias if reset_after else ops.stack([bias, ops.zeros_like(bias)])
    x = ops.split(ops.matmul(event, kernel) + bias[0], 3, axis=-1)
    h = ops.split(ops.matmul(output, recurrent_kernel) + bias[1], 3, axis=-1)
    z, r = ops.sigmoid(x[0] + h[0]), ops.sigmoid(x[1] + h[1])
    back = r * h[2] if reset_after else ops.matmul(r * output, ops.split(recurrent_kernel, 3, axis=-1)[2])
    return z * output + (1 - z) * ops.tanh(x[2] + back)

# %% peephole_lstm_step
def peephole_lstm_step(event, output, memory, kernel, recurrent_kernel, bias, peephole):
    look_i, look_f, look_o = single(peephole)
    i, f, g, o = ops.split(weighed_sum(event, output, (kernel, recurrent_kernel, bias)), 4, axis=1)
    memory = single(memory)
    memory = ops.sigmoid(f + look_f * memory) * memory + ops.sigmoid(i + look_i * memory) * ops.tanh(g)
    return ops.sigmoid(o + look_o * memory) * ops.tanh(memory), memory

# %% peephole_cell
class PeepholeCell(keras.layers.Layer):
    """Not a child of LSTMCell: everything by hand."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.output_size = units
        self.state_size = [units, units]

    def build(self, input_shape):
        self.peephole = self.add_weight(shape=(3, self.units), initializer="zeros")
        self.W = self.add_weight(shape=(input_shape[-1], 4 * self.units))
        self.U = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal")
        self.b = self.add_weight(shape=(4 * self.units,), initializer="zeros")

    def call(self, inputs, states):
        return self.step(inputs, *states)

    def step(self, event, h, c):
        z = ops.matmul(event, self.W) + ops.matmul(h, self.U) + self.b
        i, f, g, o = (z[:, place * self.units : (place + 1) * self.units] for place in range(4))
        new = ops.sigmoid(f + self.peephole[1] * c) * c + ops.sigmoid(i + self.peephole[0] * c) * ops.tanh(g)
        said = ops.sigmoid(o + self.peephole[2] * new) * ops.tanh(new)
        return said, [said, new]

# %% best_checkpoint
def best_checkpoint(history):
    losses = pd.Series(history["val_loss"], index=range(1, len(history["val_loss"]) + 1))
    epoch = losses.idxmin()
    return epoch, "epoch_%02d_val_loss_%.4f.keras" % (epoch, losses[epoch])

# %% diagnose
def diagnose(train_loss, val_loss, chance=math.inf, tolerance=0.05):
    train, val = pd.Series(train_loss, dtype=float), pd.Series(val_loss, dtype=float)
    if np.isinf(train).any() or np.isinf(val).any() or train.isna().any() or val.isna().any():
        return "diverged"
    first, middle, last = train.iloc[[0, len(train) // 2, -1]]
    if last > first:
        return "diverged"
    if val.iloc[-1] > (1 + tolerance) * val.min():
        return "overfitting"
    return "underfitting" if last > (1 - tolerance) * chance or last < (1 - tolerance) * middle else "fitted"

# %% output_shape
def output_shape(batch, steps, features, units, return_sequences=False):
    return tuple(keras.layers.LSTM(units, return_sequences=return_sequences).compute_output_shape((batch, steps, features)))
