"""A submitted folder -> a notebook that is fit to be run: whole, in order, without outputs, whatever was handed in."""

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.errors import SubmissionError

MAX_NOTEBOOK_BYTES = 400 * 2**20
"""Largest notebook file that is read, outputs and all."""
MAX_CELLS = 2000
MAX_SOURCE = 2**20
"""Most characters of one cell."""
MARKUP = re.compile(r"<(?=[a-z/!?])|&(?=#?\w+;)|(?:javascript|attachment)(?=\\*:)|!(?=\[)", re.IGNORECASE)
"""Where text in a Markdown cell begins to be HTML, a link that runs script, or a picture."""
PICTURE = re.compile(r"!\u200b(\[[^\[\]\n]*\]\()(?:attachment\u200b:([\w.-]+)|(\w[\w./-]*\.(?:png|jpe?g|gif)))\)", re.ASCII | re.IGNORECASE)
"""A picture whose mark was taken away: pasted into the cell, or a file handed in. One from elsewhere would tell its owner who looks."""
PICTURES = ("image/png", "image/jpeg", "image/gif")
"""The kinds of pasted pictures that are kept."""
MAX_PICTURE = 4 * 2**20
"""Most characters of one (base64)."""


@dataclass(frozen=True)
class Submission:
    """What is graded of one student."""

    notebook: NotebookNode
    """The notebook, restored: every released cell once, in its place."""
    notes: tuple[str, ...]
    """What was found and mended, as facts."""


def read_submission(folder: Path, name: str, released: NotebookNode) -> Submission:
    """Reads and restores a submission.

    Args:
        folder: the student's folder, submitted/STUDENT/NAME.
        name: the assignment's name; its notebook is NAME.ipynb.
        released: the notebook as students received it.

    Raises:
        SubmissionError: there is no notebook, or it cannot be read.
    """
    path, notes = _find_notebook(folder, name)
    notebook = _read_notebook(path)
    restored, mended = restore(notebook, released)
    return Submission(restored, (*notes, *mended))


def restore(notebook: NotebookNode, released: NotebookNode) -> tuple[NotebookNode, tuple[str, ...]]:
    """Puts the released cells back: locked ones as they were, the student's answers in their places.

    A student's own cells stay after the released cell that they followed. Of a cell that stands twice, the first counts.

    Returns:
        A new notebook without outputs, and what was mended.
    """
    notes: list[str] = []
    answers: dict[str, NotebookNode] = {}
    extras: dict[str | None, list[NotebookNode]] = {None: []}
    anchor = None
    find = _Finder(released)
    for cell in notebook.cells:
        place = find(cell)
        if place is None:
            number = sum(map(len, extras.values())) + 1
            extras.setdefault(anchor, []).append(_take_markup(_clean(cell, f"extra-{number}"), cell))
        elif place in answers:
            notes.append(f"cell {place} stands more than once; the first counts")
        else:
            answers[place] = cell
            anchor = place
    if list(answers) != [master["id"] for master in released.cells if master["id"] in answers]:
        notes.append("the cells were in another order; they were put back")
    cells = list(extras[None])
    for master in released.cells:
        cells.append(_restored(master, answers.get(master["id"]), notes))
        cells += extras.get(master["id"], [])
    new = nbformat.v4.new_notebook(metadata=copy.deepcopy(dict(released.metadata)), cells=cells)
    return new, tuple(notes)


class _Finder:
    """Tells which released cell a submitted one is: by grade_id, by cell id, or, where a tool dropped the ids, by its text."""

    def __init__(self, released: NotebookNode) -> None:
        self.graded = {_grade_id(cell): cell["id"] for cell in released.cells if _grade_id(cell)}
        self.plain = {cell["id"] for cell in released.cells if not _grade_id(cell)}
        self.texts = {(cell.cell_type, cell.source.strip()): cell["id"] for cell in released.cells if not _grade_id(cell)}

    def __call__(self, cell: NotebookNode) -> str | None:
        name = _grade_id(cell)
        if name is not None:
            return self.graded.get(name)
        if cell.get("id") in self.plain:
            return cell["id"]
        return self.texts.get((cell.get("cell_type"), _text(cell).strip()))


def untouched(released: NotebookNode) -> NotebookNode:
    """The notebook that stands in for one that cannot be read."""
    return restore(released, released)[0]


def _restored(master: NotebookNode, answer: NotebookNode | None, notes: list[str]) -> NotebookNode:
    """The released cell with the student's text where it is theirs to write."""
    about = master.metadata.get("nbgrader", {})
    cell = _clean(master, master["id"])
    cell.metadata = copy.deepcopy(master.metadata)
    if answer is None:
        if about:
            notes.append(f"cell {master['id']} was missing; it was put back as it was released")
    elif not about.get("locked"):
        if _text(answer) != master.source:
            cell.source = _text(answer)
            _take_markup(cell, answer)
    elif _text(answer) != master.source:
        notes.append(f"cell {master['id']} was changed; it was put back as it was released")
    return cell


def _clean(cell: NotebookNode, name: str) -> NotebookNode:
    """A copy that holds only type, text and id: no output, no metadata, no attachment."""
    kind = cell.get("cell_type") if cell.get("cell_type") in ("code", "markdown") else "raw"
    bare = {"id": name, "cell_type": kind, "metadata": {}, "source": _text(cell)}
    # as nbformat's new_code_cell and the like make it, but for a search of the whole format's schema for each cell
    return nbformat.from_dict(bare | ({"execution_count": None, "outputs": []} if kind == "code" else {}))


