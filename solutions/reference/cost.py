"""What a grid costs, by counting its operations: on cards that nobody here has, and on this machine by what it has shown."""

PEAKS = {"T4": 8.1e12, "A100": 19.5e12, "H100": 67e12}
"""Float32 operations a second outside of the tensor cores, by NVIDIA's data sheets (T4 2018, A100 2020, H100 SXM 2022)."""
SHARE = 0.2
"""Of its peak that a card is taken to reach: a recurrent layer is a chain of small products. An assumption, not a measurement."""


def rows(reference, preset):
    """Return [(value of the first parameter, cells, operations)] of a preset, and the same of all as the last entry."""
    parts = {}
    for cell in preset.cells:
        name, value = next(iter(cell.parameters.items()))
        count, operations = parts.get((name, value), (0, 0.0))
        parts[name, value] = count + 1, operations + reference.operations(cell)
    total = len(preset.cells), sum(operations for _, operations in parts.values())
    return [(f"{name} {value}", *both) for (name, value), both in parts.items()] + [("all", *total)]


def seconds_on(card, operations):
    """Return how long a card should take, by count."""
    return operations / (SHARE * PEAKS[card])
