"""Where cells train: on the CPU, or on graphics cards that several small cells share. Not run on a card yet: no machine of ours has one.

Everything here is told to a worker by environment variables before TensorFlow starts, since a TensorFlow that runs cannot be moved.
"""

import os
import subprocess
import sys

from solutions.reference.errors import RunnerError

CPU, GPU, AUTO = "cpu", "gpu", "auto"
CHOICES = (AUTO, CPU, GPU)
CELLS_A_CARD = 4
"""Small cells side by side on one card unless told otherwise: one alone leaves most of a card idle."""


def count_cards():
    """Return how many cards this process may use: those that CUDA_VISIBLE_DEVICES names, else those that nvidia-smi lists."""
    return len(visible_cards())


def visible_cards():
    """Return the cards' names as CUDA_VISIBLE_DEVICES takes them."""
    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named is not None:
        cards = [name.strip() for name in named.split(",") if name.strip()]
        return cards[: cards.index("-1")] if "-1" in cards else cards  # CUDA stops reading at the first -1
    try:
        listed = subprocess.run(["nvidia-smi", "--list-gpus"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [str(number) for number, line in enumerate(listed.stdout.splitlines()) if line.startswith("GPU ")]


def choose(wanted):
    """Return cpu or gpu for what --device says.

    Raises:
        RunnerError: a card is asked for, and there is none.
    """
    if wanted not in CHOICES:
        raise RunnerError(f"expected --device {', '.join(CHOICES)}, got {wanted!r}")
    if wanted == AUTO:
        return GPU if visible_cards() else CPU
    if wanted == GPU and not visible_cards():
        raise RunnerError("--device gpu: no card is to be seen (nvidia-smi lists none, or CUDA_VISIBLE_DEVICES hides them)")
    return wanted


def environment(device, worker=0, cards=()):
    """Return the variables that put a worker where it belongs.

    Args:
        device: cpu or gpu.
        worker: its number; workers take the cards in turn.
        cards: names of the cards.
    """
    if device == CPU:
        return {"CUDA_VISIBLE_DEVICES": "-1"}
    growth = {"TF_FORCE_GPU_ALLOW_GROWTH": "true"}  # else the first worker on a card takes all of its memory
    return growth | ({"CUDA_VISIBLE_DEVICES": cards[worker % len(cards)]} if cards else {})


def current():
    """Return gpu where TensorFlow, once it runs, sees a card, else cpu."""
    import tensorflow as tf

    return GPU if tf.config.list_logical_devices("GPU") else CPU


def used():
    """Return what `current` does, or cpu where nothing has loaded TensorFlow."""
    return current() if "tensorflow" in sys.modules else CPU


def require(device):
    """Fail where a cell was meant for a card and TensorFlow sees none: a day of training on the wrong device helps nobody.

    Raises:
        RuntimeError: TensorFlow sees no card.
    """
    if device == GPU and current() != GPU:
        raise RuntimeError("TensorFlow sees no card; is it installed with CUDA (pip install 'tensorflow[and-cuda]')?")
