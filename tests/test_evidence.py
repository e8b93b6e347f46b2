"""Measurements made at home on a text or on images that the grader may not have: judged where it has them, and never taken on trust."""

import zlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from autograder.assignment import find_assignment, find_root
from autograder.checks.agent import Agent
from autograder.checks.expectations import CannotTell, CheckFailure
from autograder.checks.outcomes import Outcome, TaskReport
from autograder.checks.report import as_html
from autograder.checks.runner import run_check
from autograder.checks.student import Student

ROOT = find_root()
HISTORY = ROOT / "solutions" / "state_and_clipping" / "handed_in" / "history.csv"
REAL_PREFIX = ROOT / "../shared/data/text8_prefix.zip"
SWEEP = ROOT / "solutions" / "char_lstm" / "handed_in" / "sweep.csv"


def student_of(**namespace):
    return Student(Agent(namespace).answer)


def checks_of(name):
    return {check.name: check for check in find_assignment(name, ROOT).specification().checks}


@pytest.fixture(scope="module")
def language():
    return checks_of("state_and_clipping")


@pytest.fixture(scope="module")
def characters():
    return checks_of("char_lstm")


def claim(data, valid_perplexity, weights):
    """A student who claims that training on some data gave these weights."""
    history = pd.read_csv(HISTORY).assign(data=data)
    history.loc[history.index[-1], "valid_perplexity"] = valid_perplexity
    arrays = {f"weight_{place}": weight for place, weight in enumerate(weights)}
    seed = np.array(history["seed"][0])
    return student_of(history=history, answers={"best_epoch": 8}, weights={"seed": seed} | arrays)


def random_weights(vocabulary, rng):
    shapes = [(vocabulary, 64), (64, 256), (64, 256), (256,), (64, 256), (64, 256), (256,), (64, vocabulary), (vocabulary,)]
    return [0.1 * rng.normal(size=shape).astype("float32") for shape in shapes]


@pytest.fixture
def wikitext(language, monkeypatch):
    """The grader has a copy of WikiText-2: words whose next one is mostly known, so that counting them is not hard to beat."""
    words = [f"word{place * place % 97}" for place in range(9000)]
    inside = language["comes_with_the_weights_of_that_training"].function.__globals__
    inside["text_of"].cache_clear()
    monkeypatch.setitem(inside, "words_of", lambda data: [words[:5000], words[5000:7000], words[7000:]])
    yield inside["text_of"]("wikitext-2")
    inside["text_of"].cache_clear()


def judged(check, student):
    return run_check(check, student, 1, {})


def test_a_history_of_a_text_that_the_grader_has_not_is_not_taken_on_trust(language, monkeypatch):
    inside = language["comes_with_the_weights_of_that_training"].function.__globals__
    inside["text_of"].cache_clear()
    monkeypatch.setitem(inside, "words_of", lambda data: None)
    student = claim("wikitext-2", 150.0, random_weights(1500, np.random.default_rng(0)))
    assert judged(language["comes_with_a_whole_history"], student).outcome is Outcome.PASSED
    result = judged(language["comes_with_the_weights_of_that_training"], student)
    assert result.outcome is Outcome.GRADER_ERROR and result.earned == 0
    assert "trained on wikitext-2, which this machine does not have" in result.evidence.problem


@pytest.mark.parametrize("told", [20.0, None])
def test_random_weights_are_refused_whatever_perplexity_is_claimed(language, wikitext, told):
    """None: the true one of these weights."""
    vocabulary, (_, valid, _), counting = wikitext
    weights = random_weights(vocabulary, np.random.default_rng(0))
    inside = language["comes_with_the_weights_of_that_training"].function.__globals__
    true = inside["perplexity_of"](inside["Oracle"](weights, vocabulary, **inside["SIZES"]), valid)
    assert true > counting
    result = judged(language["comes_with_the_weights_of_that_training"], claim("wikitext-2", told or true, weights))
    assert result.outcome is Outcome.FAILED
    assert ("claimed validation perplexity" if told else "worse than counting words does") in result.evidence.problem


def test_weights_that_have_learnt_pass_on_another_text(language, wikitext):
    """The softmax layer's bias alone, set from the words' counts and made sharper by the words that follow one another."""
    vocabulary, (train, valid, _), counting = wikitext
    weights = [np.zeros_like(weight) for weight in random_weights(vocabulary, np.random.default_rng(0))]
    shares = np.bincount(np.concatenate([train.ravel(), valid.ravel()]), minlength=vocabulary) + 1e-3
    weights[-1] = np.log(shares / shares.sum()).astype("float32")
    inside = language["comes_with_the_weights_of_that_training"].function.__globals__
    true = inside["perplexity_of"](inside["Oracle"](weights, vocabulary, **inside["SIZES"]), valid)
    assert true < counting
    result = judged(language["comes_with_the_weights_of_that_training"], claim("wikitext-2", true, weights))
    assert result.outcome is Outcome.PASSED, result.evidence


@pytest.mark.parametrize("data", ["shakespeare", "pydoc-text 2.7", "", 7])
def test_a_history_of_an_unknown_text_is_refused(language, data):
    result = judged(language["comes_with_a_whole_history"], claim(data, 150.0, []))
    assert result.outcome is Outcome.FAILED and "no data set of the notebook's" in result.evidence.problem


