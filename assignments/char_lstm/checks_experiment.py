"""The character LSTM: public checks of the tasks on the experiment, the sweep and the longer training."""

import numpy as np
from course_checks import one_number, parts_of, random_text
from course_checks_cell import expect_weights

from autograder.checks.expectations import advising, expect, expect_close, expect_equal
from autograder.checks.specification import check
from autograder.checks.student import once
from autograder.checks.wire import Scripted

# Task 11


def experiment(student, setting, train_text, valid_text, on="", **keywords):
    """What run_experiment returns: {"valid_perplexity": float, "characters": int, "losses": [float], "weights": {name: array}}."""
    found = student.run_experiment(*setting, train_text, valid_text, **keywords)
    names = ["characters", "losses", "valid_perplexity", "weights"]
    expect(isinstance(found, dict), f"run_experiment returns {type(found).__name__}, not a dict", f"return a dict of {', '.join(names)}")
    expect_equal(sorted(found), names, "the list of the result's names", on, "valid_perplexity, characters, losses and weights")
    perplexity = one_number(found["valid_perplexity"], "valid_perplexity", on)
    losses = np.asarray(found["losses"], dtype=np.float64)
    expect_equal(losses.shape, (setting[3],), "the shape of the losses", on, "one loss a training step, num_steps in all")
    weights = expect_weights(found["weights"], setting[1], "weights", on)
    return {**found, "valid_perplexity": perplexity, "losses": losses, "weights": weights}


def replay(student, setting, train_text, valid_text, seed=0, change=""):
    """The same experiment out of the student's own parts, one call a part; or a known mistake of putting them together."""
    batch_size, num_nodes, num_unrollings, num_steps = setting
    weights = student.initial_weights(num_nodes, seed)
    generator = student.BatchGenerator(train_text, batch_size, num_unrollings)
    nothing = np.zeros((batch_size, num_nodes), np.float32)
    output, memory, losses, batches = nothing, nothing, [], None
    for number in range(num_steps):
        if change == "reset":
            output, memory = nothing, nothing
        batches = batches if number and change == "one batch" else generator.call("next")
        rate = 1.0 if change == "rate" else student.learning_rate(number)
        new = parts_of(student.training_step(weights, batches, output, memory, rate), 4, "training_step")
        output, memory = new[1:3]
        losses.append(float(new[3]))
        if change != "frozen":
            weights = {name: np.asarray(array, dtype=np.float32) for name, array in new[0].items()}
    return {"valid_perplexity": float(student.evaluate(weights, valid_text)), "losses": np.array(losses), "weights": weights}


def expect_replay(student, setting, train_text, valid_text, seed, on):
    """Fails unless the experiment is the student's own parts, put together as they should be."""
    found = experiment(student, setting, train_text, valid_text, on, seed=seed)
    right = replay(student, setting, train_text, valid_text, seed)
    changes = {
        "the state is set back at every batch: hand the state that a step returns to the next": ((train_text, valid_text, seed), "reset"),
        "the rate is not that of the step: learning_rate(step)": ((train_text, valid_text, seed), "rate"),
        "every step starts from the first weights: hand the weights that a step returns to the next": (
            (train_text, valid_text, seed),
            "frozen",
        ),
        "the weights do not follow the seed: initial_weights(num_nodes, seed)": ((train_text, valid_text, 0), ""),
        "training and validation text are swapped": ((valid_text, train_text, seed), ""),
        "one and the same batch comes at every step: call next() in the loop": ((train_text, valid_text, seed), "one batch"),
    }
    hint = "initial_weights(num_nodes, seed), zeros as the first state, one batch a step; weights and state go on to the next step"
    if not _alike(found, right):
        known = (advice for advice, (given, change) in changes.items() if _alike(found, replay(student, setting, *given, change)))
        hint = next(known, hint)
    expect_close(found["losses"], right["losses"], "the losses", on, hint, rtol=2e-3)
    for name, weight in right["weights"].items():
        expect_close(found["weights"][name], weight, f"the final weight {name}", on, hint, rtol=1e-2, atol=5e-4)
    hints = {
        "this is measured on the training text": lambda: float(student.evaluate(right["weights"], train_text)),
        "this is measured before the training": lambda: float(student.evaluate(student.initial_weights(setting[1], seed), valid_text)),
    }
    hint = "evaluate(weights, valid_text) with the final weights"
    expect_close(found["valid_perplexity"], right["valid_perplexity"], "valid_perplexity", on, hint, hints, rtol=5e-3)
    expect_equal(found["characters"], setting[0] * setting[2] * setting[3], "characters", on, "one a row, unrolling and step")


