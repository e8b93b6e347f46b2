"""Takes the largest eigenvalue, not the largest absolute value."""

FAILS = "reaches_the_radius"
HINT = "take the absolute value of the eigenvalues first"

# %% scale_to_radius
def scale_to_radius(matrix, radius):
    return matrix * radius / np.linalg.eigvals(matrix).real.max()
