"""Warns, but does not say of what."""

FAILS = "warns_of_other_characters"
HINT = "a line that holds the character itself"

# %% characters
def char2id(character):
    if character == ' ':
        return 0
    if character in 'abcdefghijklmnopqrstuvwxyz':
        return ord(character) - ord('a') + 1
    print(f'unexpected character')
    return 0

def id2char(number):
    return ' abcdefghijklmnopqrstuvwxyz'[number]