def _alike(one, other):
    """Whether two experiments had the same losses and ended with the same weights."""
    pairs = [(one["losses"], other["losses"]), *((one["weights"][name], weight) for name, weight in other["weights"].items())]
    return all(np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=5e-3, atol=5e-4) for a, b in pairs)


@check(task="run_experiment", points=1)
def measures_the_untrained_network(student, rng):
    """returns the four results, also after no step at all"""
    for _ in range(20):  # an untrained network finds a few texts equally hard: then whose perplexity it is would not show
        text = random_text(rng, 40)
        found = experiment(student, (2, 3, 4, 0), text, text[:20], "no steps, 3 nodes", seed=6)
        weights = student.initial_weights(3, 6)
        wanted, elsewhere = (float(student.evaluate(weights, part)) for part in (text[:20], text[20:]))
        if abs(elsewhere - wanted) > 3e-4 * abs(wanted):
            break
    hint = "no steps: the perplexity of initial_weights(num_nodes, seed)"
    expect_close(found["valid_perplexity"], wanted, "valid_perplexity", "no steps, 3 nodes, seed 6", hint, rtol=1e-5)
    default, zero = (experiment(student, (2, 3, 4, 0), text, text[:20], **seed)["valid_perplexity"] for seed in ({}, {"seed": 0}))
    expect_close(default, zero, "valid_perplexity without a seed", hint="seed=0 is the default", rtol=1e-6)


@check(task="run_experiment", points=2, after=measures_the_untrained_network)
def puts_the_parts_together(student, rng):
    """does, step by step, what your own parts do when they are put together"""
    setting = (2, 3, 4, 3)
    expect_replay(student, setting, random_text(rng, 90), random_text(rng, 20), 8, "(2, 3, 4, 3), random letters, seed 8")


# Task 12

PARAMETERS = ("batch_size", "num_nodes", "num_unrollings", "num_steps")
COLUMNS = (*PARAMETERS, "seed", "valid_perplexity", "characters")


def stand_in(outcomes, texts):
    """A run_experiment that answers at once: outcomes maps (*setting, seed) to (valid_perplexity, characters)."""
    parameters = (*PARAMETERS, "train_text", "valid_text", "seed")
    answers = [
        ((*key[:4], *texts, key[4]), {"valid_perplexity": figures[0], "characters": figures[1], "losses": [1.0], "weights": {}})
        for key, figures in outcomes.items()
    ]
    return Scripted(parameters, tuple(answers))


def swept(student, settings, seeds, outcomes, texts=("train", "valid")):
    """The rows of the table that sweep returns, as tuples in the order of COLUMNS."""
    about = "run(batch_size, num_nodes, num_unrollings, num_steps, train_text, valid_text, seed=seed), for each setting with each seed"
    with advising(f"call {about}", about="which was not asked for"):
        frame = student.sweep(settings, seeds, *texts, run=stand_in(outcomes, texts))
    expect(hasattr(frame, "columns"), f"the table is of type {type(frame).__name__}", "return a pandas DataFrame")
    expect_equal(frame.columns.tolist(), list(COLUMNS), "the list of columns", hint="name the columns as the docstring does, in that order")
    return [tuple(row) for row in zip(*(frame[name].tolist() for name in COLUMNS), strict=True)]


