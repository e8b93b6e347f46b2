"""Answers with handles to objects of kinds that do not exist, and to other students' objects."""

# %% own
import itertools
from autograder.checks.agent import Agent

kinds = itertools.cycle([b"model", b"axes", b"value", b"__class__", b"os", b"object", b"iterator"])
Agent.answer = lambda self, message: [b'{"dict": [["value", {"handle": ["' + next(kinds) + b'", 999999]}]]}']
