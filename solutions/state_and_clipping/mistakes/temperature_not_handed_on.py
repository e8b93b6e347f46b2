"""Completes at temperature 1 whatever is asked for, except at 0."""

FAILS = "draws_by_temperature_and_seed"
HINT = "hand the temperature on to sample"

# %% complete
def complete(prompt, n, model, words, temperature=0.0, seed=0):
    generator = np.random.default_rng(seed)
    tokens = [list(words).index(word) for word in prompt.split()]
    states = zero_states(model, 1)
    completion = []
    for _ in range(n):
        log_probabilities, states = read(model, np.array([tokens]), states)
        tokens = sample(np.asarray(log_probabilities)[:, -1], min(temperature, 1.0) and 1.0, generator)
        completion.append(words[tokens[0]])
    return completion
