"""Subtracts from the arrays that it was given."""

FAILS = "steps_anywhere"
HINT = "writes into the arrays that were handed in"

# %% sgd_step
def sgd_step(weights, gradients, learning_rate):
    new = []
    for weight, gradient in zip(weights, gradients):
        if isinstance(weight, np.ndarray):
            weight -= learning_rate * gradient
        else:
            weight = weight - learning_rate * np.asarray(gradient)
        new.append(weight)
    return new
