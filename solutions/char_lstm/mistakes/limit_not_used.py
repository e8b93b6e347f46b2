"""Clips at 1.25 whatever the limit."""

FAILS = "clips_by_the_global_norm"
HINT = "the limit that is given is not used"

# %% sgd
def learning_rate(step):
    return 10.0 * 0.1 ** (step // 5000)

def clip_gradients(gradients, limit=1.25):
    norm = tf.sqrt(sum((tf.reduce_sum(tf.square(gradient)) for gradient in gradients.values())))
    factor = 1.25 / tf.maximum(norm, 1.25)
    return {name: gradient * factor for name, gradient in gradients.items()}

def sgd_step(weights, gradients, rate):
    clipped = clip_gradients(gradients)
    return {name: weights[name] - rate * clipped[name] for name in weights}
