"""Compares each prediction with the character just read."""

FAILS = "measures_a_short_text"
HINT = "predict their followers"

# %% evaluate
def evaluate(weights, text):
    characters = np.eye(27, dtype=np.float32)[[char2id(character) for character in text]]
    nothing = np.zeros((1, len(weights['input_b'])), np.float32)
    logits, _, _ = unroll(weights, characters[:-1, np.newaxis], nothing, nothing)
    return perplexity(tf.nn.softmax(logits[:, 0]), characters[:-1])
