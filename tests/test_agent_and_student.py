"""A submission is called across the wall: what comes back, what is held there, and what each way of failing becomes."""

import copy
import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest

from autograder.checks.agent import MAX_PRINTED, Agent
from autograder.checks.expectations import CheckFailure, NotAttempted
from autograder.checks.student import Remote, Student, keep, release
from autograder.checks.wire import Handle, Raise, Scripted, encode

matplotlib.use("agg")
ROOT = Path(__file__).resolve().parents[1]


def submission(code="", **namespace):
    """A student who wrote this code."""
    exec(compile(code, "/tmp/ipykernel_1/1.py", "exec"), namespace)
    agent = Agent(namespace)
    student = Student(agent.answer)
    student.__dict__["agent"] = agent
    return student


def failure(call):
    """The evidence of the failure that a call ends in."""
    with pytest.raises(CheckFailure) as caught:
        call()
    return caught.value.evidence


# calls and values


def test_a_function_is_called_with_copies_of_the_arguments():
    student = submission("def f(a, *, b=2):\n    a[0] = 9\n    return a, b")
    given = np.zeros(2)
    (changed, b) = student.f(given, b=3)
    assert changed.tolist() == [9, 0] and b == 3 and given.tolist() == [0, 0]


def test_what_a_call_prints_comes_with_it():
    student = submission("import sys\ndef f():\n    print('out')\n    print('err', file=sys.stderr)\n    return 1")
    function = student.f
    assert function() == 1
    assert function.printed == "out\nerr\n"


def test_many_calls_are_one_request():
    student = submission("drawn = []\ndef draw(step, start=0):\n drawn.append(1)\n return start + step * len(drawn)")
    asked = []
    transport = student._channel.transport
    student._channel.transport = lambda message: asked.append(message) or transport(message)
    draw = student.draw
    assert draw.times(4, 2, start=1) == [3, 5, 7, 9]
    assert len(asked) == 2, "one that looks for the function, one for all calls"
    assert failure(lambda: draw.times(3, None)).problem.startswith("3 times draw(None) raised TypeError")


@pytest.mark.parametrize(
    ("body", "answers"),
    [
        ("values /= 2; return values", [2.0, 2.0, 2.0]),
        ("kept[:] = kept + 1; return kept", [1.0, 2.0, 3.0]),
        ("return len(keys.pop('a')) + len(keys)", [3, 3, 3]),
    ],
    ids=["changes what it is given", "gives back what it keeps", "takes parts out"],
)
def test_calls_of_one_request_know_nothing_of_each_other(body, answers):
    student = submission(f"import numpy as np\nkept = np.zeros(1)\ndef draw(values, keys):\n {body}")
    found = student.draw.times(3, np.array([4.0]), {"a": [1, 2], "b": 1})
    assert [float(np.ravel(value)[0]) for value in found] == answers


def test_objects_of_many_calls_stay_where_they_are():
    counters = submission("def count(start):\n yield start\n yield start + 1").count.times(2, 5)
    assert [counter.next(1) for counter in counters] == [[5], [5]]


