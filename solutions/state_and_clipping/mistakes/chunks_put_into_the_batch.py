"""Puts the chunks' outputs one upon the other."""

FAILS = "hands_the_state_on"
HINT = "time is axis 1"

# %% carry_state
def carry_state(layer, chunks, initial_state):
    state = initial_state
    outputs = []
    for chunk in chunks:
        output, state = layer(chunk, state)
        outputs.append(output)
    return np.concatenate(outputs), state
