"""Takes other characters for spaces without a word."""

FAILS = "warns_of_other_characters"
HINT = "silence hides bent data"

# %% characters
def char2id(character):
    if character == ' ':
        return 0
    if character in 'abcdefghijklmnopqrstuvwxyz':
        return ord(character) - ord('a') + 1
    return 0

def id2char(number):
    return ' abcdefghijklmnopqrstuvwxyz'[number]
