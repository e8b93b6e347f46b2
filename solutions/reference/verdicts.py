"""A hypothesis of the original beside the verdict that our figures give."""

from dataclasses import dataclass

YES, NO, IN_PART, NOT_RUN = "yes", "no", "in part", "not run"


@dataclass(frozen=True)
class Hypothesis:
    """One claim, what the original made of it, and what ours says."""

    claim: str
    """what is claimed, in one sentence"""
    original: str
    """the original's verdict or figures, as published"""
    verdict: str
    """ours: one of the words above"""
    because: str = ""
    """the figures that the verdict rests on, or what would have to be run for one"""


def verdict(true, known=True):
    """Return the word for a truth value; NOT_RUN where it is not known."""
    if not known:
        return NOT_RUN
    return YES if true else NO


def section(hypotheses):
    """Return hypotheses as a numbered list in Markdown."""
    items = []
    for number, each in enumerate(hypotheses, 1):
        ours = f"Ours: **{each.verdict}**" + (f": {each.because}" if each.because else "")
        items.append(f"{number}. **{each.claim}** The original: {each.original}. {ours}.")
    return "\n".join(items)
