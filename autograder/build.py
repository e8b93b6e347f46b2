"""solutions/NAME/ -> assignments/NAME/ and the bundle that a student receives. Pure: the same source gives the same bytes."""

import ast
import io
import re
import zipfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.assignment import Assignment
from autograder.errors import SourceError
from autograder.release import make_release, solution_lines
from autograder.source import read_source
from autograder.unpack import with_unpacking

ENGINE = "autograder"
LOADERS = "datasets"
NOT_RELEASED = {"__pycache__", ".ipynb_checkpoints"}
"""Folders that Python and Jupyter leave beside a release; git ignores them."""
MAGIC = re.compile(r"^(\s*)[%!].*$", re.MULTILINE)
"""A line of a cell that is IPython's and no Python."""
ZIP_TIME = (2020, 1, 1, 0, 0, 0)
"""The time that every file in a bundle carries, so that two bundles of one source are the same bytes."""


def instructor_notebook(assignment: Assignment) -> NotebookNode:
    """The notebook with its solutions.

    Raises:
        SourceError, SpecificationError: see read_source and load_specification.
    """
    return with_unpacking(read_source(_read(assignment.source), assignment.specification()), assignment.name)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def release_files(assignment: Assignment) -> dict[str, bytes]:
    """What stands in assignments/NAME/: each file's name and bytes.

    Raises:
        SourceError, LeakError, SpecificationError: the source is not fit to be released.
    """
    notebook = instructor_notebook(assignment)
    files = {f"{assignment.name}.ipynb": notebook_bytes(make_release(notebook))}
    secret = solution_lines(notebook)
    for path in (*assignment.released_checks, assignment.solutions / "README.md"):
        text = _read(path)
        for line in text.splitlines():
            if line.strip() in secret:
                raise SourceError(f"{path.name} holds a line of a solution: {line.strip()}")
        files[path.name] = text.encode()
    return files


def write_release(assignment: Assignment) -> list[Path]:
    """Builds assignments/NAME/ and removes what no longer belongs there."""
    files = release_files(assignment)
    assignment.released.mkdir(parents=True, exist_ok=True)
    for path in stale_files(assignment, files):
        name = path.relative_to(assignment.released).as_posix()
        if name in files:
            path.write_bytes(files[name])
        else:
            path.unlink()
    return [assignment.released / name for name in files]


def stale_files(assignment: Assignment, files: dict[str, bytes]) -> list[Path]:
    """The paths in assignments/NAME/ that differ from what the source builds: changed, missing, or not built by it."""
    there = {path.relative_to(assignment.released) for path in assignment.released.rglob("*") if path.is_file()}
    names = {name.as_posix() for name in there if not NOT_RELEASED & set(name.parts)} | set(files)
    paths = {name: assignment.released / name for name in sorted(names)}
    return [path for name, path in paths.items() if name not in files or not path.is_file() or path.read_bytes() != files[name]]


def public_files(assignment: Assignment, files: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """Everything a student receives, by its path in the bundle: release, loaders, public half of the engine."""
    files = dict(release_files(assignment) if files is None else files)
    notebook = nbformat.reads(files[f"{assignment.name}.ipynb"].decode(), as_version=4)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    code += [content.decode() for name, content in files.items() if name.endswith(".py")]
    loaders = _loaders_needed(assignment.root / LOADERS, code)
    paths = [assignment.root / ENGINE / "__init__.py", *sorted((assignment.root / ENGINE / "checks").glob("*.py"))]
    if loaders:
        paths.append(assignment.root / LOADERS / "__init__.py")
    for loader in sorted(loaders):
        paths += _loader_files(assignment.root / LOADERS, loader)
    for path in paths:
        files[path.relative_to(assignment.root).as_posix()] = path.read_bytes()
    return dict(sorted(files.items()))


def bundle(assignment: Assignment) -> bytes:
    """The zip that a student receives: one folder, NAME/, whole and runnable alone."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in public_files(assignment).items():
            entry = zipfile.ZipInfo(f"{assignment.name}/{name}", ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it is built
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """A notebook as Jupyter itself writes it."""
    return (nbformat.writes(notebook, version=4).rstrip("\n") + "\n").encode()


def _loaders_needed(folder: Path, code: list[str]) -> set[str]:
    """The loaders that pieces of code import, and those that these import in turn."""
    needed: set[str] = set()
    waiting = {name for text in code for name in _loaders_imported(text)}
    while waiting:
        loader = waiting.pop()
        if not (folder / f"{loader}.py").is_file():
            raise SourceError(f"a file for students imports datasets.{loader}, which does not exist")
        needed.add(loader)
        waiting |= _loaders_imported(_read(folder / f"{loader}.py")) - needed
    return needed


def _loaders_imported(code: str) -> set[str]:
    """The names X of `from datasets import X` and `import datasets.X`; a cell in another language has none."""
    try:
        tree = ast.parse(MAGIC.sub(r"\1pass", code))
    except SyntaxError:
        return set()
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == LOADERS:
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{LOADERS}."):
            names.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith(f"{LOADERS}.")}
    return names


def _loader_files(folder: Path, loader: str) -> list[Path]:
    """A loader's own file, its card and its sample."""
    return [folder / f"{loader}.py", *sorted(folder.glob(f"{loader}.md")), *sorted(folder.glob(f"{loader}_sample.*"))]