@pytest.mark.parametrize("module", [object(), type("Lazy", (), {"__getattr__": lambda self, name: 1 / 0})()], ids=["other", "lazy"])
def test_another_module_of_tensorflows_name_costs_no_answer(module, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", module)
    assert submission("def f(): return 5").f() == 5


@pytest.mark.parametrize("reply", [[], [1, 2, 3], 5, "abcd"])
def test_another_number_of_results_is_no_answer(reply):
    student = Student(lambda message: encode({"value": "function" if b"look" in message[0] else reply, "printed": ""}))
    assert failure(lambda: student.draw.times(4)).tells_nothing


def test_products_are_whole_while_the_submission_is_called():
    """On a card that rounds them to 10 bits unless told otherwise."""
    settings = pytest.importorskip("tensorflow").config.experimental
    before = settings.tensor_float_32_execution_enabled()
    settings.enable_tensor_float_32_execution(True)
    try:
        student = submission("def rounds():\n return settings.tensor_float_32_execution_enabled()\ndef fails(): 1 / 0", settings=settings)
        assert student.rounds() is False
        failure(student.fails)
        assert settings.tensor_float_32_execution_enabled()
    finally:
        settings.enable_tensor_float_32_execution(before)


def test_a_warning_comes_with_every_call_that_gives_it():
    code = "import warnings\ndef f():\n    warnings.warn('ö counts as a space')"
    program = f"from tests.test_agent_and_student import submission\nfunction = submission({code!r}).f\n"
    program += "for _ in range(2):\n    function()\n    print('counts as a space' in function.printed)"
    # in a process of its own: pytest keeps warnings to itself
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True\nTrue\n"


def test_a_flood_of_print_is_cut_and_not_kept():
    student = submission("def f():\n    for _ in range(3000):\n        print('x' * 10_000)")
    function = student.f
    assert function() is None
    assert len(function.printed) == MAX_PRINTED


@pytest.mark.parametrize(
    "code", ["sys.stdout.close()", "sys.stdout = None", "sys.stdout.write(5)", "sys.stdout.truncate(0)", "sys.stdout.getvalue()"]
)
def test_whatever_is_done_to_stdout_is_answered(code):
    before = sys.stdout
    student = submission(f"import sys\ndef f():\n    try:\n        {code}\n    except Exception: pass\n    return 1")
    assert student.f() == 1
    assert sys.stdout is before


def test_values_are_read_and_rebuilt():
    student = submission("import pandas\ntable = pandas.DataFrame({'x': [1]})\nnumber = 5\nnothing = None")
    assert student.number == 5 and student.nothing is None
    assert student.table["x"].tolist() == [1]


def test_what_can_be_called_is_a_function_whatever_it_is():
    student = submission(
        "import functools\nclass Adder:\n    def __call__(self, a, b): return a + b\n"
        "instance = Adder()\npartial = functools.partial(Adder(), 1)\nlambda_ = lambda a: a\nclass Box:\n    pass"
    )
    assert student.instance(1, 2) == 3 and student.partial(2) == 3 and student.lambda_(4) == 4
    assert "a value of type Box" in failure(student.Box).problem


def test_a_result_goes_back_in_as_an_argument():
    student = submission("def f():\n    return {'a': [1, (2.5, None)]}\ndef g(value):\n    return value")
    assert student.g(student.f()) == {"a": [1, (2.5, None)]}


def test_names_that_begin_with_an_underscore_are_no_answers():
    with pytest.raises(AttributeError):
        submission("_f = 1")._f


# not attempted


def test_a_missing_name_is_not_attempted():
    with pytest.raises(NotAttempted, match="defines no mean"):
        submission().mean


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    raise NotImplementedError('Task 1: the mean')",
        "def g():\n    raise NotImplementedError('Task 1: the mean')\ndef f():\n    return g()",
        "def f():\n    return [g() for _ in 'a']\ndef g():\n    raise NotImplementedError('Task 1: the mean')",
    ],
)
def test_a_stub_is_not_attempted(code):
    with pytest.raises(NotAttempted, match="Task 1: the mean"):
        submission(code).f()


def test_a_library_that_raises_notimplementederror_is_no_stub():
    """TensorFlow says it of symbolic tensors, IPython of input(): the student did write something."""
    student = submission("import pandas\ndef f():\n    return pandas.Index(__import__('numpy').zeros(1, 'float16'))")
    assert "raised NotImplementedError: float16 indexes" in failure(student.f).problem


# exceptions


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ("ValueError('no')", "ValueError: no"),
        ("SystemExit(0)", "SystemExit: 0"),
        ("KeyboardInterrupt()", "KeyboardInterrupt"),
        ("GeneratorExit()", "GeneratorExit"),
        ("StopIteration(3)", "StopIteration: 3"),
        ("BaseException('base')", "BaseException: base"),
        ("ExceptionGroup('many', [ValueError(1)])", "ExceptionGroup: many"),
        ("MemoryError()", "MemoryError"),
        ("AssertionError", "AssertionError"),
        ("Mute()", "Mute"),
        ("MuteForGood()", "MuteForGood"),
        ("Lying()", "Lying: lie"),
        ("Nameless()", "raised "),
        ("Half()", "Half: "),
    ],
)
def test_every_exception_is_a_failure_that_names_it(raised, told):
    student = submission(
        "class Mute(Exception):\n    def __str__(self): raise ValueError\n"
        "class MuteForGood(Exception):\n    def __str__(self): raise SystemExit\n"
        "class Text(str):\n    def __getitem__(self, key): return object()\n    def __str__(self): return self\n"
        "class Lying(Exception):\n    def __str__(self): return Text('lie')\n"
        "class Meta(type):\n    @property\n    def __name__(self): raise SystemExit\n"
        "class Nameless(Exception, metaclass=Meta): pass\n"
        "class Half(Exception):\n    def __str__(self): return '\\ud800'\n"
        f"def f(x):\n    raise {raised}"
    )
    evidence = failure(lambda: student.f(3))
    assert told in evidence.problem and evidence.problem.startswith("f(3) raised")
    assert evidence.hint
    evidence.problem.encode()


def test_the_line_that_raised_is_shown(tmp_path):
    """The student's own line, not one deep in a library or in IPython's own files."""
    folder = tmp_path / "ipykernel_1"
    folder.mkdir()
    cell = folder / "1.py"
    cell.write_text("import json\ndef f():\n    return json.loads('{')\n")
    namespace = {}
    exec(compile(cell.read_text(), str(cell), "exec"), namespace)
    assert "(in the line `return json.loads('{')`)" in failure(Student(Agent(namespace).answer).f).problem


def test_endless_recursion_is_a_failure():
    assert "RecursionError" in failure(submission("def f(): return f()").f).problem


def test_a_message_of_a_hundred_megabytes_is_cut():
    assert len(failure(submission("def f(): raise ValueError('x' * 10**8)").f).problem) < 3000


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ("object()", "object"),
        ("{1, 2}", "set"),
        ("1j", "complex"),
        ("b'x'", "bytes"),
        ("print", "builtin_function_or_method"),
        ("[[object()]]", "object"),
        ("Loop", "deep"),
        ("Liar()", "raised ZeroDivisionError"),
    ],
)
def test_a_result_that_does_not_cross_is_a_failure_that_says_so(result, told):
    student = submission(
        f"Loop = []\nLoop.append(Loop)\nclass Liar:\n    def __array__(self, *_, **__): return 1 / 0\ndef f():\n    return {result}"
    )
    evidence = failure(student.f)
    assert told in evidence.problem and evidence.hint


def test_a_result_that_is_too_large_is_a_failure():
    namespace = {"f": lambda: np.zeros(1000)}
    assert "bytes" in failure(Student(Agent(namespace).answer, max_bytes=500).f).problem


# a transport that lies


def answered(reply):
    """A student whose name is a function and whose call gets this reply."""

    def transport(request):
        looked = b'"look"' in request[0]
        return encode({"value": "function", "printed": ""}) if looked else reply

    return Student(transport)


@pytest.mark.parametrize(
    "reply",
    [
        None,
        5,
        [],
        [b""],
        [5],
        ["text"],
        b"bytes",
        [b"\x80\x04."],
        [b"null"],
        [b'{"list": []}'],
        encode({}),
        encode({"printed": "x"}),
        encode({"error": None}),
        encode({"error": "text"}),
        encode({"error": {}}),
        encode({"error": {"type": ["a"], "message": {1: 2}, "line": np.zeros(2)}}),
        encode({"value": Handle("gradebook", 0)}),
        encode({"value": {"deep": [(Handle("__class__", 0),)]}}),
        encode({"error": {"type": "WireError", "message": "x"}}),
    ],
    ids=lambda reply: repr(reply)[:60],
)
def test_rubbish_for_a_reply_is_a_failure(reply):
    failure(answered(reply).f)


