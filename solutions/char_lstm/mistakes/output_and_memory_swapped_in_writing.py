"""Hands output and memory on in the wrong order."""

FAILS = "goes_on_from_a_start"
HINT = "hand on output and memory as unroll returns them"

# %% evaluate
def evaluate(weights, text):
    characters = np.eye(27, dtype=np.float32)[[char2id(character) for character in text]]
    nothing = np.zeros((1, len(weights['input_b'])), np.float32)
    logits, _, _ = unroll(weights, characters[:-1, np.newaxis], nothing, nothing)
    return perplexity(tf.nn.softmax(logits[:, 0]), characters[1:])

def write(weights, length, start=None, temperature=0.7):
    text = id2char(np.random.randint(27)) if start is None else start
    output = memory = np.zeros((1, len(weights['input_b'])), np.float32)
    unread = text
    for _ in range(length):
        characters = np.eye(27, dtype=np.float32)[[char2id(character) for character in unread]]
        logits, memory, output = unroll(weights, characters[:, np.newaxis], output, memory)
        unread = id2char(int(sample_distribution(np.asarray(tf.nn.softmax(logits[-1])), temperature)[0]))
        text += unread
    return text
