"""keras.ops and float32; strings formatted in other ways."""

# %% lstm_layer
def lstm_layer(inputs, kernel, recurrent_kernel, bias, initial_state=None):
    ops = keras.ops
    inputs = ops.convert_to_tensor(inputs, "float32")
    kernel, recurrent_kernel, bias = (ops.convert_to_tensor(part, "float32") for part in (kernel, recurrent_kernel, bias))
    zeros = ops.zeros((inputs.shape[0], recurrent_kernel.shape[0]))
    start = [zeros, zeros] if initial_state is None else [ops.convert_to_tensor(part, "float32") for part in initial_state]

    def step(state, x):
        i, f, g, o = ops.split(ops.matmul(x, kernel) + ops.matmul(state[0], recurrent_kernel) + bias, 4, axis=-1)
        c = ops.sigmoid(f) * state[1] + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return [h, c], h

    final, outputs = start, []
    for t in range(inputs.shape[1]):
        final, output = step(final, inputs[:, t])
        outputs.append(output)
    return ops.stack(outputs, axis=1), final

# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    tensors = [keras.ops.convert_to_tensor(gradient) for gradient in gradients]
    norm = keras.ops.sqrt(sum(keras.ops.cast(keras.ops.sum(keras.ops.square(tensor)), "float64") for tensor in tensors))
    factor = keras.ops.where(norm > max_norm, max_norm / keras.ops.maximum(norm, 1e-30), 1.0)
    return tuple(tensor * keras.ops.cast(factor, tensor.dtype) for tensor in tensors), norm

# %% clip_three_ways
def clip_three_ways(gradients, limit):
    found = {"clipvalue": [keras.ops.clip(gradient, -limit, limit) for gradient in gradients]}
    found["clipnorm"] = [clip_by_global_norm([gradient], limit)[0][0] for gradient in gradients]
    found["global_clipnorm"], _ = clip_by_global_norm(gradients, limit)
    return found

# %% sgd_step
def sgd_step(weights, gradients, learning_rate):
    return tuple(keras.ops.convert_to_tensor(w) - keras.ops.convert_to_tensor(learning_rate * g) for w, g in zip(weights, gradients))

# %% output_gradient
def gradient_by_logits(logits, targets, output_gradient=None):
    batch, vocabulary = logits.shape
    hot = keras.ops.one_hot(targets, vocabulary, dtype="float64")
    p = keras.ops.softmax(keras.ops.convert_to_tensor(logits, "float64"))
    gradient = (p - hot) / batch
    if output_gradient is not None:
        gradient += output_gradient - p * keras.ops.sum(output_gradient, axis=1, keepdims=True)
    return gradient

# %% batchify
def batchify(ids, batch_size):
    ids = np.fromiter(ids, dtype="int64")
    return np.stack(np.split(ids[: len(ids) - len(ids) % batch_size], batch_size))

# %% with_temperature
def with_temperature(log_probabilities, temperature):
    logs = np.asarray(log_probabilities, dtype="float32")
    if temperature < 1e-9:
        best = np.zeros_like(logs)
        np.put_along_axis(best, np.expand_dims(np.argmax(logs, -1), -1), 1.0, axis=-1)
        return best
    scaled = np.asarray(keras.ops.log_softmax(logs.astype("float64") / temperature))
    return np.exp(scaled)

# %% sample
def sample(log_probabilities, temperature, seed):
    rows = np.cumsum(with_temperature(log_probabilities, temperature), axis=1)
    thrown = np.random.default_rng(seed).random((len(rows), 1)) * rows[:, -1:]
    return np.argmax(rows > thrown, axis=1)

# %% answer_line
def answer_line(line, words, complete):
    import re

    known = set(words)
    match line.split():
        case []:
            return "error: N is missing"
        case [first, *_] if not re.fullmatch("[0-9]+", first):
            return "error: N must be a whole number, not '" + first + "'"
        case [_]:
            return "error: the prompt is empty"
        case [first, *prompt]:
            unknown = [word for word in prompt if word not in known]
            if unknown:
                return "error: unknown word '%s'" % unknown[0]
            return "{} {}".format(" ".join(prompt), " ".join(complete(n=int(first), prompt=" ".join(prompt)))).strip()
