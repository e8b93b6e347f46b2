"""The reference runs on Penn Treebank: Zaremba's small language model, and the original coursework's word and character models.

Zaremba, Sutskever and Vinyals 2014 (arXiv:1409.2329), small: two layers of 200 units, chunks of 20 words, 20 rows, no dropout, weights
uniform in ±0.1, rate 1 for 4 epochs, then halved after each, 13 epochs: a test perplexity of about 115. The coursework: dropout 0.5,
rate 0.9 for 5 epochs, then halved after each; the number of epochs was not published, and 13 are taken here as well.
Its character models depart from that where a choice had to be made: a pass has 5.1 million characters, so 8 passes; chunks of 50, as 20
characters hold hardly four words; dropout 0.1, as 200 units are few for a model that does not over-fit in 8 passes.
"""

import functools

import numpy as np

from solutions.reference.plan import Cell, Preset, Reference

TREEBANK, SAMPLE = "penn-treebank", "pydoc-text"
NAMES = ("level", "layers", "units", "embedding")
ZAREMBA = {"num_steps": 20, "dropout": 0.0, "first_rate": 1.0, "constant_epochs": 4, "epochs": 13}
COURSE = {"num_steps": 20, "dropout": 0.5, "first_rate": 0.9, "constant_epochs": 5, "epochs": 13}
CHARACTERS = {"num_steps": 50, "dropout": 0.1, "first_rate": 0.9, "constant_epochs": 5, "epochs": 8}
BATCH_SIZE = 20
SCALE = 0.1  # initial weights are uniform between minus this and this
ANCHORS = {"Zaremba small, word": 114.5, "Zaremba medium, word": 82.7}  # test perplexities, table 1 of the paper


def cell(level, layers, units, embedding, protocol, seed=0, data=TREEBANK):
    """Return one run."""
    return Cell(dict(zip(NAMES, (level, layers, units, embedding), strict=True)), seed, data, protocol)


ZAREMBA_SMALL = (cell("word", 2, 200, 200, ZAREMBA),)
WORDS = tuple(cell("word", layers, 200, embedding, COURSE) for layers, embedding in ((2, 200), (2, 400), (3, 200)))
CHARACTER_MODELS = tuple(cell("character", layers, 200, embedding, CHARACTERS) for layers in (2, 3) for embedding in (16, 64))

PRESETS = (
    Preset(
        "demo",
        "one small word model on Python's help pages, a minute",
        (cell("word", 2, 32, 32, ZAREMBA | {"epochs": 2}, data=SAMPLE),),
        warning="SAMPLE: Python's own help pages, not Penn Treebank, and two epochs",
    ),
    Preset("zaremba", "Zaremba's small word model to its end, about an hour", ZAREMBA_SMALL),
    Preset("words", "the coursework's word models: a larger and a smaller embedding, more layers, hours", WORDS),
    Preset("characters", "the coursework's character models: two and three layers, two sizes of embedding, hours", CHARACTER_MODELS),
    Preset("full", "everything above, each cell once", ZAREMBA_SMALL + WORDS + CHARACTER_MODELS, several_protocols=True),
)


def rate_of(protocol, epoch):
    """Return the learning rate of an epoch, from 0: constant at first, then halved after each."""
    return protocol["first_rate"] * 0.5 ** max(0, epoch + 1 - protocol["constant_epochs"])


@functools.cache
def texts(data, level):
    """Return train, valid and test as whole numbers, and how many different ones there are."""
    from datasets import penn_treebank
    from datasets.vocabulary import Vocabulary

    load = penn_treebank.load_words if level == "word" else penn_treebank.load_characters
    splits = load({TREEBANK: "full", SAMPLE: "sample"}[data])
    vocabulary = Vocabulary(splits[0])
    return tuple(vocabulary.encode(split) for split in splits), len(vocabulary)


def prepare(data):
    """Read the texts once before the workers do, or say what helps."""
    texts(data, "word")


