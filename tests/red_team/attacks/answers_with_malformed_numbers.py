"""Answers with shapes that no array has: NaN, negative, huge, more bytes than came, an integer of a million digits."""

# %% own
import itertools
from autograder.checks.agent import Agent

VALUES = itertools.cycle([
    b'{"array": ["float64", [NaN], 0]}',
    b'{"array": ["float64", [-1, -8], 0]}',
    b'{"array": ["float64", [4611686018427387904, 4], 0]}',
    b'{"array": ["float64", [1], 18446744073709551616]}',
    b'{"array": ["object", [1], 0]}',
    b'{"array": ["float64", [1e400], 0]}',
    b'{"int": "' + b"f" * 1_000_000 + b'"}',
    b'{"strings": [[1000000000], ["x"]]}',
    b'{"handle": ["model", 1e999]}',
    b'{"__class__": ["os.system"]}',
    b'{"rebuild": [{"float": "nan"}]}',
])
Agent.answer = lambda self, message: [b'{"dict": [["value", ' + next(VALUES) + b']]}', bytes(8)]
