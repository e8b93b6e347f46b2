"""The short answers written down one by one, as NumPy's numbers and lists."""

# %% cell_inputs
cell_inputs = {}
cell_inputs["i"] = cell_inputs["inputs"] = "output of the layer below"
cell_inputs["prev_h"] = cell_inputs["states[0]"] = "previous output"
cell_inputs["prev_c"] = cell_inputs["states[1]"] = "previous memory"
cell_inputs["shape of inputs in layer 1"] = tuple(np.array([20, 64]))
cell_inputs["shape of inputs in layer 2"] = tuple(np.array([20, 150]))

# %% unrolling
unrolling = {}
unrolling["loop or copies"] = "one loop"
unrolling["unrolled by"] = "unroll=True"
unrolling["weights at 20 steps"] = unrolling["weights at 35 steps"] = int(np.sum([200 * 800, 200 * 800, 800]))
unrolling["copies at 35 steps"] = int(np.int64(35))

# %% states
states_in_keras = {"steps back": 20.0, "resets in 13 passes": 13}
states_in_keras["keeps the state between calls"] = '"stateful=True"'
states_in_keras["hands the state out"] = "return_state=True"
states_in_keras["hands the state in"] = "initial_state"
states_in_keras["forgets the state"] = "reset_state()"

# %% optimizer
optimizer_answers = {"class in Keras": "SGD", "momentum": 0}
optimizer_answers["weight without momentum"] = 3 / 5
optimizer_answers["weight with momentum 0.9"] = float(np.float64(0.42))
