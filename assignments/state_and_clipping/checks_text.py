"""State and clipping: public checks of tasks 23 to 27: temperature, drawing, completing."""

import numpy as np
from course_checks_model import log_softmax, random_model, zeros

from autograder.checks.expectations import advising, expect, expect_close, expect_equal, expect_shape, show
from autograder.checks.specification import check
from autograder.checks.wire import Scripted

# Task 23


def heated(logs, temperature):
    logs = np.asarray(logs, dtype=np.float64)
    if not temperature:
        return np.eye(logs.shape[-1])[logs.argmax(axis=-1)]
    return np.exp(log_softmax(logs / temperature))


def expect_heated(student, logs, temperature, on=""):
    found = student.with_temperature(logs, temperature)
    right = heated(logs, temperature)
    mistakes = {
        "the powers do not sum to 1 yet": lambda: np.exp(np.asarray(logs) / temperature),
        "this is p ** T: divide the log-probabilities by T": lambda: np.exp(log_softmax(np.asarray(logs) * temperature)),
        "these are logarithms: probabilities are asked for": lambda: log_softmax(np.asarray(logs) / temperature),
        "the sum goes over the wrong axis: each row sums to 1 by itself": lambda: (
            np.exp(np.asarray(logs) / temperature) / np.exp(np.asarray(logs) / temperature).sum(axis=0)
        ),
        "at temperature 0 everything is on the most probable word": np.exp(log_softmax(np.asarray(logs, dtype=float))),
        "of several most probable words the first one takes all": lambda: (
            (logs == np.max(logs, axis=-1, keepdims=True)) / (logs == np.max(logs, axis=-1, keepdims=True)).sum(axis=-1, keepdims=True)
        ),
    }
    hint = "divide the log-probabilities by T, subtract each row's largest, take the exponential, divide by the row's sum"
    if not temperature:
        mistakes = {text: value for text, value in mistakes.items() if "several" in text or "at temperature 0" in text}
        hint = "nothing can be divided by 0: temperature 0 is a case of its own, with a 1 at each row's largest log-probability"
    with np.errstate(all="ignore"):
        expect_close(found, right, "the probabilities", on, hint, mistakes)


LOGS = np.log(np.array([[0.5, 0.25, 0.25], [0.1, 0.3, 0.6]]))


@check(task="with_temperature", points=1)
def raises_to_the_power(student, rng):
    """raises the probabilities to the power 1 / T and makes each row sum to 1"""
    for temperature in (1.0, 0.5, 2.0):
        expect_heated(student, LOGS, temperature, f"rows [0.5, 0.25, 0.25] and [0.1, 0.3, 0.6], T = {temperature}")
    expect_heated(student, LOGS[0], 0.5, "one row alone, T = 0.5")


@check(task="with_temperature", points=1, after=raises_to_the_power)
def takes_the_best_at_zero(student, rng):
    """puts all on the most probable word at temperature 0"""
    expect_heated(student, LOGS, 0, "rows [0.5, 0.25, 0.25] and [0.1, 0.3, 0.6], T = 0")
    expect_heated(student, LOGS[1], 0.0, "one row alone, T = 0")
    expect_heated(student, np.log([0.2, 0.4, 0.4]), 0.0, "a row with two most probable words, T = 0")


# Task 24


def drawn(student, logs, temperature, seed):
    found = np.asarray(student.sample(logs, temperature, seed))
    expect_shape(found, (len(logs),), "the tokens", hint="one token for every row")
    expect(found.dtype.kind in "iu", f"the tokens are of type {found.dtype}", "tokens are whole numbers")
    good = ((found >= 0) & (found < np.shape(logs)[1])).all()
    expect(good, "a token is outside the vocabulary", "tokens run from 0 to vocabulary - 1")
    return found


def expect_frequencies(student, probabilities, temperature, seed, rows=20_000, on=""):
    """Fails if the tokens drawn for many rows alike are far from their probabilities, by chi squared.

    A right answer is as far by chance once in 10^12 times, where each word that can come is expected 200 times or more.
    """
    logs = np.tile(np.log(probabilities), (rows, 1))
    counts = np.bincount(drawn(student, logs, temperature, seed), minlength=len(probabilities))
    expected = rows * heated(np.log(probabilities), temperature)

    def distance(wanted):
        possible = wanted > 0
        return ((counts[possible] - wanted[possible]) ** 2 / wanted[possible]).sum() + 1e9 * counts[~possible].sum()

    limit = 60 + 3 * (expected > 0).sum()
    mistakes = {
        "every row gets the same token: draw for each row by itself": counts.max() == rows,
        "this is drawn without the temperature": distance(rows * heated(np.log(probabilities), 1.0)) < limit,
        "every word is drawn equally often, whatever its probability": distance(np.full(len(counts), rows / len(counts))) < limit,
    }
    hint = next((text for text, found in mistakes.items() if found), "draw with the probabilities that with_temperature gives")
    told = f"the words were drawn {show(counts.tolist())} times, expected about {show(expected.round().tolist())}"
    expect(distance(expected) < limit, told, hint, on)


