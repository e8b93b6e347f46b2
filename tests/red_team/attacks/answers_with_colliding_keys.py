"""Answers with a dict of many thousand keys that all have one hash, which takes for ever to build."""

# %% mean
def mean(numbers):
    return {(2**61 - 1) * step: 0 for step in range(1, 500)} | {float(2**61 - 1) * 2**step: 0 for step in range(900)}

# %% own
from autograder.checks.agent import Agent

honest = Agent.answer
pairs = b", ".join(b'[{"int": "%s"}, 1]' % hex((2**61 - 1) * step).encode() for step in range(1, 5_000))
Agent.answer = lambda self, message: [b'{"dict": [["value", {"dict": [' + pairs + b"]}]]}"]
