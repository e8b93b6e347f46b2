"""State and clipping: a public check of task 21: what can be learnt is learnt, and what cannot be known stays unknown."""

import numpy as np
from course_checks_model import Oracle, random_model, zeros

from autograder.checks.expectations import advising, expect, show
from autograder.checks.specification import check

WORDS, SIZES = 8, {"embedding_size": 9, "units": 16, "layers": 1, "dropout": 0.0}
EPOCHS, STEPS = 5, 4
# Perplexities on the validation text after these epochs of 6 chunks, 300 seeds each: right answers are between 1.03 and 1.22 where
# the training text goes round in the same circle (2.1 at most with the mean's gradient, which Task 18 tells), and 10.6 or more
# where it never does; a model that is trained on the validation text, too, is then at 4.7 or less.
MOST, LEAST = WORDS / 2, 0.75 * WORDS


def trained_perplexity(student, rng, train, valid):
    """The perplexity of the validation text under the trained weights, in double precision, and whether the weights have moved."""
    with advising("build_language_model is Task 16: this task builds on it"):
        model, _ = random_model(student, rng, WORDS, 0.4, **SIZES)
    start = model.get_weights()
    with advising("this task builds on Tasks 15 to 20: their checks tell more", about="raised"):
        student.train_language_model(model, train.astype(np.int32), valid.astype(np.int32), EPOCHS, STEPS)
    weights = model.get_weights()
    oracle = Oracle(weights, WORDS, *(SIZES[name] for name in ("embedding_size", "units", "layers")))
    logs, _ = oracle.run(valid[:, :-1], zeros(len(valid), SIZES["layers"], SIZES["units"]))
    perplexity = float(np.exp(-np.take_along_axis(logs, valid[:, 1:, None], axis=-1).mean()))
    return perplexity, any(not np.array_equal(one, other) for one, other in zip(start, weights, strict=True))


@check(task="train_language_model", points=1)
def learns_what_can_be_learnt(student, rng):
    """learns words that follow one another in a circle, and cannot know a circle that the training text never shows"""
    circle, (first, other) = rng.permutation(WORDS), rng.integers(0, WORDS, 2)
    train, valid = circle[(first + np.arange(75)) % WORDS], circle[(other + np.arange(21)) % WORDS]
    perplexity, moved = trained_perplexity(student, rng, train.reshape(3, 25), valid.reshape(3, 7))
    hint = "each epoch: one pass of train_epoch at the rate of learning_rate_schedule; Tasks 15 to 19 are what it stands on"
    if not moved:
        hint = "the weights are what they were before the training: train the model that is handed in, and put nothing back"
    told = f"the perplexity of a text of the same kind is {show(perplexity)} after {EPOCHS} epochs; it should be near 1"
    expect(perplexity < MOST, told, hint, f"a text of {WORDS} words that come in the same order again and again")
    steps = rng.choice([0, *range(2, WORDS)], 75)  # from each word to any but the circle's next one
    perplexity, _ = trained_perplexity(student, rng, circle[np.cumsum(steps) % WORDS].reshape(3, 25), valid.reshape(3, 7))
    hint = "train_rows alone are trained on; the validation text is read by evaluate, which changes no weight"
    told = f"the perplexity of the validation text is {show(perplexity)}: the model knows what the training text does not tell"
    expect(perplexity > LEAST, told, hint, f"{WORDS} words scrambled in the training text, and in a circle in the validation text")
