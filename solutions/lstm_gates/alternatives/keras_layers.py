"""Keras's own layers and cells with the weights put in."""

# %% rnn_step
def loaded(layer, width, weights):
    layer.build((None, width))
    layer.set_weights([np.asarray(weight) for weight in weights])
    return layer


def rnn_step(event, output, kernel, recurrent_kernel, bias):
    cell = loaded(keras.layers.SimpleRNNCell(len(bias)), np.shape(event)[-1], (kernel, recurrent_kernel, bias))
    return cell(np.asarray(event, "float32"), [np.asarray(output, "float32")])[0]

# %% learn_gate
def dense(event, output, block, activation):
    kernel, recurrent_kernel, bias = block
    layer = keras.layers.Dense(len(bias), activation=activation)
    both = np.concatenate([event, output], axis=-1)
    return np.asarray(loaded(layer, both.shape[-1], (np.concatenate([kernel, recurrent_kernel]), bias))(both))


def learn_gate(event, output, input_block, candidate_block):
    return dense(event, output, input_block, "sigmoid") * dense(event, output, candidate_block, "tanh")

# %% forget_gate
def forget_gate(memory, event, output, block):
    return dense(event, output, block, "sigmoid") * memory

# %% use_gate
def use_gate(memory, event, output, block):
    return np.tanh(memory) * dense(event, output, block, "sigmoid")

# %% remember_gate
def remember_gate(kept, learnt):
    return keras.layers.add([np.asarray(kept), np.asarray(learnt)])

# %% lstm_step
def lstm_step(event, output, memory, kernel, recurrent_kernel, bias):
    cell = loaded(keras.layers.LSTMCell(len(bias) // 4), np.shape(event)[-1], (kernel, recurrent_kernel, bias))
    _, states = cell(np.asarray(event, "float32"), [np.asarray(output, "float32"), np.asarray(memory, "float32")])
    return states

# %% lstm_forward
def lstm_forward(sequence, kernel, recurrent_kernel, bias, initial_state=None):
    layer = keras.layers.LSTM(len(recurrent_kernel), return_sequences=True, return_state=True)
    layer.build(sequence.shape)
    layer.set_weights([kernel, recurrent_kernel, bias])
    state = None if initial_state is None else [np.asarray(part, "float32") for part in initial_state]
    return layer(np.asarray(sequence, "float32"), initial_state=state)

# %% lstm_backward
def lstm_backward(sequence, kernel, recurrent_kernel, bias, outputs_gradient, memory_gradient, initial_state=None):
    import tensorflow as tf

    layer = keras.layers.LSTM(len(recurrent_kernel), return_sequences=True, return_state=True, dtype="float32")
    layer.build(sequence.shape)
    layer.set_weights([kernel, recurrent_kernel, bias])
    if initial_state is None:
        initial_state = np.zeros_like(memory_gradient), np.zeros_like(memory_gradient)
    sequence, output, memory = (tf.constant(part, tf.float32) for part in (sequence, *initial_state))
    with tf.GradientTape() as tape:
        tape.watch([sequence, output, memory])
        outputs, _, last = layer(sequence, initial_state=[output, memory])
        loss = tf.reduce_sum(outputs * outputs_gradient.astype("float32")) + tf.reduce_sum(last * memory_gradient.astype("float32"))
    names = ["sequence", "initial_output", "initial_memory", "kernel", "recurrent_kernel", "bias"]
    return dict(zip(names, tape.gradient(loss, [sequence, output, memory, *(weight.value for weight in layer.trainable_weights)])))

# %% gru_step
def gru_step(event, output, kernel, recurrent_kernel, bias, reset_after=True):
    cell = keras.layers.GRUCell(np.shape(output)[-1], reset_after=reset_after)
    loaded(cell, np.shape(event)[-1], (kernel, recurrent_kernel, bias))
    return cell(np.asarray(event, "float32"), np.asarray(output, "float32"))[0]

# %% count_parameters
def count_parameters(cell, input_size, units, layers=1):
    gates = {"rnn": 1, "lstm": 4, "gru": 3, "gru_reset_after": 3, "peephole": 4}[cell]
    shapes, width = [], input_size
    for _ in range(layers):
        shapes += [(width, gates * units), (units, gates * units), (gates * units,)]
        shapes += [(3, units)] if cell in ("peephole", "gru_reset_after") else []
        width = units
    return sum(math.prod(shape) for shape in shapes)

# %% embedding_parameters
def embedding_parameters(vocabulary_size, dimensions):
    if vocabulary_size * dimensions > 10**6:
        return np.int64(vocabulary_size) * np.int64(dimensions)
    layer = keras.layers.Embedding(vocabulary_size, dimensions)
    layer.build()
    return layer.count_params()

# %% output_shape
def output_shape(batch, steps, features, units, return_sequences=False):
    layer = keras.layers.GRU(units, return_sequences=return_sequences)
    return tuple(layer(np.zeros((batch, steps, features), "float32")).shape)