@check(task="sample", points=1)
def draws_by_probability(student, rng):
    """draws each word as often as its probability says, for each row by itself"""
    with advising("with_temperature is Task 23: this task builds on it", about="with_temperature"):
        expect_frequencies(student, np.array([0.5, 0.3, 0.2]), 1.0, 5, 2000, "2,000 rows of [0.5, 0.3, 0.2], T = 1")
        expect_frequencies(student, np.array([0.6, 0.1, 0.3]), 2.0, 6, on="20,000 rows of [0.6, 0.1, 0.3], T = 2")
    logs = np.log(rng.dirichlet(np.ones(4), 6))
    hint = "at temperature 0 each row's most probable token"
    expect_equal(drawn(student, logs, 0, 1), logs.argmax(axis=-1), "the tokens at temperature 0", hint=hint)


@check(task="sample", points=1, after=draws_by_probability)
def follows_its_seed(student, rng):
    """draws the same for the same seed, and otherwise for another"""
    logs = np.tile(np.log([0.25, 0.25, 0.25, 0.25]), (40, 1))
    first, again, other = (drawn(student, logs, 1.0, seed).tolist() for seed in (3, 3, 4))
    expect(first == again, "the same seed gives other tokens", "np.random.default_rng(seed), and no other source of chance")
    expect(first != other, "another seed gives the same tokens", "is the seed that is handed in the one that is used?")


# Task 25


def words_of(count, rng):
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = set()
    while len(words) < count:
        words.add("".join(rng.choice(letters, 4)))
    return sorted(words, key=lambda word: word[::-1])


def greedy(oracle, tokens, n, layers, units, chosen=np.argmax, reset=False, reread=False):
    """The most probable continuation, and the least margin of any choice; the arguments after `chosen` make known mistakes."""
    logs, states = oracle.run(np.array([tokens]), zeros(1, layers, units))
    found, margin = [], np.inf
    while len(found) < n:
        best = np.sort(logs[0, -1])
        margin = min(margin, best[-1] - best[-2])
        found.append(int(chosen(logs[0, -1])))
        if reset:
            states = zeros(1, layers, units)
        if reread:
            logs, states = oracle.run(np.array([[*tokens, *found]]), states)
        else:
            logs, states = oracle.run(np.array([[found[-1]]]), states)
    return found, margin


def expect_completion(student, rng, vocabulary, prompt_length, n, on="", layers=2):
    """Fails unless the greedy completion is that of one full run; ties are avoided."""
    tokens = rng.choice(vocabulary, prompt_length).tolist()

    def continuations(oracle):
        right, margin = greedy(oracle, tokens, n, layers, 4)
        return right, margin, {
            "only the last word of the prompt was read: the earlier ones warm the state": greedy(oracle, tokens[-1:], n, layers, 4)[0],
            "the state is reset after every word: carry it": greedy(oracle, tokens, n, layers, 4, reset=True)[0],
            "the text was read again with a state that had read it already: read each word once": greedy(
                oracle, tokens, n, layers, 4, reread=True
            )[0],
            "a word was read twice": greedy(oracle, [*tokens, tokens[-1]], n, layers, 4)[0],
            "the least probable word was taken": greedy(oracle, tokens, n, layers, 4, chosen=np.argmin)[0],
        }  # fmt: skip

    def tells_apart(oracle):
        right, margin, wrong = continuations(oracle)
        return margin > 0.01 and len({str(found) for found in (right, *wrong.values())}) == len(wrong) + 1

    with advising("build_language_model is Task 16: this task builds on it"):
        model, oracle = random_model(student, rng, vocabulary, 2.0, suits=tells_apart, embedding_size=3, units=4, layers=layers)
    right, _, wrong = continuations(oracle)
    words = words_of(vocabulary, rng)
    prompt = " ".join(words[token] for token in tokens)
    found = student.complete(prompt, n, model, words)
    expect(isinstance(found, list | tuple | np.ndarray), f"the result is {show(found)}", "return the list of the new words")
    found = [str(word) for word in found]
    mistakes = {text: [words[token] for token in tokens_] for text, tokens_ in wrong.items()}
    mistakes["the prompt's words are in the list: only the new ones are asked for"] = [words[token] for token in (*tokens, *right)]
    hint = "read the whole prompt from zero states; take the log-probabilities after its last word; then read each new word once"
    expect_equal(found, [words[token] for token in right], "the new words", on, hint, mistakes)


@check(task="complete", points=1)
def continues_greedily(student, rng):
    """reads the whole prompt, then each new word once, and takes the most probable word each time"""
    expect_completion(student, rng, 8, 4, 4, "a prompt of 4 words, n=4, a model with random weights")


