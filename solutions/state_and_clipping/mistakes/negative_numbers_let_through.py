"""Takes whatever int() takes."""

FAILS = "has_a_message_for_each_mistake"
HINT = "in the digits 0 to 9 alone"

# %% answer_line
def answer_line(line, words, complete):
    parts = line.split()
    if not parts:
        return "error: N is missing"
    number, prompt = parts[0], parts[1:]
    try:
        int(number)
    except ValueError:
        return f"error: N must be a whole number, not '{number}'"
    if not prompt:
        return "error: the prompt is empty"
    for word in prompt:
        if word not in words:
            return f"error: unknown word '{word}'"
    return " ".join([*prompt, *complete(" ".join(prompt), int(number))])
