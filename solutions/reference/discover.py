"""Find the assignments that have a reference.py, and load one."""

import importlib
import importlib.util
import sys
from pathlib import Path

from solutions.reference.errors import RunnerError, one_line
from solutions.reference.plan import Reference

SOLUTIONS = Path(__file__).resolve().parents[1]


def assignments(solutions=SOLUTIONS):
    """Return the names of the folders that hold a reference.py."""
    return sorted(path.parent.name for path in Path(solutions).glob("*/reference.py"))


def load(name, solutions=SOLUTIONS):
    """Return the assignment's REFERENCE.

    Raises:
        RunnerError: there is no such assignment, or its reference.py cannot be imported.
    """
    known = assignments(solutions)
    if name not in known:
        raise RunnerError(f"no assignment {name!r} with a reference.py; known: {', '.join(known) or 'none'}")
    try:
        reference = _module(name, Path(solutions)).REFERENCE
    except Exception as error:
        raise RunnerError(f"cannot load the reference of {name}: {one_line(error)}") from error
    if not isinstance(reference, Reference):
        raise RunnerError(f"{name}: expected REFERENCE to be a Reference, got {type(reference).__name__}")
    return reference


def _module(name, solutions):
    if solutions.resolve() == SOLUTIONS:
        return importlib.import_module(f"solutions.{name}.reference")
    path = solutions.resolve() / name / "reference.py"
    module_name = f"_reference_{name}_{abs(hash(path))}"  # a name per file: workers may see several folders in one life
    if module_name not in sys.modules:
        spec = importlib.util.spec_from_file_location(module_name, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[module_name] = module
    return sys.modules[module_name]
