"""Where a long cell keeps what it needs to go on: weights, optimiser, position in the data, random state, what was measured so far."""

import json
import os
import time
import zipfile
from pathlib import Path

import numpy as np

EVERY = 60.0  # seconds between two checkpoints
META = "meta"


class Checkpoint:
    """One cell's file: written whole or not at all, read only where it is whole and the cell's own.

    Args:
        path: its place, beside the cell's record.
        name: the cell's name, written into the file.
        every: least seconds between two savings.
        watch: is told on the way how training goes: watch(step, loss=…).
    """

    def __init__(self, path, name, every=EVERY, watch=lambda step, **values: None):
        self.path = Path(path)
        self.name = name
        self.every = every
        self.watch = watch
        self._begun = self._saved = time.monotonic()
        self._earlier = 0.0

    @property
    def seconds(self):
        """Wall time that the training took so far: since this object was made, and before that for what it has loaded."""
        return self._earlier + time.monotonic() - self._begun

    def load(self):
        """Return what was saved last as (arrays by name, plain values), or None."""
        try:
            with np.load(self.path, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            meta = json.loads(str(arrays.pop(META)))
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
            return None
        if meta.get("cell") != self.name:
            return None
        self._earlier = meta.get("seconds", 0.0)  # files from before this was kept have none
        return arrays, meta["values"]

    @property
    def due(self):
        """Whether `save` would keep anything now: what is dear to put together need not be otherwise."""
        return time.monotonic() - self._saved >= self.every

    def save(self, arrays, values):
        """Keep arrays and plain values, unless something was kept a moment ago. Nothing depends on how often that is.

        Args:
            arrays: a dict of names and arrays.
            values: anything that JSON holds.
        """
        if not self.due:
            return
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
        try:
            with open(part, "wb") as file:
                meta = json.dumps({"cell": self.name, "seconds": self.seconds, "values": values})
                np.savez(file, **{META: np.array(meta)}, **arrays)
            part.replace(self.path)
        finally:
            part.unlink(missing_ok=True)
        self._saved = time.monotonic()

    def remove(self):
        """Forget it: the cell has its result."""
        self.path.unlink(missing_ok=True)


class Watch:
    """Writes what a training tells of itself as a log for TensorBoard, readable while it goes on.

    Args:
        folder: of this cell's log, or None for no log.
    """

    def __init__(self, folder=None):
        self.folder = folder
        self._writer = None

    def __call__(self, step, **values):
        if self.folder is None:
            return
        import tensorflow as tf

        if self._writer is None:
            self._writer = tf.summary.create_file_writer(str(self.folder))
        with self._writer.as_default(step):
            for name, value in values.items():
                tf.summary.scalar(name, value)
        self._writer.flush()