def test_rubbish_for_a_look_up_is_a_failure():
    failure(lambda: Student(lambda request: [b"rubbish"]).f)


@pytest.mark.parametrize("attempted", [True, False])
@pytest.mark.parametrize("part", ["type", "message", "line"])
def test_a_forged_error_is_cut_to_a_readable_length(part, attempted):
    reply = encode({"error": {"type": "E", "message": "m", "line": "l", "attempted": attempted} | {part: "x" * 10**6}})
    with pytest.raises((CheckFailure, NotAttempted)) as caught:
        answered(reply).f()
    assert len(str(caught.value)) < 5000


def test_forged_printed_text_is_cut():
    function = answered(encode({"value": 1, "printed": "x" * 10**6})).f
    assert function() == 1 and len(function.printed) == MAX_PRINTED


def test_a_forged_handle_is_only_a_name_for_something_on_the_other_side():
    model = answered(encode({"value": Handle("model", -5)})).f()
    assert isinstance(model, Remote) and model.kind == "model"
    student = submission("def f(): return 1")
    with pytest.raises(CheckFailure, match="KeyError"):
        student._channel.ask("x", do="operate", on=Handle("value", 5), operation="read", arguments=[], keywords={})


# stand-ins


SCRIPT = Scripted(
    ("units", "rate", "epochs"),
    (((4, 0.1, None), (0.9, "first")), ((8, 0.1, 3), {"accuracy": 0.5}), ((8, 1.0, None), Raise("out of memory"))),
)


@pytest.mark.parametrize(
    "call", ["run(4, 0.1)", "run(4, rate=0.1)", "run(units=4, rate=0.1)", "run(rate=0.1, units=4)", "run(np.int64(4), np.float64(0.1))"]
)
def test_a_stand_in_knows_its_arguments_by_place_and_by_name(call):
    student = submission(f"import numpy as np\ndef f(run):\n    return {call}")
    assert student.f(SCRIPT) == (0.9, "first")


def test_an_argument_left_out_of_a_stand_in_is_none():
    student = submission("def f(run):\n    return run(8, 0.1, epochs=3)")
    assert student.f(SCRIPT) == {"accuracy": 0.5}
    assert "not asked for" in failure(lambda: submission("def f(run): return run(8, 0.1)").f(SCRIPT)).problem


def test_a_stand_in_raises():
    student = submission(
        "def f(run):\n    try:\n        run(8, 1.0)\n    except Exception as error:\n        return type(error).__name__, str(error)"
    )
    assert student.f(SCRIPT) == ("RuntimeError", "out of memory")


def test_a_stand_in_tells_a_call_that_nobody_asked_for():
    evidence = failure(lambda: submission("def f(run):\n    return run(5, 0.1)").f(SCRIPT))
    assert "called with {'units': 5, 'rate': 0.1}" in evidence.problem and evidence.problem.startswith("f(a stand-in)")


@pytest.mark.parametrize("argument", ["np.array([4, 4])", "np.array([4])", "[4]", "None", "pandas.Series([4, 4])"])
def test_a_stand_in_given_an_array_answers_or_says_that_nobody_asked(argument):
    student = submission(f"import numpy as np, pandas\ndef f(run):\n    return run({argument}, 0.1)")
    try:
        assert student.f(SCRIPT) == (0.9, "first")
    except CheckFailure as found:
        assert "not asked for" in str(found)


def test_a_stand_in_compares_arrays_by_their_numbers():
    script = Scripted(("batch",), (((np.array([1, 2]),), "right"), ((np.array([3]),), "other")))
    assert submission("def f(run): return run([1, 2])").f(script) == "right"


