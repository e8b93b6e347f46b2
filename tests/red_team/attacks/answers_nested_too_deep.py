"""Answers with lists nested a hundred thousand deep, to overflow the grader's stack."""

# %% own
from autograder.checks.agent import Agent

DEPTH = 100_000
Agent.answer = lambda self, message: [b'{"dict": [["value", ' + b'{"list": [' * DEPTH + b"1" + b"]}" * DEPTH + b"]]}"]

# %% mean
def mean(numbers):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep
