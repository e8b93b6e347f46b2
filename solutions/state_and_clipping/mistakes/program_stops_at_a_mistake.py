"""Ends at the first mistyped line."""

FAILS = "goes_on_after_a_mistake"
HINT = "it stops at the first mistyped line"

# %% completion_program
def completion_program(lines, words, complete):
    answers = []
    for line in lines:
        answers.append(answer_line(line, words, complete))
        if answers[-1].startswith("error"):
            break
    return answers
