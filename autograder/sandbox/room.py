"""Room for the frames of deep calls. Standard library only; it stands alone inside the sandbox."""

from collections.abc import Callable


def with_room(run: Callable, *arguments: object) -> object:
    """Calls run with a mebibyte for the frames of all that it calls.

    CPython keeps frames in chunks of 16 KiB, mapped when calls go deeper and unmapped when they return (push_chunk in its
    Python/pystate.c, since 3.11). A loop that calls across a chunk's end pays two system calls and fresh pages each time round: a tenth of
    tracing a Keras model. A function that says that it needs a large frame gets a chunk of twice that size; what is not used of it
    is never touched.
    """
    return run(*arguments)


with_room.__code__ = with_room.__code__.replace(co_stacksize=2**17)
