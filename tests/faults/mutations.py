"""Notebooks as no tool writes them: real ones with one thing or several spoilt, and generated ones."""

import copy
import json
import random
from collections.abc import Callable

Notebook = dict
ODD = [
    "\x00",
    "\ud800",
    "\u202e",
    "\x1b[2J",
    "𝕏" * 50,
    "e\u0301" * 99,
    "\r\n\u2028\x0c",
    "%%bash\nrm -rf /",
    "<script>alert(1)</script>",
    "",
]
"""Pieces of text that something might choke on."""
NOT_TEXT = [None, 7, -1.5, True, [], ["a\n", 3, None], {}, {"a": ["b"]}, float("nan")]
"""Values where a text is wanted."""


def delete_cells(notebook: Notebook, draw: random.Random) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if draw.random() < 0.6]


def double_cells(notebook: Notebook, draw: random.Random) -> None:
    notebook["cells"] += copy.deepcopy(draw.sample(notebook["cells"], draw.randint(0, len(notebook["cells"]))))


def reorder_cells(notebook: Notebook, draw: random.Random) -> None:
    draw.shuffle(notebook["cells"])


def swap_types(notebook: Notebook, draw: random.Random) -> None:
    for cell in notebook["cells"]:
        cell["cell_type"] = draw.choice(["code", "markdown", "raw", "heading", "", *NOT_TEXT])


def change_ids(notebook: Notebook, draw: random.Random) -> None:
    ids = [cell.get("id") for cell in notebook["cells"]]
    for cell in notebook["cells"]:
        cell["id"] = draw.choice([*ids, *ODD, *NOT_TEXT])


def change_metadata(notebook: Notebook, draw: random.Random) -> None:
    notebook["metadata"] = draw.choice([{"kernelspec": {"name": "bash"}}, *NOT_TEXT])
    for cell in notebook["cells"]:
        about = {
            "grade_id": draw.choice(["mean", "check_mean", *NOT_TEXT]),
            "points": 1000,
            "grade": True,
            "solution": draw.choice(NOT_TEXT),
        }
        cell["metadata"] = draw.choice([{"nbgrader": about}, {"nbgrader": draw.choice(NOT_TEXT)}, cell["metadata"], *NOT_TEXT])


def odd_sources(notebook: Notebook, draw: random.Random) -> None:
    for cell in notebook["cells"]:
        if draw.random() < 0.5:
            cell["source"] = "".join(draw.choices(ODD, k=4)) + str(cell["source"])


def huge_source(notebook: Notebook, draw: random.Random) -> None:
    draw.choice(notebook["cells"])["source"] = draw.choice(["x", "é\n", "# " + "𝕏" * 9 + "\n"]) * 300_000


def sources_as_lists(notebook: Notebook, draw: random.Random) -> None:
    for cell in notebook["cells"]:
        lines = str(cell["source"]).splitlines(keepends=True)
        cell["source"] = draw.choice([lines, [*lines, *NOT_TEXT], lines[::-1], draw.choice(NOT_TEXT)])


def other_format(notebook: Notebook, draw: random.Random) -> None:
    notebook["nbformat"] = draw.choice([0, 3, 5, 4.0, "4", 10**30, *NOT_TEXT])
    notebook["nbformat_minor"] = draw.choice([-1, 99, *NOT_TEXT])


def strange_outputs(notebook: Notebook, draw: random.Random) -> None:
    for cell in notebook["cells"]:
        cell["outputs"] = draw.choice(NOT_TEXT)
        cell["execution_count"] = draw.choice(NOT_TEXT)


def strange_attachments(notebook: Notebook, draw: random.Random) -> None:
    nested: object = "x"
    for _ in range(draw.choice([1, 3, 400])):
        nested = {draw.choice(["a.png", "image/png", "é"]): nested}
    for cell in notebook["cells"]:
        cell["attachments"] = draw.choice([nested, {"a.png": {"image/png": "iVBORw0="}}, *NOT_TEXT])


def cells_that_are_none(notebook: Notebook, draw: random.Random) -> None:
    notebook["cells"].insert(0, draw.choice([{}, *NOT_TEXT]))


CHANGES: tuple[Callable[[Notebook, random.Random], None], ...] = (
    delete_cells,
    double_cells,
    reorder_cells,
    swap_types,
    change_ids,
    change_metadata,
    odd_sources,
    huge_source,
    sources_as_lists,
    other_format,
    strange_outputs,
    strange_attachments,
    cells_that_are_none,
)


def flip_bytes(content: bytes, draw: random.Random) -> bytes:
    """The same with some bytes changed."""
    flipped = bytearray(content)
    for _ in range(draw.randint(1, 20)):
        flipped[draw.randrange(len(flipped))] = draw.randrange(256)
    return bytes(flipped)


def truncate(content: bytes, draw: random.Random) -> bytes:
    """The beginning."""
    return content[: draw.randrange(len(content))]


def as_bytes(notebook: object) -> bytes:
    """A notebook's file, whatever the notebook holds: halves of characters are written as JSON can."""
    return json.dumps(notebook).encode()