@check(task="complete", points=1, after=continues_greedily)
def gives_as_many_as_it_is_told(student, rng):
    """gives n words, none for n = 0, whatever blanks the prompt has"""
    model, _ = random_model(student, rng, 8, 1.0)
    words = words_of(8, rng)
    for n in (0, 1, 3):
        found = student.complete(f" {words[0]}   {words[1]} ", n, model, words)
        expect_equal(len(found), n, "the number of new words", f"n={n}", "a new word is drawn n times")


# Task 26

VOCABULARY = ["the", "cat", "sat", "on", "it's", "<eos>", "5"]
NONE = "error: N is missing"
EMPTY = "error: the prompt is empty"


def no_number(word):
    return f"error: N must be a whole number, not '{word}'"


def unknown(word):
    return "error: unknown word " + f"'{word}'"


LINES = {
    "": NONE,
    "   \n": NONE,
    "two the cat\n": no_number("two"),
    "2.5 the": no_number("2.5"),
    "-1 the": no_number("-1"),
    "the cat": no_number("the"),
    "5": EMPTY,
    "12  \n": EMPTY,
    "x": no_number("x"),
    "x qwx": no_number("x"),
    "2 the qwx zzz\n": unknown("qwx"),
    "2 The cat": unknown("The"),
    "2 the cat\n": "the cat sat on",
    "  1   cat\tthe  \n": "cat the on",
    "0 the": "the",
}


def scripted_completion():
    return Scripted(("prompt", "n"), ((("the cat", 2), ["sat", "on"]), (("cat the", 1), ["on"]), (("the", 0), []), (("5", 5), ["the"])))


def expect_answer(found, wanted, line):
    hint = "look the order and the exact words of the messages up in the table above"
    on = f"the line {line!r}"
    expect(isinstance(found, str), f"the answer is {show(found)}, not a text", hint, on)
    if isinstance(wanted, str) and wanted in ("the cat sat on", "cat the on", "the"):
        hint = "the prompt's words and the new ones, one blank between any two"
    mistakes = {
        "the answer has a line end": wanted + "\n",
        "the prompt belongs to the answer, too": "sat on" if wanted == "the cat sat on" else wanted + " ",
        "the first unknown word is named, not the last": unknown("zzz"),
        "words are compared as they are: upper and lower case differ": "the cat sat on" if "The" in line else None,
    }
    expect_equal(found, wanted, "the answer", on, hint, mistakes)


def expect_answers(student, lines, words=VOCABULARY, complete=None):
    for line, wanted in lines.items():
        hint = "call complete(prompt, n) with the prompt as one text with single blanks, and n as an int"
        if wanted.startswith("error"):
            hint = "this line is mistyped: find that out before int() or complete is called; N is written in the digits 0 to 9 alone"
        with advising(hint, about="raised"):
            found = student.answer_line(line, words, complete or scripted_completion())
        expect_answer(found, wanted, line)


@check(task="answer_line", points=1)
def completes_a_good_line(student, rng):
    """answers a good line with prompt and new words, one blank between any two"""
    expect_answers(student, {line: answer for line, answer in LINES.items() if not answer.startswith("error")})


@check(task="answer_line", points=1)
def has_a_message_for_each_mistake(student, rng):
    """answers each kind of mistyped line with its own message"""
    expect_answers(student, {line: answer for line, answer in LINES.items() if answer.startswith("error")})


# Task 27


def all_answers(found):
    if getattr(found, "kind", "") == "iterator":
        found = found.next(1000)
    expect(isinstance(found, list | tuple), f"the result is {show(found)}", "yield each answer, or return the list of them")
    return list(found)


def expect_program(student, lines, wanted, on="", complete=None, words=VOCABULARY):
    with advising("call answer_line(line, words, complete) for every line, and go on whatever it answers", about="raised"):
        found = all_answers(student.completion_program(lines, words, complete or scripted_completion()))
    own = [student.answer_line(line, words, complete or scripted_completion()) for line in lines]
    blank = lines.index("") if "" in lines else 0
    mistakes = {
        "it stops at the first mistyped line: answer it and go on": next(
            (wanted[: place + 1] for place, answer in enumerate(wanted) if answer.startswith("error")), None
        ),
        "an empty line is answered like any other; only the end of the input ends the program": wanted[:blank],
        "answer mistyped lines, too": [answer for answer in wanted if not answer.startswith("error")],
    }
    if found != own:  # answer_line may be wrong, and Task 26 has told
        expect_equal(found, wanted, "the list of the answers", on, "one answer a line, in order, until there are no lines left", mistakes)


@check(task="completion_program", points=1)
def goes_on_after_a_mistake(student, rng):
    """answers every line in order, and goes on after a mistyped one"""
    lines = ["2 the cat\n", "two the\n", "1 cat the\n", "", "5"]
    expect_program(student, lines, ["the cat sat on", no_number("two"), "cat the on", NONE, EMPTY], "five lines, three of them mistyped")
    expect_program(student, [], [], "no lines")
