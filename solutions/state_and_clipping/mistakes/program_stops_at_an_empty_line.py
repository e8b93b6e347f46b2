"""Takes an empty line for the end of the input."""

FAILS = "goes_on_after_a_mistake"
HINT = "only the end of the input ends the program"

# %% completion_program
def completion_program(lines, words, complete):
    for line in lines:
        if not line.strip():
            return
        yield answer_line(line, words, complete)
