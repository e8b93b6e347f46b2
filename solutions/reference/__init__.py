"""The runner of reference grids: one file a cell, resumable, and reports made from cells alone.

It knows cells, presets, running, storing, progress, tables and figures, and nothing of any assignment: what is particular
stands in solutions/<assignment>/reference.py as one `REFERENCE = Reference(...)` (plan.py says what that holds).

    python -m solutions.reference run mnist_sweep --preset demo
    python -m solutions.reference status mnist_sweep
    python -m solutions.reference report mnist_sweep
"""
