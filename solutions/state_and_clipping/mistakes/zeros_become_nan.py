"""Divides by the norm before comparing."""

FAILS = "leaves_short_ones_and_zeros"
HINT = "factor = max_norm / norm where the norm is larger"

# %% clip_by_global_norm
def clip_by_global_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(np.square(gradient)) for gradient in gradients))
    directions = [gradient / norm for gradient in gradients]
    return [direction * np.minimum(norm, max_norm) for direction in directions], norm

# %% clip_three_ways
def clip_three_ways(gradients, limit):
    norm = np.sqrt(sum(np.sum(np.square(gradient)) for gradient in gradients))
    norms = [np.linalg.norm(gradient) for gradient in gradients]
    return {
        "global_clipnorm": [gradient * limit / max(norm, limit) for gradient in gradients],
        "clipnorm": [gradient * limit / max(own, limit) for gradient, own in zip(gradients, norms)],
        "clipvalue": [np.clip(gradient, -limit, limit) for gradient in gradients],
    }
