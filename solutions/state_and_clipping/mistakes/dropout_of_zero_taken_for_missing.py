"""Uses `or`, for which 0.0 is a missing rate."""

FAILS = "drops_the_given_share"
HINT = "0.0 is a rate, not a missing one"
SPOILS = "gives_loss_gradients_and_states steps_chunk_after_chunk trains_and_measures_every_epoch learns_what_can_be_learnt"

# %% build_language_model
def build_language_model(level, vocabulary_size, **sizes):
    defaults = {
        "word": {"embedding_size": 200, "units": 200, "layers": 2, "dropout": 0.5},
        "character": {"embedding_size": 16, "units": 200, "layers": 3, "dropout": 0.5},
    }
    size = {name: sizes.get(name) or default for name, default in defaults[level].items()}
    tokens, states = keras.Input((None,), dtype="int32"), keras.Input((size["layers"], 2, size["units"]))
    signal = keras.layers.Embedding(vocabulary_size, size["embedding_size"])(tokens)
    new_states = []
    for place in range(size["layers"]):
        signal = keras.layers.Dropout(size["dropout"])(signal)
        layer = keras.layers.LSTM(size["units"], return_sequences=True, return_state=True)
        signal, h, c = layer(signal, initial_state=[states[:, place, 0], states[:, place, 1]])
        new_states.append(keras.ops.stack([h, c], axis=1))
    signal = keras.layers.Dropout(size["dropout"])(signal)
    log_probabilities = keras.layers.Dense(vocabulary_size, activation="log_softmax")(signal)
    model = keras.Model([tokens, states], [log_probabilities, keras.ops.stack(new_states, axis=1)])
    model.state_shape = (size["layers"], 2, size["units"])
    return model