def expect_sweep(student, settings, seeds, outcomes, on):
    found = swept(student, settings, seeds, outcomes)
    right = [(*setting, seed, *outcomes[*setting, seed]) for setting in settings for seed in seeds]
    mistakes = {
        "the rows go seed by seed: all seeds of a setting come first": [
            (*setting, seed, *outcomes[*setting, seed]) for seed in seeds for setting in settings
        ],
        "only the first seed was run": [(*setting, seeds[0], *outcomes[*setting, seeds[0]]) for setting in settings],
        "settings and seeds are paired: every setting runs with every seed": [
            (*setting, seed, *outcomes[*setting, seed]) for setting, seed in zip(settings, seeds, strict=False)
        ],
    }
    expect_equal(found, right, "the table's rows", on, "one row a run: the setting, the seed, and what run returned", mistakes)


SETTINGS = [(4, 8, 10, 20), (5, 3, 2, 7)]
OUTCOMES = {(*setting, seed): (5.5 + place + seed / 8, 30 + place) for place, setting in enumerate(SETTINGS) for seed in (3, 1)}


@check(task="sweep", points=2)
def has_one_row_a_run(student, rng):
    """returns one row for every setting with every seed, with what its run returned"""
    expect_sweep(student, SETTINGS[:1], [3], OUTCOMES, "one setting, one seed")
    expect_sweep(student, SETTINGS, [3, 1], OUTCOMES, "two settings, seeds 3 and 1")


# Task 14


def short_training(student, num_steps=2):
    """What train_longer returns for two steps on a short text, and the experiment that it should be."""

    def call():
        found = student.train_longer(LONG_ENOUGH, LONG_ENOUGH[:30], num_steps)
        expect(
            isinstance(found, dict), f"train_longer returns {type(found).__name__}, not a dict", "return one dict of weights and figures"
        )
        for name in ("seed", "valid_perplexity", "characters"):
            expect(
                name in found,
                f"{name!r} is missing in what train_longer returns",
                "the weights by name, and these three figures beside them",
            )
        return found

    return once(student, f"short training of {num_steps}", call)


LONG_ENOUGH = "the quick brown fox jumps over the lazy dog " * 4
EXTRA = ("seed", "valid_perplexity", "characters", "piece_perplexities", "long_perplexity")


def weights_in(found):
    return {name: array for name, array in found.items() if name not in EXTRA}


@check(task="train_longer", points=2)
def trains_the_setting_asked_for(student, rng):
    """trains batches of 64, 32 nodes and 10 unrollings, and returns the weights with the figures of the run"""
    found = short_training(student)
    on = "train_longer(…, num_steps=2)"
    weights = expect_weights(weights_in(found), 32, "the weights among what train_longer returns", on)
    seed = found["seed"]
    expect(isinstance(seed, int) and 0 <= seed < 2**31, f"the seed is {seed!r}", "secrets.randbelow(2**31)", on)
    right = student.run_experiment(64, 32, 10, 2, LONG_ENOUGH, LONG_ENOUGH[:30], seed=seed)
    hint = "run_experiment(64, 32, 10, num_steps, train_text, valid_text, seed=seed), with the seed that is returned"
    if found["characters"] != right["characters"]:  # where run_experiment counts wrongly, its own task has told so
        expect_equal(found["characters"], 64 * 10 * 2, "characters", on, hint)
    perplexity = one_number(found["valid_perplexity"], "valid_perplexity", on)
    expect_close(perplexity, right["valid_perplexity"], "valid_perplexity", on, hint, rtol=1e-3)
    for name in weights:
        expect_close(weights[name], right["weights"][name], name, on, hint, rtol=1e-3, atol=1e-4)


@check(task="train_longer", points=1, after=trains_the_setting_asked_for)
def draws_its_seed_anew(student, rng):
    """draws another seed at every call"""
    seeds = [short_training(student)["seed"], *(student.train_longer("abcd" * 20, "ab", 0)["seed"] for _ in range(5))]
    hint = "draw the seed inside the function, at random: secrets.randbelow(2**31)"
    expect(len(set(seeds)) > 1, f"all calls have the same seed, {seeds[0]}", hint)
    expect(len(set(seeds)) == len(seeds) and max(seeds) > 2**24, "the seeds are drawn from a few small numbers", hint)
    expect(max(seeds) < 2**31, f"a seed is {max(seeds)}", hint)
