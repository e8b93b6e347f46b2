"""Objects that stay on the student's side answer a short list of operations, alike however they were built."""

import numpy as np
import pytest

from autograder.checks.agent import Agent
from autograder.checks.expectations import CheckFailure
from autograder.checks.student import Student

SOURCE = """
import numpy as np

class Counter:
    def __init__(self, start):
        self.value = start
        self._secret = 7
    def add(self, step=1):
        self.value = self.value + step
        return self.value

def count_up():
    number = 0
    while True:
        yield np.full(2, number)
        number += 1

def curve():
    import matplotlib.pyplot as plt
    _, axes = plt.subplots()
    axes.plot([1, 2, 4], [3.0, 2.0, 1.0], label="mine")
    axes.set_xscale("log", base=2)
    axes.invert_yaxis()
    axes.legend()
    return axes

def mountain():
    import matplotlib.pyplot as plt
    axes = plt.figure().add_subplot(projection="3d")
    across, down = np.meshgrid([1.0, 2.0, 3.0], [4.0, 6.0])
    axes.plot_surface(across, down, across * down)
    axes.set_zlabel("height")
    return axes
"""


@pytest.fixture
def student():
    return Student(Agent(_namespace(SOURCE)).answer)


def _namespace(source):
    """What a notebook's kernel would hold: its classes belong to __main__."""
    namespace = {"__name__": "__main__"}
    exec(source, namespace)
    return namespace


def test_an_object_of_the_notebooks_own_keeps_its_state(student):
    counter = student.Counter(3)
    assert counter.kind == "object" and repr(counter).startswith("an object")
    assert [counter.call("add"), counter.call("add", step=4)] == [4, 8]
    assert counter.get("value") == 8


@pytest.mark.parametrize(
    "ask", [lambda thing: thing.get("_secret"), lambda thing: thing.call("__init__", 1), lambda thing: thing.get("none")]
)
def test_private_and_missing_names_of_an_object_are_not_answered(student, ask):
    counter = student.Counter(3)
    with pytest.raises(CheckFailure, match="AttributeError"):
        ask(counter)


def test_an_endless_iterator_gives_as_many_items_as_are_asked_for(student):
    numbers = student.count_up()
    assert numbers.kind == "iterator"
    assert [item.tolist() for item in numbers.next(2)] == [[0, 0], [1, 1]]
    assert [item.tolist() for item in numbers.next()] == [[2, 2]]
    assert len(numbers.next(10**9)) == 10_000


def test_lines_scales_and_limits_of_a_drawing(student):
    axes = student.curve()
    [line] = axes.lines()
    assert line["label"] == "mine" and line["x"].tolist() == [1, 2, 4] and line["y"].tolist() == [3, 2, 1]
    assert axes.scales() == {"x": "log", "y": "linear"} and axes.legend() == ["mine"]
    low, high = axes.limits()["y"]
    assert low > high, "an inverted axis begins with its larger end"


def test_a_surface_tells_the_box_around_it(student):
    axes = student.mountain()
    assert axes.surface() == {"count": 1, "x": (1.0, 3.0), "y": (4.0, 6.0), "z": (4.0, 18.0)}
    assert axes.labels()["z"] == "height"
    with pytest.raises(CheckFailure, match="flat"):
        student.curve().surface()


KERAS = """
import keras
import numpy as np

class Adder(keras.layers.Layer):
    def __init__(self, units, **settings):
        super().__init__(**settings)
        self.units = units
        self.state_size = units
    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.units), name="kernel")
    def call(self, inputs, states):
        total = states[0] + inputs @ self.kernel
        return total, [total]
    def get_config(self):
        return super().get_config() | {"units": self.units}

def make_cell(units):
    return Adder(units)

def make_model():
    return keras.Sequential([keras.Input(batch_shape=(2, 3, 4)), keras.layers.LSTM(5, stateful=True), keras.layers.Dropout(0.5)])
"""


@pytest.fixture(scope="module")
def keras_student():
    return Student(Agent(_namespace(KERAS)).answer)


def test_a_cell_is_run_over_a_sequence_with_given_weights_and_states(keras_student):
    cell = keras_student.make_cell(2)
    assert cell.kind == "layer"
    cell.build((None, 3))
    kernel = np.arange(6, dtype=np.float32).reshape(3, 2)
    cell.set_weights([kernel])
    assert cell.count_params() == 6 and cell.config()["units"] == 2
    inputs, start = np.ones((1, 4, 3), np.float32), np.array([[10.0, 20.0]], np.float32)
    outputs, states = cell.run_over(inputs, initial_state=[start])
    expected = start + np.cumsum(inputs @ kernel, axis=1)[0]
    np.testing.assert_allclose(outputs[0], expected)
    np.testing.assert_allclose(states[0], expected[-1:])
    output, [state] = cell.call(inputs[:, 0], [start])
    np.testing.assert_allclose(output, expected[:1])
    np.testing.assert_allclose(state, output)


def test_a_model_carries_its_state_until_it_is_reset(keras_student):
    model = keras_student.make_model()
    inputs = np.ones((2, 3, 4), np.float32)
    first, second = model.call(inputs), model.call(inputs)
    assert not np.allclose(first, second)
    model.reset_state()
    np.testing.assert_allclose(model.call(inputs), first, rtol=1e-6)
    assert not np.allclose(model.call(inputs, training=True), model.call(inputs, training=False))


def test_layers_tell_their_plain_settings(keras_student):
    model = keras_student.make_model()
    assert [layer["class"] for layer in model.layers()] == ["LSTM", "Dropout"]
    assert model.layers()[1]["config"]["rate"] == 0.5
    lstm = model.layer(0)
    assert lstm.kind == "layer" and lstm.config()["units"] == 5
