"""Draws the first character, and lets the network begin without having read it."""

FAILS = "begins_with_any_character"
HINT = "the first character, too, is read"

# %% evaluate
def evaluate(weights, text):
    characters = np.eye(27, dtype=np.float32)[[char2id(character) for character in text]]
    nothing = np.zeros((1, len(weights['input_b'])), np.float32)
    logits, _, _ = unroll(weights, characters[:-1, np.newaxis], nothing, nothing)
    return perplexity(tf.nn.softmax(logits[:, 0]), characters[1:])

def write(weights, length, start=None, temperature=0.7):
    text = id2char(np.random.randint(27)) if start is None else start
    output = memory = np.zeros((1, len(weights['input_b'])), np.float32)
    unread = ' ' if start is None else text
    for _ in range(length):
        characters = np.eye(27, dtype=np.float32)[[char2id(character) for character in unread]]
        logits, output, memory = unroll(weights, characters[:, np.newaxis], output, memory)
        unread = id2char(int(sample_distribution(np.asarray(tf.nn.softmax(logits[-1])), temperature)[0]))
        text += unread
    return text
