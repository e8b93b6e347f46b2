"""Answers with a pickle, and with arrays and tables of objects, that write a file when somebody loads them."""

# %% own
import pickle
import numpy as np

class Payload:
    def __reduce__(self):
        return (eval, (f"open({CANARY!r}, 'w').write('unpickled')",))

# %% mean
def mean(numbers):
    return np.frombuffer(pickle.dumps(Payload()), dtype=np.uint8)

# %% weighted_mean
def weighted_mean(numbers, weights):
    return np.array([Payload(), b"\x80\x04."], dtype=object)
