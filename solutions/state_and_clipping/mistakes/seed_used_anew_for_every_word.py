"""Makes a new generator for every word."""

FAILS = "draws_by_temperature_and_seed"
HINT = "make one generator for the whole completion"

# %% complete
def complete(prompt, n, model, words, temperature=0.0, seed=0):
    generator = np.random.default_rng(seed)
    tokens = [list(words).index(word) for word in prompt.split()]
    states = zero_states(model, 1)
    completion = []
    for _ in range(n):
        log_probabilities, states = read(model, np.array([tokens]), states)
        tokens = sample(np.asarray(log_probabilities)[:, -1], temperature, seed)
        completion.append(words[tokens[0]])
    return completion