@pytest.mark.parametrize("data", ["text8", "text8-prefix", "pydoc-text"])
def test_a_table_that_was_not_made_from_the_text_it_names_is_refused(characters, data):
    table = pd.read_csv(SWEEP).assign(data=data, checksum=1)
    result = judged(characters["hands_in_a_whole_table"], student_of(frame=table))
    assert result.outcome is Outcome.FAILED and f"not made from {data}" in result.evidence.problem


@pytest.mark.skipif(not REAL_PREFIX.exists(), reason="no ../shared/data/text8_prefix.zip")
def test_text8s_beginning_has_the_checksum_that_is_asked_for(characters, monkeypatch):
    monkeypatch.setenv("COURSE_DATA_DIR", str(REAL_PREFIX.parent))
    inside = characters["states_the_right_perplexity"].function.__globals__
    text = inside["text_of"].__globals__["beginning"].__wrapped__("text8")
    assert zlib.crc32(text[:201_000].encode()) == inside["checksum"]("text8")


def test_without_text8_a_table_of_it_is_not_judged(characters, monkeypatch):
    inside = characters["comes_out_again"].function.__globals__
    reference = inside["text_of"].__globals__
    monkeypatch.setitem(reference, "beginning", lambda source: None)
    with pytest.raises(CannotTell, match="text8, which this machine does not have"):
        reference["text_of"]("text8")
    table = pd.read_csv(SWEEP).assign(data="text8", checksum=reference["TEXT8_CHECKSUM"])
    result = judged(characters["comes_out_again"], student_of(frame=table))
    assert result.outcome is Outcome.GRADER_ERROR and result.earned == 0


def test_what_cannot_be_judged_says_so_to_students_and_a_broken_check_keeps_its_inputs(toy):
    """A check's own exception may hold inputs of hidden checks; a reason that a check gives does not."""

    def cannot(student, rng):
        raise CannotTell("the text is not here")

    def breaks(student, rng):
        raise RuntimeError("secret 42")

    hidden = next(check for check in toy.specification().checks if check.hidden)
    told = []
    for function in (cannot, breaks):
        result = run_check(replace(hidden, function=function), student_of(), 1, {})
        assert result.outcome is Outcome.GRADER_ERROR
        told.append(as_html(TaskReport("mean", "Mean", 1.0, (result,))))
    assert "the text is not here; it is graded by hand" in told[0]
    assert "secret" not in told[1] and "does not count against you" in told[1]


def test_a_failure_is_still_a_failure(characters):
    with pytest.raises(CheckFailure):
        characters["hands_in_a_whole_table"].function(student_of(frame=None), np.random.default_rng(0))


@pytest.fixture(scope="module")
def digits():
    return checks_of("mnist_sweep")


@pytest.mark.parametrize("way", ["raises", "looks the table up", "looks it up where it is given the digits of the table"])
def test_a_table_that_only_the_students_own_word_stands_for_is_graded_by_hand(digits, monkeypatch, way):
    check = digits["comes_out_again"]
    frame = pd.read_csv(ROOT / "solutions" / "mnist_sweep" / "handed_in" / "sweep.csv")
    nothing = ((np.zeros((40, 28, 28), np.float32), np.zeros(40, int)),) * 2
    monkeypatch.setitem(check.function.__globals__, "home_digits", lambda edition: nothing)

    def run_cell(units, learning_rate, data, batch_size=100, epochs=1, seed=None):
        if way == "raises":
            raise ValueError("later")
        if "digits" in way and len(data[1][1]) != 40:
            return {"train_accuracy": 0.1, "test_accuracy": 0.1, "train_loss": 2.4}
        row = frame[(frame["units"] == units) & np.isclose(frame["learning_rate"], learning_rate)].iloc[0]
        return {name: float(row[name]) for name in ("train_accuracy", "test_accuracy", "train_loss")}

    student = student_of(frame=frame, run_cell=run_cell, build_model=run_cell, answers={"best_cell": (16, 0.001)})
    result = judged(check, student)
    assert result.outcome is Outcome.GRADER_ERROR and result.earned == 0, result.evidence
    assert "cannot be judged by build_model and run_cell" in result.evidence.problem


def test_the_accuracy_on_the_test_images_can_be_told_from_that_among_others(digits):
    """Whatever a network answers, as long as it answers the same to the same image."""
    inside, rng = digits["comes_out_again"].function.__globals__, np.random.default_rng(0)
    images, labels = rng.random((240, 28, 28), dtype=np.float32), rng.integers(0, 10, 240)
    truth = dict(zip(images[:, 0, 0].tolist(), labels, strict=True))
    for share in (0.0, 0.3, 1.0):
        answers = {image: label if rng.random() < share else (label + 1) % 10 for image, label in truth.items()}

        def run_cell(units, learning_rate, data, seed, answers=answers):
            right = [answers[image] == label for image, label in zip(data[1][0][:, 0, 0].tolist(), data[1][1], strict=True)]
            return {"train_accuracy": 0.1, "test_accuracy": float(np.mean(right)), "train_loss": 2.3}

        found = inside["figures_again"](student_of(run_cell=run_cell), rng, (16, 0.001), ((images, labels),) * 2, 1)
        assert found["test_accuracy"] == pytest.approx(np.mean([answers[image] == label for image, label in truth.items()]), abs=1e-9)
