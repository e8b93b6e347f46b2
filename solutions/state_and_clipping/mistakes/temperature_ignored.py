"""Draws without the temperature, except at 0."""

FAILS = "draws_by_probability"
HINT = "drawn without the temperature"

# %% sample
def sample(log_probabilities, temperature, seed):
    generator = np.random.default_rng(seed)
    return np.array([generator.choice(len(row), p=row) for row in with_temperature(log_probabilities, 1.0 if temperature else 0)])

# %% complete
def complete(prompt, n, model, words, temperature=0.0, seed=0):
    generator = np.random.default_rng(seed)
    tokens, states, new = [list(words).index(word) for word in prompt.split()], zero_states(model, 1), []
    while len(new) < n:
        logs, states = read(model, np.array([tokens]), states)
        row = with_temperature(np.asarray(logs)[0, -1], temperature)
        tokens = [generator.choice(len(row), p=row)]
        new.append(words[tokens[0]])
    return new
