# The same demands as tests in the notebook, as stock nbgrader has them: a cell a task, all of its points or none.

# %% perplexity
assert np.isclose(perplexity([1.0, 3.0], [3, 1]), np.exp(1.5))
### BEGIN HIDDEN TESTS
losses, counts = np.random.uniform(1, 4, 5), np.random.randint(1, 9, 5)
assert np.isclose(perplexity(losses, counts), np.exp(np.average(losses, weights=counts)))
### END HIDDEN TESTS

# %% clip_by_global_norm
first, second = clip_by_global_norm([np.array([3.0]), np.array([[4.0]])], 1.0)
assert np.allclose(first, [0.6]) and np.allclose(second, [[0.8]])
### BEGIN HIDDEN TESTS
gradients = [np.random.normal(size=3), np.random.normal(size=(2, 2))]
assert all(np.allclose(found, gradient) for found, gradient in zip(clip_by_global_norm(gradients, 1e3), gradients))
### END HIDDEN TESTS

# %% build_model
assert sorted(weight.shape for weight in build_model(4).get_weights()) == sorted([(3, 16), (4, 16), (16,), (4, 2), (2,)])
### BEGIN HIDDEN TESTS
assert build_model(6).predict(np.random.normal(size=(7, 5, 3)), verbose=0).shape == (7, 2)
### END HIDDEN TESTS
