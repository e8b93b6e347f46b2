"""Puts the two results under each other's names."""

FAILS = "clips_in_three_ways"
HINT = "this is what global_clipnorm does"

# %% clip_three_ways
def clip_three_ways(gradients, limit):
    norm = np.sqrt(sum(np.sum(np.square(gradient)) for gradient in gradients))
    norms = [np.linalg.norm(gradient) for gradient in gradients]
    return {
        "clipnorm": [gradient * limit / max(norm, limit) for gradient in gradients],
        "global_clipnorm": [gradient * limit / max(own, limit) for gradient, own in zip(gradients, norms)],
        "clipvalue": [np.clip(gradient, -limit, limit) for gradient in gradients],
    }
