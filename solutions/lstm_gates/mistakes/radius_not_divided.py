"""Multiplies by the radius alone."""

FAILS = "reaches_the_radius"
HINT = "without dividing by the one the matrix has"

# %% scale_to_radius
def scale_to_radius(matrix, radius):
    return radius * matrix
