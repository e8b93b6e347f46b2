"""Clips the product of rate and gradient."""

FAILS = "steps_against_the_clipped_gradients"
HINT = "clip the gradients, then multiply"

# %% sgd
def learning_rate(step):
    return 10.0 * 0.1 ** (step // 5000)

def clip_gradients(gradients, limit=1.25):
    norm = tf.sqrt(sum((tf.reduce_sum(tf.square(gradient)) for gradient in gradients.values())))
    factor = limit / tf.maximum(norm, limit)
    return {name: gradient * factor for name, gradient in gradients.items()}

def sgd_step(weights, gradients, rate):
    changes = clip_gradients({name: rate * gradient for name, gradient in gradients.items()})
    return {name: weights[name] - changes[name] for name in weights}
