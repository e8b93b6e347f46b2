"""Takes capitals for the small letters."""

FAILS = "warns_of_other_characters"
HINT = "neither the space nor a to z"

# %% characters
def char2id(character):
    character = character.lower()
    if character == ' ':
        return 0
    if character in 'abcdefghijklmnopqrstuvwxyz':
        return ord(character) - ord('a') + 1
    print(f'unexpected character {character}, taken for a space')
    return 0

def id2char(number):
    return ' abcdefghijklmnopqrstuvwxyz'[number]
