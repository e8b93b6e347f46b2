"""Measures the end of the training text."""

FAILS = "measures_the_untrained_network"
HINT = ""

# %% run_experiment
compiled_step = tf.function(training_step, autograph=False)

def run_experiment(batch_size, num_nodes, num_unrollings, num_steps, train_text, valid_text, seed=0):
    weights = initial_weights(num_nodes, seed)
    generator = BatchGenerator(train_text, batch_size, num_unrollings)
    output = memory = np.zeros((batch_size, num_nodes), np.float32)
    losses = []
    for step in range(num_steps):
        weights, output, memory, loss = compiled_step(weights, generator.next(), output, memory, learning_rate(step))
        losses.append(float(loss))
    return {'valid_perplexity': evaluate(weights, train_text[-len(valid_text) :]), 'characters': batch_size * num_unrollings * num_steps, 'losses': losses, 'weights': {name: np.asarray(array) for name, array in weights.items()}}
