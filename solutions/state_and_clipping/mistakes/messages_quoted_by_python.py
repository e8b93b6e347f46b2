"""Quotes with !r, which takes other quotes around an apostrophe."""

FAILS = "finds_any_mistake"
HINT = "exact words of the messages"

# %% answer_line
def answer_line(line, words, complete):
    parts = line.split()
    if not parts:
        return "error: N is missing"
    number, prompt = parts[0], parts[1:]
    if not (number.isascii() and number.isdigit()):
        return f"error: N must be a whole number, not {number!r}"
    if not prompt:
        return "error: the prompt is empty"
    for word in prompt:
        if word not in words:
            return f"error: unknown word {word!r}"
    return " ".join([*prompt, *complete(" ".join(prompt), int(number))])
