"""Scales the largest singular value."""

FAILS = "reaches_the_radius"
HINT = "the radius is about eigenvalues"

# %% scale_to_radius
def scale_to_radius(matrix, radius):
    return matrix * (radius / np.linalg.svd(matrix, compute_uv=False)[0])
