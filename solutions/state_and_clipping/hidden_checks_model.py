"""State and clipping: hidden checks of task 16, on fresh random models."""

import numpy as np
from course_checks_model import (
    dropped,
    expect_oracle,
    knows_the_defaults_of_its_level,
    never_drops_along_in_time,
    random_model,
    takes_states_in_and_gives_them_out,
)

from autograder.checks.expectations import expect, expect_close
from autograder.checks.specification import check


@check(task="build_language_model", points=1, after=takes_states_in_and_gives_them_out)
def computes_any_model(student, rng):
    """computes any model, in chunks as in one pass"""
    for layers in (1, 3):
        batch, units, embedding_size = rng.choice(np.arange(2, 9), 3, replace=False).tolist()
        vocabulary = int(rng.integers(9, 15))
        sizes = {"embedding_size": embedding_size, "units": units, "layers": layers}
        model, oracle = random_model(student, rng, vocabulary, level=str(rng.choice(["word", "character"])), **sizes)
        tokens, states = rng.integers(0, vocabulary, (batch, 6)), rng.normal(size=(batch, layers, 2, units))
        expect_oracle(model, oracle, tokens[:, :4], states)
        expect_oracle(model, oracle, tokens[:, 4:], oracle.run(tokens[:, :4], states)[1])


@check(task="build_language_model", points=1, after=never_drops_along_in_time)
def drops_the_given_share(student, rng):
    """drops the share that it is told, none where it is told 0, half of it by default"""
    for keywords, rate in (({"dropout": 0.2}, 0.2), ({"dropout": 0.8}, 0.8), ({}, 0.5), ({"dropout": 0.0}, 0.0)):
        for level in ("word", "character"):
            shown, states, _ = dropped(student, rng, level, **keywords)(0, 0, 0)
            gone = np.abs(shown) < 1e-5
            hint = "hand dropout on as it is: 0.0 is a rate, not a missing one; the default is 0.5"
            expect(abs(gone.mean() - rate) < 0.1, "another share is dropped", hint)
            whole = np.asarray(states[0, 1, 0], dtype=float).mean()
            kept = shown[:, -1][~gone[:, -1]]
            expect_close(
                kept.mean(), whole / (1 - rate), "what is left in training", hint="keras.layers.Dropout makes the rest larger", rtol=1e-2
            )


@check(task="build_language_model", points=1, after=(takes_states_in_and_gives_them_out, knows_the_defaults_of_its_level))
def shares_nothing_between_models(student, rng):
    """makes a new model at every call, without any state of its own"""
    first, oracle = random_model(student, rng)
    tokens, states = rng.integers(0, 7, (2, 4)), rng.normal(size=(2, 2, 2, 4))
    random_model(student, rng)
    for _ in range(2):
        expect_oracle(first, oracle, tokens, states)
