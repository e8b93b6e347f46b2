"""Reads the prompt's last word only."""

FAILS = "continues_greedily"
HINT = "only the last word of the prompt was read"

# %% complete
def complete(prompt, n, model, words, temperature=0.0, seed=0):
    generator = np.random.default_rng(seed)
    tokens = [list(words).index(word) for word in prompt.split()]
    tokens, states = tokens[-1:], zero_states(model, 1)
    completion = []
    for _ in range(n):
        log_probabilities, states = read(model, np.array([tokens]), states)
        tokens = sample(np.asarray(log_probabilities)[:, -1], temperature, generator)
        completion.append(words[tokens[0]])
    return completion
