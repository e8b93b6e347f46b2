"""Which of a preset's cells --only keeps."""

from solutions.reference.errors import RunnerError


def keep_only(presets, texts):
    """Return the presets with the cells that are wanted, without presets that have none; never an empty list.

    Args:
        texts: such as "units=16,32". All names must hold; of a name that stands in several texts, the values of all are wanted.

    Raises:
        RunnerError: a text is malformed, or asks for what no cell of any preset has.
    """
    cells = [cell for preset in presets for cell in preset.cells]
    wanted = {}
    for text in texts:
        name, *words = _parts(text)
        wanted.setdefault(name, []).extend(_own_value(cells, name, word) for word in words)
    kept = [preset for preset in (preset.with_only(wanted) for preset in presets) if preset is not None]
    if not kept:
        asked = [f"{name}={','.join(map(str, values))}" for name, values in wanted.items()]
        raise RunnerError(f"no cell has {' and '.join(asked)}")
    return kept


def _parts(text):
    """Return a name and one value or more."""
    name, _, values = text.partition("=")
    parts = [part.strip() for part in (name, *values.split(","))]
    if not all(parts):
        raise RunnerError(f"expected --only NAME=VALUE[,VALUE...], such as units=16,32, got {text!r}")
    return parts


def _own_value(cells, name, word):
    """Return what a word means among the cells' own values: 1e-3 is 0.001."""
    values = dict.fromkeys(cell.parameters[name] for cell in cells if name in cell.parameters)
    if not values:
        known = dict.fromkeys(name for cell in cells for name in cell.parameters)
        raise RunnerError(f"no parameter {name!r}; known: {', '.join(known)}")
    for value in values:
        if word == str(value) or _number(word) == value:
            return value
    raise RunnerError(f"no cell with {name}={word!r}; known: {', '.join(map(str, values))}")


def _number(word):
    """Return the word as a number, or None."""
    try:
        return float(word)
    except ValueError:
        return None
