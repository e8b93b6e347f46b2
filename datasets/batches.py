"""Contiguous batches of a long text, as views: the corpus is never copied.

    for inputs, targets in contiguous_batches(ids, batch_size=20, steps=35):  # (20, 35) each
        ...

For solutions and reference runs: students write their own, so no other loader may import this module.
"""

import numpy as np


def contiguous_batches(ids, batch_size, steps):
    """Yield inputs and targets in which row b goes on, call after call, where row b stopped.

    The text is cut into batch_size equal segments, one a row; what does not fill a row is left off, and so are the last
    steps of a row that do not fill a batch. Targets are the inputs' next tokens.

    Args:
        ids: the text as numbers, shape (n,).
        batch_size: rows.
        steps: tokens a row and a batch.

    Yields:
        inputs and targets, views of ids of shape (batch_size, steps); do not write to them.
    """
    ids = np.asarray(ids)
    if ids.ndim != 1:
        raise ValueError(f"expected ids of shape (n,), got {ids.shape}")
    if batch_size < 1 or steps < 1:
        raise ValueError(f"expected batch_size and steps of at least 1, got {batch_size} and {steps}")
    length = max(0, len(ids) - 1) // batch_size  # the last row needs one target more
    return _views(ids, batch_size, steps, length)


def _views(ids, batch_size, steps, length):
    inputs = ids[: batch_size * length].reshape(batch_size, length)
    targets = ids[1 : batch_size * length + 1].reshape(batch_size, length)
    for start in range(0, length - steps + 1, steps):
        yield inputs[:, start : start + steps], targets[:, start : start + steps]