def warm_up(cell):
    """Read the texts and compile the programs, once a worker and shape and not on any cell's time."""
    from solutions.state_and_clipping import training

    (text, *read), kinds = texts(cell.data, cell.parameters["level"])
    shape = shape_of(cell, kinds)
    weights = training.initial_weights(shape, SCALE, cell.seed)
    training.train_epoch(shape, weights, training.in_rows(text, BATCH_SIZE), 0.0, cell.seed, most_chunks=1)
    for ids in read:  # a whole call and a last one, whose length is the text's own: a program for each
        training.perplexity(shape, weights, ids[: training.READING_STEPS + (len(ids) - 1) % training.READING_STEPS + 1])


def shape_of(cell, kinds):
    """Return what a cell's programs are compiled for.

    Args:
        kinds: how many different words or characters its text has.
    """
    from solutions.state_and_clipping import training

    _, layers, units, embedding = (cell.parameters[name] for name in NAMES)
    return training.Shape(kinds, embedding, units, layers, BATCH_SIZE, cell.protocol["num_steps"], cell.protocol["dropout"])


def operations(cell):
    """Return the floating-point operations of training: 2 forward and 4 backward for each weight but the embedding, and token."""
    level, layers, units, embedding = (cell.parameters[name] for name in NAMES)
    tokens, kinds = {"word": (929_589, 10_000), "character": (5_101_618, 51)}[level]
    weights = 4 * units * (units + embedding) + (layers - 1) * 8 * units * units + units * kinds
    return 6 * weights * tokens * cell.protocol["epochs"]


def train(cell, checkpoint):
    """Train one model, epoch by epoch, and return the perplexities of all three parts and the curves."""
    from solutions.state_and_clipping import training

    level = cell.parameters["level"]
    (text, valid, test), kinds = texts(cell.data, level)
    shape = shape_of(cell, kinds)
    rows = training.in_rows(text, BATCH_SIZE)
    weights, curve, place = training.initial_weights(shape, SCALE, cell.seed), [], None
    saved = checkpoint.load()
    if saved is not None:
        arrays, values = saved
        curve, states = values["curve"], arrays.pop("states")
        weights = tuple(arrays[f"weight_{number}"] for number in range(len(weights)))
        place = training.Place(values["first"], values["loss"], values["norms"], weights, states)

    def save(place):
        if checkpoint.due:
            arrays = {f"weight_{number}": np.asarray(weight) for number, weight in enumerate(place.weights)}
            values = {"curve": curve, "first": place.first, "loss": place.loss, "norms": place.norms}
            checkpoint.save(arrays | {"states": np.asarray(place.states)}, values)

    for epoch in range(len(curve), cell.protocol["epochs"]):
        rate = rate_of(cell.protocol, epoch)
        seed = 1000 * cell.seed + epoch
        weights, perplexity, norm = training.train_epoch(shape, weights, rows, rate, seed, place, save)
        place = None
        curve.append([rate, perplexity, training.perplexity(shape, weights, valid), norm])
        told = dict(zip(("learning_rate", "train_perplexity", "valid_perplexity", "gradient_norm"), curve[-1], strict=True))
        checkpoint.watch(epoch + 1, **told)
    rates, trained, validated, norms = (list(column) for column in zip(*curve, strict=True))
    found = {
        "train_perplexity": trained[-1],
        "valid_perplexity": validated[-1],
        "test_perplexity": training.perplexity(shape, weights, test),
    }
    bits = {f"{part}_bits": float(np.log2(found[f"{part}_perplexity"])) for part in ("valid", "test")} if level == "character" else {}
    curves = {"curve_rates": rates, "curve_train": trained, "curve_valid": validated, "curve_norms": norms}
    diverged = not all(np.isfinite(value) for value in found.values())
    return {**found, **bits, **curves, "tokens": len(text), "diverged": diverged}


def report(found, folder):
    """Write the table, the learning curves and report.md."""
    from solutions.state_and_clipping.reporting import write

    write(found, folder)


REFERENCE = Reference(
    presets=PRESETS,
    order=4,
    operations=operations,
    train=train,
    report=report,
    prepare=prepare,
    warm_up=warm_up,
    resumes=True,
    packages=("numpy", "tensorflow"),
)
