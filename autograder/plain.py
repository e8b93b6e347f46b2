"""Text that students made, fit for a terminal and for a line of a message: printable, on one line, of a sane length."""

MOST = 120


def one_line(text: object, most: int = MOST) -> str:
    """The text with every character that a terminal would obey (escapes, line ends, marks that turn the direction) replaced."""
    text = str(text)
    shown = "".join(character if character.isprintable() else "�" for character in text[: most + 1])
    return shown if len(text) <= most else shown[: most - 1] + "…"
