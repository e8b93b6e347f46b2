"""Sets what is too far away to the limit."""

FAILS = "draws_truncated_normal_numbers"
HINT = "not set to the limit"

# %% initial_weights
def initial_weights(num_nodes, seed=0):
    random = np.random.default_rng(seed)

    def matrix(*shape):
        numbers = random.normal(size=shape)
        numbers = np.clip(numbers, -2, 2)
        return (0.1 * numbers - 0.1).astype(np.float32)
    weights = {'classifier_w': matrix(num_nodes, 27), 'classifier_b': np.zeros(27, np.float32)}
    for gate in ('input', 'forget', 'output', 'update'):
        weights[f'{gate}_x'] = matrix(27, num_nodes)
        weights[f'{gate}_h'] = matrix(num_nodes, num_nodes)
        weights[f'{gate}_b'] = np.zeros(num_nodes, np.float32)
    return weights
