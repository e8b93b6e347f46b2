"""Lowers the line first."""

FAILS = "has_a_message_for_each_mistake"
HINT = "upper and lower case differ"

# %% answer_line
def answer_line(line, words, complete):
    parts = line.lower().split()
    if not parts:
        return "error: N is missing"
    number, prompt = parts[0], parts[1:]
    if not (number.isascii() and number.isdigit()):
        return f"error: N must be a whole number, not '{number}'"
    if not prompt:
        return "error: the prompt is empty"
    for word in prompt:
        if word not in words:
            return f"error: unknown word '{word}'"
    return " ".join([*prompt, *complete(" ".join(prompt), int(number))])
