"""A training that is traced once against the same one as Keras has it: same losses, weights and names, bit for bit."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[1]

TRAININGS = """
import hashlib, importlib, json, os, sys
import numpy as np, tensorflow as tf, keras

traced = [0]


class Counted(keras.layers.Layer):
    def call(self, x):
        traced[0] += not tf.executing_eagerly() and not isinstance(x, keras.KerasTensor)
        return x * 1.0


class OwnStep(keras.Model):
    def train_step(self, data):
        return super().train_step(data)


class OwnMetrics(keras.Model):
    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        return super().compute_metrics(x, y, y_pred, sample_weight) | {"mine": tf.reduce_mean(y_pred)}


class OwnOptimizer(keras.optimizers.SGD):
    def build(self, variables):
        traced[0] += 100 * (not tf.executing_eagerly())  # within the traced step, where Keras builds it
        super().build(variables)


def recurrent():
    tokens = keras.Input((6, 3))
    hidden = keras.layers.LSTM(5, dropout=0.3, recurrent_dropout=0.3)(Counted()(tokens))
    return keras.Model(tokens, keras.layers.Dense(4, activation="softmax")(hidden))


def dense(kind=keras.Model):
    tokens = keras.Input((6, 3))
    return kind(tokens, keras.layers.Dense(4, activation="softmax")(keras.layers.Flatten()(Counted()(tokens))))


def compiled(model, optimizer=None, loss="sparse_categorical_crossentropy", metrics=("accuracy",), **more):
    traced[0] = 0  # building the model has traced its layers' shapes
    model.compile(optimizer=optimizer or keras.optimizers.Adam(1e-2), loss=loss, metrics=list(metrics), **more)
    return model


X = np.random.default_rng(1).normal(size=(40, 6, 3)).astype("float32")
Y = np.arange(40) % 4
ONE_HOT = np.eye(4, dtype="float32")[Y]
FIT = dict(batch_size=16, epochs=2, verbose=0)


def classes():
    model = compiled(recurrent())
    return model, model.fit(X, Y, validation_data=(X, Y), **FIT).history


def sequential():
    model = keras.Sequential([keras.Input((6, 3)), Counted(), keras.layers.Flatten(), keras.layers.Dense(4)])
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    compiled(model, keras.optimizers.SGD(schedule, momentum=0.9, clipnorm=1.0), "mse", ["mae", keras.metrics.CosineSimilarity()])
    return model, model.fit(X, ONE_HOT, sample_weight=np.linspace(0, 1, 40), **FIT).history


def no_metrics():
    model = compiled(dense(), keras.optimizers.RMSprop(), metrics=())
    return model, model.fit(tf.data.Dataset.from_tensor_slices((X, Y)).batch(8), epochs=2, verbose=0).history


def accumulated():
    model = compiled(recurrent(), keras.optimizers.Adam(gradient_accumulation_steps=2, use_ema=True, global_clipnorm=0.5))
    model.layers[-1].trainable = False
    return model, model.fit(X, Y, **FIT).history


def loss_scaled():
    model = compiled(dense(), keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam()))
    return model, model.fit(X, Y, **FIT).history


def batch_by_batch():
    model = compiled(dense())
    return model, [[float(v) for v in model.train_on_batch(X[k : k + 10], Y[k : k + 10])] for k in (0, 10, 20)]


def not_built():
    model = compiled(keras.Sequential([Counted(), keras.layers.Flatten(), keras.layers.Dense(4, activation="softmax")]))
    return model, model.fit(X, Y, **FIT).history


def own_step():
    model = compiled(dense(OwnStep))
    return model, model.fit(X, Y, **FIT).history


def own_metrics():
    model = compiled(dense(OwnMetrics))
    return model, model.fit(X, Y, **FIT).history


def own_optimizer():
    model = compiled(dense(), OwnOptimizer(0.1))
    return model, model.fit(X, Y, **FIT).history


def only_evaluated():
    model = compiled(dense())
    return model, [model.evaluate(X, Y, verbose=0), model.optimizer.built]


def twice():
    model = compiled(dense())
    model.fit(X, Y, **FIT)
    compiled(model, keras.optimizers.SGD(0.5), metrics=["accuracy", "sparse_top_k_categorical_accuracy"])
    return model, model.fit(X, Y, **FIT).history


def unknown_metric():
    model = compiled(dense(), metrics=["accurracy"])
    try:
        model.fit(X, Y, **FIT)
    except Exception as error:
        return None, [type(error).__name__, str(error)]


def wrong_labels():
    model = compiled(dense())
    try:
        model.fit(X, ONE_HOT, **FIT)
    except Exception as error:
        return None, [type(error).__name__, str(error)]


def one(training, once):
    if once:
        importlib.import_module("autograder.checks.traced_once")
    keras.utils.set_random_seed(3)
    model, result = globals()[training]()
    variables = [*model.weights, *model.optimizer.variables, *model.metrics_variables] if model else []
    weights = b"".join(np.asarray(each).tobytes() for each in variables)
    names = [each.path for each in variables]
    names.append(keras.KerasTensor((1,)).name)
    return {"result": result, "weights": hashlib.sha256(weights).hexdigest(), "names": names}, traced[0]


told = {}
for training in sys.argv[1:]:
    for once in (0, 1):
        ours, theirs = os.pipe()
        if not os.fork():
            with open(theirs, "w") as stream:
                json.dump(one(training, once), stream)
            os._exit(0)
        os.close(theirs)
        with open(ours) as stream:
            told.setdefault(training, []).append(json.load(stream))
print("told", json.dumps(told))
"""

TRACED = {
    "classes": (3, 2),
    "sequential": (2, 1),
    "no_metrics": (2, 1),
    "accumulated": (2, 1),
    "loss_scaled": (2, 1),
    "batch_by_batch": (2, 1),
    "only_evaluated": (2, 1),
    "twice": (2, 1),
    "not_built": (3, 3),
    "own_step": (2, 2),
    "own_metrics": (2, 2),
    "own_optimizer": (102, 101),
    "unknown_metric": (1, 1),
    "wrong_labels": (1, 1),
}
"""How often the model is traced, as Keras has it and with ours; a validation is a trace more in both, and building a model too."""


@pytest.fixture(scope="module")
def told():
    """What each training came to, as Keras has it and traced once: [[facts, traces], [facts, traces]]."""
    words = [sys.executable, "-c", TRAININGS, *TRACED]
    done = subprocess.run(words, cwd=CLONE, capture_output=True, text=True)
    last = done.stdout.splitlines()[-1:] or [""]
    assert last[0].startswith("told "), done.stderr[-2000:]
    return json.loads(last[0].removeprefix("told "))


@pytest.mark.parametrize("training", TRACED)
def test_a_training_comes_to_the_same(told, training):
    (as_keras, _), (once, _) = told[training]
    assert once == as_keras


@pytest.mark.parametrize("training", TRACED)
def test_a_training_that_keras_knows_is_traced_once_and_others_are_left_to_keras(told, training):
    assert tuple(traces for _, traces in told[training]) == TRACED[training]
