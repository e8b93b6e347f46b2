"""What a grid costs, by counting its operations: on cards that nobody here has, and on this machine by what it has shown."""

PEAKS = {"T4": 8.1e12, "A100": 19.5e12, "H100": 67e12}
"""Float32 operations a second outside of the tensor cores, by NVIDIA's data sheets (T4 2018, A100 2020, H100 SXM 2022)."""
SHARE = 0.2
"""Of its peak that a card is taken to reach: a recurrent layer is a chain of small products. An assumption, not a measurement."""


def rows(preset):
    """Return [(value of the first parameter, its cells)] of a preset, and all of its cells as the last entry."""
    parts = {}
    for cell in preset.cells:
        name, value = next(iter(cell.parameters.items()))
        parts.setdefault(f"{name} {value}", []).append(cell)
    return [*parts.items(), ("all", list(preset.cells))]


def seconds_on(card, operations):
    """Return how long a card should take, by count."""
    return operations / (SHARE * PEAKS[card])
