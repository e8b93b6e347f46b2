"""Gives logits."""

FAILS = "takes_states_in_and_gives_them_out"
HINT = "these are logits"
SPOILS = "gives_loss_gradients_and_states measures_without_dropout_from_zero_states learns_what_can_be_learnt"

# %% build_language_model
def build_language_model(level, vocabulary_size, **sizes):
    defaults = {
        "word": {"embedding_size": 200, "units": 200, "layers": 2, "dropout": 0.5},
        "character": {"embedding_size": 16, "units": 200, "layers": 3, "dropout": 0.5},
    }
    size = {**defaults[level], **sizes}
    tokens, states = keras.Input((None,), dtype="int32"), keras.Input((size["layers"], 2, size["units"]))
    signal = keras.layers.Embedding(vocabulary_size, size["embedding_size"])(tokens)
    new_states = []
    for place in range(size["layers"]):
        signal = keras.layers.Dropout(size["dropout"])(signal)
        layer = keras.layers.LSTM(size["units"], return_sequences=True, return_state=True)
        signal, h, c = layer(signal, initial_state=[states[:, place, 0], states[:, place, 1]])
        new_states.append(keras.ops.stack([h, c], axis=1))
    signal = keras.layers.Dropout(size["dropout"])(signal)
    log_probabilities = keras.layers.Dense(vocabulary_size)(signal)
    model = keras.Model([tokens, states], [log_probabilities, keras.ops.stack(new_states, axis=1)])
    model.state_shape = (size["layers"], 2, size["units"])
    return model
