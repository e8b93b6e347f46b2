"""Displays, raises, prints and returns halves of characters, which no file can hold, and every control character."""

# %% own
import contextlib
from IPython.display import display
half = "\ud800 \udfff \x00 \x1b[999999999m \x1b]0;pwned\x07 \u202e"
kernel = get_ipython().kernel
for show in (lambda: display({"text/plain": half}, raw=True), lambda: print(half),
             lambda: kernel.session.send(kernel.iopub_socket, "stream", {"name": half, "text": half}, parent=kernel.get_parent())):
    with contextlib.suppress(ValueError):
        show()
raise ValueError(half)

# %% mean
def mean(numbers):
    raise ValueError("\ud800")

# %% weighted_mean
def weighted_mean(numbers, weights):
    print("\udfff")
    return "\ud800"
