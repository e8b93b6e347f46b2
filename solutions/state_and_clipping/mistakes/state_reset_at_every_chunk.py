"""Starts every chunk from the initial state."""

FAILS = "hands_the_state_on"
HINT = "the state is reset at every chunk"

# %% carry_state
def carry_state(layer, chunks, initial_state):
    outputs = []
    for chunk in chunks:
        output, final_state = layer(chunk, initial_state)
        outputs.append(output)
    return np.concatenate(outputs, axis=1), final_state
