"""Takes the velocity for a mean of the gradients."""

FAILS = "tells_what_momentum_does"
HINT = "dampens the gradient"

# %% optimizer
optimizer_answers = {
    "class in Keras": "SGD",
    "momentum": 0,
    "weight without momentum": 0.6,
    "weight with momentum 0.9": 0.942,
}
