"""Takes everything that isdigit() for a number."""

FAILS = "finds_any_mistake"
HINT = "in the digits 0 to 9 alone"

# %% answer_line
def answer_line(line, words, complete):
    parts = line.split()
    if not parts:
        return "error: N is missing"
    number, prompt = parts[0], parts[1:]
    if not number.isdigit():
        return f"error: N must be a whole number, not '{number}'"
    if not prompt:
        return "error: the prompt is empty"
    for word in prompt:
        if word not in words:
            return f"error: unknown word '{word}'"
    return " ".join([*prompt, *complete(" ".join(prompt), int(number))])
