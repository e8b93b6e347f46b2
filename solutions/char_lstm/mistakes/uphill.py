"""Adds the gradient."""

FAILS = "steps_against_the_clipped_gradients"
HINT = "uphill: subtract"

# %% sgd
def learning_rate(step):
    return 10.0 * 0.1 ** (step // 5000)

def clip_gradients(gradients, limit=1.25):
    norm = tf.sqrt(sum((tf.reduce_sum(tf.square(gradient)) for gradient in gradients.values())))
    factor = limit / tf.maximum(norm, limit)
    return {name: gradient * factor for name, gradient in gradients.items()}

def sgd_step(weights, gradients, rate):
    clipped = clip_gradients(gradients)
    return {name: weights[name] + rate * clipped[name] for name in weights}
