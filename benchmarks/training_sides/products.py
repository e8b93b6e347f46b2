"""The limit: large products of float32 matrices, nothing else, on all cores."""

import time

import tensorflow as tf

SIZE = 2048


def rate(repeats=6):
    """Return floating-point operations a second of the fastest of some products."""
    left, right = tf.random.normal((SIZE, SIZE)), tf.random.normal((SIZE, SIZE))
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        float((left @ right)[0, 0])
        seconds.append(time.perf_counter() - begin)
    return 2 * SIZE**3 / min(seconds)