def test_a_stand_in_may_answer_with_a_held_object():
    student = submission("def f(get):\n    get('list').append(5)")
    kept = keep(student, [1])
    student.f(Scripted(("name",), ((("list",), kept),)))
    assert kept.read() == [1, 5]


# objects that stay there


def test_a_kept_value_is_one_object_that_a_call_may_change():
    student = submission("def f(a): a += 1\ndef same(pair): return pair[0] is pair[1]")
    kept = keep(student, np.zeros(2))
    student.f(kept)
    student.f(kept)
    assert kept.read().tolist() == [2, 2]
    assert student.same((kept, kept)) is True


def test_a_released_object_is_gone():
    student = submission()
    kept = keep(student, [1])
    release(student)
    assert not student.agent.objects
    assert "KeyError" in failure(kept.read).problem


def test_release_lets_a_new_object_not_take_an_old_ones_place():
    """A handle kept from before must not silently mean another object."""
    student = submission()
    old = keep(student, [1])
    release(student)
    keep(student, [2])
    failure(old.read)


def test_a_remote_has_only_its_kinds_operations():
    student = submission()
    kept = keep(student, 1)
    with pytest.raises(AttributeError, match="no operation 'get_weights'"):
        kept.get_weights
    assert isinstance(copy.copy(kept), Remote)


# figures

HEATMAP = """
import numpy as np, pandas, seaborn
from matplotlib import pyplot
units, rates = pandas.Index([16, 32], name="units"), pandas.Index([0.1, 1.0], name="rate")
table = pandas.DataFrame([[0.1, 0.9], [np.nan, 0.5]], index=units, columns=rates)
def draw(cbar=True, **keywords):
    figure, axes = pyplot.subplots()
    seaborn.heatmap(table, annot=True, fmt=".2f", vmin=0, vmax=1, cbar=cbar, ax=axes, **keywords)
    axes.set_title("Accuracy")
    return axes
def direct():
    return seaborn.heatmap(table)
def empty():
    return pyplot.subplots()[1]
"""


@pytest.fixture
def figures():
    student = submission(HEATMAP)
    yield student
    release(student)


@pytest.mark.parametrize("cbar", [True, False])
def test_a_heatmap_answers_for_what_it_shows(figures, cbar):
    axes = figures.draw(cbar)
    assert axes.kind == "axes"
    np.testing.assert_array_equal(axes.heatmap(), [[0.1, 0.9], [np.nan, 0.5]])
    assert axes.color_limits() == (0, 1)
    assert axes.labels() == {"title": "Accuracy", "x": "rate", "y": "units"}
    assert axes.tick_labels() == {"x": ["0.1", "1.0"], "y": ["16", "32"]}
    assert sorted(text for _, _, text in axes.texts()) == ["0.10", "0.50", "0.90"]
    assert (0.5, 0.5, "0.10") in axes.texts()


def test_a_mask_hides_cells(figures):
    axes = figures.draw(mask=np.array([[True, False], [False, False]]))
    np.testing.assert_array_equal(axes.heatmap(), [[np.nan, 0.9], [np.nan, 0.5]])


def test_the_colour_limits_of_their_own_accord(figures):
    assert figures.direct().color_limits() == (0.1, 0.9)


def test_a_drawing_without_a_heatmap_is_a_failure_that_says_so(figures):
    assert "hold no heatmap" in failure(figures.empty().heatmap).problem


def test_release_closes_figures(figures):
    figures.draw()
    release(figures)
    assert not sys.modules["matplotlib.pyplot"].get_fignums()


# models

