"""Draws without the seed."""

FAILS = "follows_its_seed"
HINT = "make a generator from the seed"
SPOILS = "measures_the_untrained_network trains_the_setting_asked_for"  # neither can be repeated

# %% initial_weights
def initial_weights(num_nodes, seed=0):
    random = np.random.default_rng()

    def matrix(*shape):
        numbers = random.normal(size=shape)
        while np.any(np.abs(numbers) > 2):
            numbers = np.where(np.abs(numbers) > 2, random.normal(size=shape), numbers)
        return (0.1 * numbers - 0.1).astype(np.float32)
    weights = {'classifier_w': matrix(num_nodes, 27), 'classifier_b': np.zeros(27, np.float32)}
    for gate in ('input', 'forget', 'output', 'update'):
        weights[f'{gate}_x'] = matrix(27, num_nodes)
        weights[f'{gate}_h'] = matrix(num_nodes, num_nodes)
        weights[f'{gate}_b'] = np.zeros(num_nodes, np.float32)
    return weights
