"""Makes Keras trace a model's training once: importing this module is all it takes. Warm kernels do.

Keras creates an optimizer's and the metrics' variables inside the first training step. A ``tf.function`` that has created variables
is traced a second time (https://www.tensorflow.org/guide/function, "Creating tf.Variables"), and a short training, as a notebook that
is graded has many, is little but tracing. Here the same variables are created just before, wherever that is sure to come to the same:
Keras's own training step, optimizer and metrics, a model of one known output, no distribution strategy. Every other model is left to
Keras. Losses, weights and names are the same, bit for bit; Python code inside a model's ``call`` runs once instead of twice.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

import keras
import tensorflow as tf
from keras.src import backend
from keras.src.backend.tensorflow.trainer import TensorFlowTrainer
from keras.src.trainers.trainer import Trainer


def _leaves_to_keras(model: keras.Model) -> bool:
    """Whether a model's training, testing or metrics are the student's own code, or are spread over devices."""
    kind = type(model)
    own = (
        kind.train_step is not TensorFlowTrainer.train_step
        or kind.test_step is not TensorFlowTrainer.test_step
        or kind.compute_metrics is not Trainer.compute_metrics
    )
    return own or model.run_eagerly or tf.distribute.has_strategy() or not tf.executing_eagerly()


def _build_metrics(model: keras.Model, iterator: object, data_batch: object) -> None:
    """Creates the metrics' variables that the first batch would create; a batch's labels are known by shape before one is read."""
    metrics = model._compile_metrics
    if metrics is None or metrics.built or not model.built or _leaves_to_keras(model):
        return
    batch = data_batch if iterator is None else iterator._distributed_dataset.element_spec
    if not isinstance(batch, tuple) or len(batch) < 2 or not hasattr(batch[1], "shape") or not hasattr(batch[1], "dtype"):
        return
    outputs = getattr(model, "outputs", None)
    if not outputs or len(outputs) != 1:
        return
    dtype = backend.standardize_dtype(batch[1].dtype)
    labels = keras.KerasTensor(tuple(batch[1].shape), dtype, name="labels")  # a name of its own leaves Keras's numbering alone
    metrics.build(labels, outputs[0])


def _build_optimizer(model: keras.Model) -> None:
    """Creates the optimizer's variables that the first training step would create."""
    optimizer = model.optimizer
    if optimizer is None or optimizer.built or not model.built or not model.trainable_weights or _leaves_to_keras(model):
        return
    if type(optimizer).__module__.startswith("keras.src.optimizers."):
        with backend.name_scope(optimizer.name, caller=optimizer):
            optimizer.build(model.trainable_weights)


def _before(method: Callable, prepare: Callable) -> Callable:
    """A method that first prepares; what goes wrong there is left for Keras to meet again, and to say in its own words."""

    @wraps(method)
    def prepared(self, *args, **named):
        with suppress(AttributeError, TypeError, ValueError):
            prepare(self, *args, **named)
        return method(self, *args, **named)

    return prepared


TensorFlowTrainer._maybe_symbolic_build = _before(
    TensorFlowTrainer._maybe_symbolic_build, lambda model, iterator=None, data_batch=None: _build_metrics(model, iterator, data_batch)
)
TensorFlowTrainer.make_train_function = _before(TensorFlowTrainer.make_train_function, lambda model, force=False: _build_optimizer(model))
