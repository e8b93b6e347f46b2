"""The student's side of the wall: looks names up in the submission, calls its functions, keeps its objects.

The agent runs wherever the student's code runs: in the notebook's own kernel at home, in the sandboxed kernel when graded.
Nothing it says is trusted; the grader's side rebuilds and checks every reply.
"""

import contextlib
import copy
import io
import itertools
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator

import numpy as np

from autograder.checks.operations import OPERATIONS, kind_of
from autograder.checks.wire import Handle, Raise, Scripted, WireError, decode, encode

MAX_PRINTED = 10_000
"""Most characters of printed text that a reply carries."""


class Agent:
    """Answers requests about one submission.

    Args:
        namespace: the dict of names that the submission's cells defined.
    """

    def __init__(self, namespace: dict) -> None:
        self.namespace = namespace
        self.objects: dict[int, object] = {}
        self._numbers = itertools.count()

    def answer(self, message: list[bytes]) -> list[bytes]:
        """Does what one request asks; whatever goes wrong comes back as an error reply."""
        printed = _Printed()
        try:
            request = decode(message)
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), warnings.catch_warnings(), _full_precision():
                warnings.simplefilter("always", UserWarning)  # else Python shows the same warning once, and a later check sees none
                value = getattr(self, f"_do_{request['do']}")(request)
                return encode({"value": value, "printed": printed.text}, self._hold)
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: the student's code may raise anything
            return encode({"error": _describe(error), "printed": printed.text})

    def _do_look(self, request: dict) -> str:
        """Says whether a name is a "function", a "value" or "missing"."""
        name = request["name"]
        if name not in self.namespace:
            return "missing"
        return "function" if callable(self.namespace[name]) and kind_of(self.namespace[name]) is None else "value"

    def _do_value(self, request: dict) -> object:
        return self.namespace[request["name"]]

    def _do_call(self, request: dict) -> object:
        """The function's result, or a list of results where it is to be called several times, as if by so many requests."""
        function = self.namespace[request["name"]]

        def call(given: dict) -> object:
            arguments = [self._localize(argument) for argument in given["arguments"]]
            return function(*arguments, **{name: self._localize(argument) for name, argument in given["keywords"].items()})

        if "times" not in request:
            return call(request)
        # what one call changes, or gives back and keeps, is not the next one's; an object that stays here is not copied, as ever
        results = (call(copy.deepcopy(request)) for _ in range(request["times"]))
        return [copy.deepcopy(result) if kind_of(result) is None else result for result in results]

    def _do_operate(self, request: dict) -> object:
        target = request["on"]
        operation = OPERATIONS[target.kind][request["operation"]]
        arguments = [self._localize(argument) for argument in request["arguments"]]
        keywords = {name: self._localize(argument) for name, argument in request["keywords"].items()}
        return operation(self.objects[target.number], *arguments, **keywords)

    def _do_keep(self, request: dict) -> Handle:
        """Holds a value that a check hands over, so that calls get the object itself and may change it."""
        return self._held("value", request["value"])

    def _do_release(self, request: dict) -> None:
        """Forgets every held object: a model of one check is not kept alive through the next."""
        self.objects.clear()
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:
            pyplot.close("all")

    def _hold(self, value: object) -> Handle | None:
        kind = kind_of(value)
        return None if kind is None else self._held(kind, value)

    def _held(self, kind: str, value: object) -> Handle:
        number = next(self._numbers)  # never used twice: an old handle must not come to mean a new object
        self.objects[number] = value
        return Handle(kind, number)

    def _localize(self, argument: object) -> object:
        """Turns what stands for an object or a function into that object or function, inside containers too."""
        if isinstance(argument, Handle):
            return self.objects[argument.number]
        if isinstance(argument, Scripted):
            return _function_of(argument, self._localize)
        if isinstance(argument, list | tuple):
            return type(argument)(self._localize(item) for item in argument)
        if isinstance(argument, dict):
            return {key: self._localize(item) for key, item in argument.items()}
        return argument


def is_stub(error: BaseException) -> bool:
    """Whether an exception says that a task still waits for code; libraries raise NotImplementedError for other reasons."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    file = "" if last is None else last.tb_frame.f_code.co_filename
    return isinstance(error, NotImplementedError) and "site-packages" not in file and "dist-packages" not in file


@contextlib.contextmanager
def _full_precision() -> Iterator[None]:
    """TensorFlow on newer cards rounds what it multiplies to 10 bits, and a right answer would not agree to five digits."""
    settings, before = None, True
    with contextlib.suppress(Exception):  # TensorFlow is not there, half imported, or something else of that name
        settings = sys.modules["tensorflow"].config.experimental
        before = settings.tensor_float_32_execution_enabled()
        settings.enable_tensor_float_32_execution(False)
    try:
        yield
    finally:
        with contextlib.suppress(Exception):
            settings.enable_tensor_float_32_execution(before)


class _Printed(io.TextIOBase):
    """Keeps the beginning of what is printed, whatever is done to it."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def write(self, text: str) -> int:
        self.text += str.__str__(text)[: MAX_PRINTED - len(self.text)]
        return len(text)


def _function_of(script: Scripted, localize: Callable) -> Callable:
    """The function that a script describes: a call is told by the named arguments, given by position or by keyword."""

    def scripted(*arguments, **keywords):
        given = dict(zip(script.parameters, arguments, strict=False)) | keywords
        for key, answer in script.answers:
            if all(_same(given.get(name), value) for name, value in zip(script.parameters, key, strict=True)):
                if isinstance(answer, Raise):
                    raise RuntimeError(answer.message)
                return localize(answer)
        raise ValueError(f"called with {given}, which was not asked for")

    return scripted


def _same(given: object, wanted: object) -> bool:
    """Whether two arguments are equal; arrays and tables have an opinion of their own on ==."""
    try:
        return np.array_equal(given, wanted) if isinstance(wanted, np.ndarray) else bool(given == wanted)
    except Exception:
        return False


def _describe(error: BaseException) -> dict:
    """What a student needs to know of an exception: its type, its message, and the line of their own code it came from."""
    line = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if "ipykernel_" in frame.filename or frame.filename.startswith("<ipython-input"):
            line = (frame.line or "").strip()
    kind = "WireError" if isinstance(error, WireError) else _said(lambda: type(error).__name__)
    return {"type": kind[:200], "message": _said(lambda: str(error))[:2000], "line": line[:300], "attempted": not is_stub(error)}


def _said(say: Callable[[], str]) -> str:
    """A text that an exception of the student's own gives of itself, or nothing: it may fail in any way."""
    try:
        return str.__str__(say())
    except BaseException:
        return ""
