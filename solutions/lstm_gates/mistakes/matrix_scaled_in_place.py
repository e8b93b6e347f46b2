"""Changes the matrix that it is given."""

FAILS = "scales_any_matrix"
HINT = "make a new matrix"

# %% scale_to_radius
def scale_to_radius(matrix, radius):
    matrix *= radius / np.abs(np.linalg.eigvals(matrix)).max()
    return matrix
