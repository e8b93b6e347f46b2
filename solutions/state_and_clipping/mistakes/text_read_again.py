"""Reads the whole text again for every word, on top of the state."""

FAILS = "continues_greedily"
HINT = "the text was read again"

# %% complete
def complete(prompt, n, model, words, temperature=0.0, seed=0):
    generator = np.random.default_rng(seed)
    tokens = [list(words).index(word) for word in prompt.split()]
    states = zero_states(model, 1)
    completion = []
    for _ in range(n):
        log_probabilities, states = read(model, np.array([tokens]), states)
        tokens = [*tokens, sample(np.asarray(log_probabilities)[:, -1], temperature, generator)[0]]
        completion.append(words[tokens[-1]])
    return completion