MODELS = """
import keras
def sequential():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, kernel_initializer="ones")])
def functional():
    inputs = keras.Input((3,))
    return keras.Model(inputs, keras.layers.Dense(2, kernel_initializer="ones")(inputs))
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2, kernel_initializer="ones")
    def call(self, inputs):
        return self.dense(inputs)
def subclassed():
    return Own()
def unbuilt():
    return keras.Sequential([keras.layers.Dense(2, kernel_initializer="ones")])
def compiled():
    model = sequential()
    model.compile(keras.optimizers.SGD(0.5), "mse", metrics=["mae"])
    return model
def scheduled():
    model = sequential()
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.25, 10, 0.5)), "mse")
    return model
def two_outputs():
    inputs = keras.Input((3,))
    return keras.Model(inputs, [keras.layers.Dense(2, kernel_initializer="ones")(inputs), keras.layers.Dense(1)(inputs)])
def wrong():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
def tensor():
    return [keras.ops.ones((2, 3)), keras.Variable([1.0, 2.0]), keras.ops.cast(keras.ops.ones(2), "bfloat16")]
def symbolic():
    return keras.Input((3,))
class Stub(keras.Model):
    def call(self, inputs):
        raise NotImplementedError("Task 3: the forward pass")
def stub():
    return Stub()
class Bare(keras.Model):
    pass
def bare():
    return Bare()
def same(model):
    return model
"""


@pytest.fixture(scope="module")
def models():
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return submission(MODELS)


@pytest.mark.parametrize("kind", ["sequential", "functional", "subclassed", "unbuilt"])
def test_every_way_of_building_a_model_answers_alike(models, kind):
    model = getattr(models, kind)()
    assert model.kind == "model"
    assert model.predict(np.ones((4, 3))).tolist() == [[3, 3]] * 4
    assert model.count_params() == 8
    kernel, bias = model.get_weights()
    model.set_weights([2 * kernel, bias + 1])
    assert model.predict(np.ones((1, 3), dtype=np.float32)).tolist() == [[7, 7]]
    assert [layer["class"] for layer in model.layers() if layer["class"] != "InputLayer"] == ["Dense"]
    assert model.optimizer() == {"class": None, "learning_rate": None}


@pytest.mark.parametrize("kind", ["subclassed", "unbuilt"])
def test_a_model_that_was_never_called_has_no_weights_yet(models, kind):
    model = getattr(models, kind)()
    assert model.get_weights() == []
    assert "count_params of the model raised ValueError" in failure(model.count_params).problem


def test_a_compiled_model_trains_and_is_measured(models):
    model = models.compiled()
    inputs, targets = np.ones((4, 3)), np.full((4, 2), 3.0)
    assert model.evaluate(inputs, targets) == pytest.approx({"loss": 0, "mae": 0})
    history = model.fit(inputs, targets + 1, epochs=3)
    assert len(history["loss"]) == 3 and history["loss"][0] == pytest.approx(1)
    assert model.optimizer() == {"class": "SGD", "learning_rate": 0.5}


def test_a_schedule_tells_its_learning_rate(models):
    assert models.scheduled().optimizer() == {"class": "Adam", "learning_rate": pytest.approx(0.25)}


def test_a_model_with_two_outputs_answers_with_both(models):
    first, second = models.two_outputs().predict(np.ones((4, 3)))
    assert first.tolist() == [[3, 3]] * 4 and second.shape == (4, 1)


def test_a_model_that_does_not_fit_is_a_failure(models):
    assert "predict of the model raised" in failure(lambda: models.wrong().predict(np.ones((1, 3)))).problem


def test_a_model_goes_back_as_itself(models):
    model = models.sequential()
    model.set_weights([np.zeros((3, 2)), np.ones(2)])
    assert models.same(model).get_weights()[1].tolist() == [1, 1]


def test_tensors_and_variables_cross_as_arrays(models):
    ones, variable, half = models.tensor()
    assert type(ones) is np.ndarray and ones.shape == (2, 3) and variable.tolist() == [1, 2] and half.dtype == np.float32
    failure(models.symbolic)


def test_a_stub_inside_a_model_is_not_attempted(models):
    with pytest.raises(NotAttempted, match="Task 3"):
        models.stub().predict(np.ones((1, 3)))


def test_a_model_without_call_is_a_failure_and_no_stub(models):
    assert "NotImplementedError" in failure(lambda: models.bare().predict(np.ones((1, 3)))).problem
