"""Clips every number by itself."""

FAILS = "clips_by_the_global_norm"
HINT = "changes the direction"

# %% sgd
def learning_rate(step):
    return 10.0 * 0.1 ** (step // 5000)

def clip_gradients(gradients, limit=1.25):
    return {name: tf.clip_by_value(gradient, -limit, limit) for name, gradient in gradients.items()}

def sgd_step(weights, gradients, rate):
    clipped = clip_gradients(gradients)
    return {name: weights[name] - rate * clipped[name] for name in weights}
