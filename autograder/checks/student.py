"""The checker's side of the wall: a submission whose functions can be called like any others."""

import weakref
from collections.abc import Callable

from autograder.checks.expectations import CheckFailure, NotAttempted
from autograder.checks.operations import OPERATIONS
from autograder.checks.outcomes import Evidence
from autograder.checks.wire import MAX_BYTES, Handle, Scripted, WireError, decode, encode

MAX_TEXT = 10_000
"""Most characters of printed text that a reply is believed."""
MAX_SAID = 2_000
"""Most characters of each part of an error that a reply is believed."""
NAMED = {
    "model": "a Keras model",
    "layer": "a Keras layer",
    "axes": "matplotlib Axes",
    "object": "an object of a class of the notebook's own",
    "iterator": "an iterator",
}
"""What messages call an object that stays on the student's side."""
Transport = Callable[[list[bytes]], list[bytes]]
"""Carries a request to the agent and brings its reply."""


class Student:
    """A submission: its attributes are the functions and values that its notebook defines.

    `student.f(x)` calls the submission's f; `student.table` is its variable's value, rebuilt from plain parts. A Keras
    model or layer, matplotlib Axes, an iterator or an object of a class of the notebook's own comes as a Remote, with the
    operations of `autograder.checks.operations`.

    Args:
        transport: how requests reach the agent.
        max_bytes: the largest reply accepted, in bytes.

    Raises:
        NotAttempted: by a call or look-up whose task still holds its stub, or which the notebook does not define.
        CheckFailure: by a call that raised, or whose result cannot be used.
    """

    def __init__(self, transport: Transport, max_bytes: int = MAX_BYTES) -> None:
        self._channel = _Channel(transport, max_bytes)

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)
        kind, _ = self._channel.ask(f"looking for {name}", do="look", name=name)
        if kind == "missing":
            raise NotAttempted(f"the notebook defines no {name} (has its cell been run?)")
        if kind == "function":
            return RemoteFunction(self._channel, name)
        value, _ = self._channel.ask(f"reading {name}", do="value", name=name)
        return value


class RemoteFunction:
    """One of the submission's functions."""

    def __init__(self, channel: "_Channel", name: str) -> None:
        self._channel = channel
        self._name = name
        self.printed = ""
        """What the last call printed."""

    def __call__(self, *arguments: object, **keywords: object) -> object:
        value, self.printed = self._channel.ask(
            _call_text(self._name, arguments, keywords), do="call", name=self._name, arguments=list(arguments), keywords=keywords
        )
        return value

    def times(self, count: int, *arguments: object, **keywords: object) -> list:
        """The results of calling it again and again with the same arguments, in one request: for what is drawn at random.

        Raises:
            CheckFailure: a call raised, or did not return; the check's time is for all the calls together.
        """
        text = f"{count:,} times {_call_text(self._name, arguments, keywords)}"
        value, self.printed = self._channel.ask(text, do="call", name=self._name, arguments=list(arguments), keywords=keywords, times=count)
        if type(value) is not list or len(value) != count:
            raise CheckFailure(Evidence(f"{text} gave no {count:,} results", tells_nothing=True))
        return value


class Remote:
    """An object that stays on the student's side; its methods are the operations of its kind."""

    def __init__(self, channel: "_Channel", handle: Handle) -> None:
        self._channel = channel
        self._handle = handle

    @property
    def kind(self) -> str:
        return self._handle.kind

    def __repr__(self) -> str:
        named = {
            "model": "a Keras model",
            "axes": "matplotlib Axes",
            "layer": "a Keras layer",
            "object": "an object",
            "iterator": "an iterator",
        }
        return named.get(self.kind, f"a kept {self.kind}")

    def __getattr__(self, operation: str) -> Callable:
        if operation.startswith("_"):
            raise AttributeError(operation)
        if operation not in OPERATIONS[self._handle.kind]:
            raise AttributeError(f"a {self._handle.kind} has no operation {operation!r}")

        def operate(*arguments: object, **keywords: object) -> object:
            text = f"{operation} of the {self._handle.kind}"
            value, _ = self._channel.ask(
                text, do="operate", on=self._handle, operation=operation, arguments=list(arguments), keywords=keywords
            )
            return value

        return operate


def keep(student: Student, value: object) -> Remote:
    """Puts a value on the submission's side: calls that are handed it get one and the same object, and `.read()` tells
    what became of it. Without this every call gets a fresh copy, and nothing that it changes is ever seen."""
    kept, _ = student._channel.ask("handing a value over", do="keep", value=value)
    return kept


def once(student: Student, name: object, call: Callable) -> object:
    """The result of a slow call, made once for all the checks of one submission that look at it.

    Args:
        name: what the result is kept under; anything that can be a key.
        call: makes the result when there is none yet.
    """
    results = _results.setdefault(student, {})
    if name not in results:
        results[name] = call()
    return results[name]


_results: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()


def release(student: Student) -> None:
    """Lets go of everything held for checks so far: models, figures, kept values."""
    student._channel.ask("letting go of what was held", do="release")


class _Channel:
    """Sends requests and turns replies into values or failures."""

    def __init__(self, transport: Transport, max_bytes: int) -> None:
        self.transport = transport
        self.max_bytes = max_bytes

    def ask(self, text: str, **request: object) -> tuple[object, str]:
        """The value of the reply, and what was printed on the way."""
        message = encode(request, hold=lambda value: value._handle if isinstance(value, Remote) else None)
        try:
            reply = decode(self.transport(message), self.max_bytes)
            if type(reply) is not dict or not {"value", "error"} & set(reply):
                raise WireError("a reply holds neither a value nor an error")
            if "error" in reply:
                _raise(text, reply["error"])
            return self._bind(reply["value"]), str(reply.get("printed", ""))[:MAX_TEXT]
        except WireError as error:
            hint = "give back numbers, text, lists, arrays, tables or models"
            raise CheckFailure(Evidence(f"the result of {text} cannot be used: {error}", hint=hint)) from None

    def _bind(self, value: object) -> object:
        """Puts a Remote in a handle's place, inside containers too."""
        if isinstance(value, Handle):
            if value.kind not in OPERATIONS:
                raise WireError("a reply names an unknown kind of object")
            return Remote(self, value)
        if isinstance(value, list | tuple):
            return type(value)(self._bind(item) for item in value)
        if isinstance(value, dict):
            return {key: self._bind(item) for key, item in value.items()}
        return value


def _raise(text: str, error: object) -> None:
    if type(error) is not dict:
        raise WireError("a reply holds a malformed error")
    kind, message, line = (str(error.get(part, ""))[:MAX_SAID] for part in ("type", "message", "line"))
    if error.get("attempted") is False:
        raise NotAttempted(message)
    if kind == "WireError":
        raise WireError(message)
    where = f" (in the line `{line}`)" if line else ""
    hint = "run it by itself in a cell of its own and read the whole error"
    raise CheckFailure(Evidence(f"{text} raised {kind}: {message}{where}", hint=hint))


def _call_text(name: str, arguments: tuple, keywords: dict) -> str:
    from autograder.checks.expectations import show

    parts = [_argument_text(argument, show) for argument in arguments]
    parts += [f"{key}={_argument_text(argument, show)}" for key, argument in keywords.items()]
    text = f"{name}({', '.join(parts)})"
    return text if len(text) <= 160 else f"{name}(…)"


def _argument_text(argument: object, show: Callable) -> str:
    if isinstance(argument, Scripted):
        return "a stand-in"
    if hasattr(argument, "shape") and getattr(argument, "shape", ()):
        return f"an array of shape {tuple(argument.shape)}"
    return show(argument)
