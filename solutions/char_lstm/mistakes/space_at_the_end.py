"""Counts a as 0 and the space as 26."""

FAILS = "numbers_the_alphabet"
HINT = "a is 1, not 0"

# %% characters
def char2id(character):
    if character == ' ':
        return 26
    if character in 'abcdefghijklmnopqrstuvwxyz':
        return ord(character) - ord('a')
    print(f'unexpected character {character}, taken for a space')
    return 0

def id2char(number):
    return 'abcdefghijklmnopqrstuvwxyz '[number]