def _take_markup(cell: NotebookNode, written: NotebookNode) -> NotebookNode:
    """Takes HTML and pictures from elsewhere out of a Markdown cell of the student's: nbgrader's pages would run scripts and fetch
    pictures in the instructor's browser. A character without width keeps them from being markup, and the page shows them as they
    were written. Pasted pictures stay."""
    if cell.cell_type == "markdown":
        pictures = _pictures(written)

        def restored(picture: re.Match) -> str:
            start, pasted, file = picture.groups()
            if file:
                return f"!{start}{file})"
            return f"!{start}attachment:{pasted})" if pasted in pictures else picture[0]  # a page cannot hold a picture that is not there

        cell.source = PICTURE.sub(restored, MARKUP.sub("\\g<0>\u200b", cell.source))
        if pictures:
            cell.attachments = pictures
    return cell


def _pictures(cell: NotebookNode) -> dict[str, dict[str, str]]:
    """The pictures that were pasted into a cell, by their names."""
    attachments = cell.get("attachments")
    found = {}
    for name, kinds in attachments.items() if isinstance(attachments, dict) else ():
        kept = {kind: data for kind, data in kinds.items() if kind in PICTURES and _is_base64(data)} if isinstance(kinds, dict) else {}
        if kept and re.fullmatch(r"[\w.-]+", name):
            found[name] = kept
    return found


def _is_base64(data: object) -> bool:
    return isinstance(data, str) and len(data) <= MAX_PICTURE and re.fullmatch(r"[A-Za-z0-9+/\n]+=*\n?", data) is not None


def _text(cell: NotebookNode) -> str:
    return writable(str(cell.get("source", ""))[:MAX_SOURCE])


def writable(text: str) -> str:
    """Text that can be written to a file: JSON may bring halves of characters, which cannot."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def plain_name(name: object) -> str:
    """A file's name or path as it can stand in a note: a line end or a half character in it is written out."""
    return str(name) if str(name).isprintable() else ascii(str(name))


def _grade_id(cell: NotebookNode) -> str | None:
    metadata = cell.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = about.get("grade_id") if isinstance(about, dict) else None
    return name if isinstance(name, str) else None


def _find_notebook(folder: Path, name: str) -> tuple[Path, list[str]]:
    expected = folder / f"{name}.ipynb"
    if expected.is_symlink():
        raise SubmissionError(f"{expected.name} is a link, not a file")
    if expected.is_file():
        return expected, []
    others = [path for path in sorted(folder.glob("*.ipynb")) if path.is_file() and not path.is_symlink()]
    if len(others) == 1:
        return others[0], [f"the notebook is called {plain_name(others[0].name)}, not {expected.name}"]
    found = "none is there" if not others else "these are there: " + ", ".join(plain_name(path.name) for path in others)
    raise SubmissionError(f"there is no notebook {expected.name}; {found}")


def _read_notebook(path: Path) -> NotebookNode:
    size = path.stat().st_size
    if size > MAX_NOTEBOOK_BYTES:
        most = f"notebooks of up to {MAX_NOTEBOOK_BYTES / 2**20:.0f} MiB are read"
        raise SubmissionError(f"{plain_name(path.name)} has {size / 2**20:.0f} MiB; {most}")
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise SubmissionError(f"{plain_name(path.name)} is not a notebook: its text is not JSON ({str(error)[:100]})") from None
    except OSError as error:
        raise SubmissionError(f"{plain_name(path.name)} cannot be read: {error.strerror}") from None
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise SubmissionError(f"{plain_name(path.name)} is JSON, but not a notebook")
    cells = content.get("cells")
    if content["nbformat"] != 4 or not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise SubmissionError(f"{plain_name(path.name)} is not a notebook of format 4")
    if len(cells) > MAX_CELLS:
        raise SubmissionError(f"{plain_name(path.name)} has {len(cells):,} cells; notebooks of up to {MAX_CELLS:,} are read")
    return nbformat.from_dict({"cells": [_joined(cell) for cell in cells], "metadata": {}})


def _joined(cell: dict) -> dict:
    """The parts of a cell that count. A source may be stored as a list of lines."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    metadata = cell.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    kept = {"nbgrader": {"grade_id": about["grade_id"]}} if isinstance(about, dict) and isinstance(about.get("grade_id"), str) else {}
    name = cell.get("id")
    return {
        "cell_type": str(cell.get("cell_type")),
        "source": source if isinstance(source, str) else "",
        "metadata": kept,
        "id": name if isinstance(name, str) else "",
        "attachments": _shallow(cell.get("attachments")),
    }


def _shallow(attachments: object) -> dict[str, dict[str, str]]:
    """Attachments as they should be, texts by kind by name; what is nested deeper would exhaust whoever walks through it."""
    if not isinstance(attachments, dict):
        return {}
    named = {name: kinds for name, kinds in attachments.items() if isinstance(kinds, dict)}
    return {name: {kind: data for kind, data in kinds.items() if isinstance(data, str)} for name, kinds in named.items()}
