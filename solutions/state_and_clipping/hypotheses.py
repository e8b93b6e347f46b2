"""What the original coursework expected of its language models, the anchor they are measured against, and what our runs say."""

from solutions.reference.verdicts import NOT_RUN, Hypothesis, verdict
from solutions.state_and_clipping.reference import ANCHORS, COURSE, ZAREMBA

AT_MOST = 121  # the test perplexity that still counts as "about 115"


def hypotheses(runs):
    """Return all of them with the verdicts of these runs."""
    return [anchor(runs), embedding_of_words(runs), layers_of_characters(runs)]


LUCK = "; one run each, and another seed may turn a small difference"


def mean(runs, value, **wanted):
    """Return the mean of a result over the runs with these parameters and protocol, None where there are none."""
    for name, needed in wanted.items():
        runs = runs[runs[name] == needed] if len(runs) else runs
    return float(runs[value].mean()) if len(runs) else None


def anchor(runs):
    """Zaremba's small model, trained to its end."""
    claim = "Zaremba's small model (2 × 200, 13 epochs) reaches a test perplexity of about 115."
    published = ANCHORS["Zaremba small, word"]
    original = f"the paper has {published}"
    ours = mean(treebank(runs), "test_perplexity", level="word", layers=2, units=200, embedding=200, dropout=ZAREMBA["dropout"])
    if ours is None:
        return Hypothesis(claim, original, NOT_RUN)
    return Hypothesis(claim, original, verdict(ours <= AT_MOST), f"{ours:.1f}, {ours / published - 1:+.1%}")


def embedding_of_words(runs):
    """Twice the embedding, everything else equal."""
    claim, original = "A larger embedding helps the word model.", "expected, no figures published"
    usual, larger = (
        mean(treebank(runs), "valid_perplexity", level="word", layers=2, embedding=size, dropout=COURSE["dropout"]) for size in (200, 400)
    )
    if usual is None or larger is None:
        return Hypothesis(claim, original, NOT_RUN)
    return Hypothesis(claim, original, verdict(larger < usual), f"validation perplexity {larger:.1f} with 400, {usual:.1f} with 200{LUCK}")


def layers_of_characters(runs):
    """Three layers over a small embedding beside two over a large one."""
    claim, original = "More layers with a smaller embedding help the character model.", "expected, no figures published"
    deep, wide = (
        mean(treebank(runs), "valid_bits", level="character", layers=layers, embedding=size) if "valid_bits" in runs else None
        for layers, size in ((3, 16), (2, 64))
    )
    if deep is None or wide is None:
        return Hypothesis(claim, original, NOT_RUN)
    because = f"{deep:.3f} bits a character with 3 layers and an embedding of 16, {wide:.3f} with 2 and 64, on the validation text{LUCK}"
    return Hypothesis(claim, original, verdict(deep < wide), because)


def treebank(runs):
    """Return the runs on Penn Treebank: a sample answers no question about it."""
    return runs[runs["data"] == "penn-treebank"] if len(runs) else runs
