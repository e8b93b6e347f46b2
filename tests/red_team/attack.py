"""An attack as a file: what it tries, and the student code that tries it, handed in as a submission of the toy assignment.

attacks/NAME.py begins with a docstring. Parts follow, each under a line `# %% TITLE`:

    GRADE_ID     replaces that cell of the notebook
    own          a cell of the student's own, behind the first released one
    last         a cell of the student's own, at the end
    file NAME    a file handed in beside the notebook
    hand in      run by the test itself: changes `notebook` (a dict) or `folder` before they are handed in

Whatever a file leaves alone is the honest wrong answer's, so that nothing but the attack could win a point. Student code finds
the names of `Target` in capitals: it knows the instructor's machine better than any student does.
"""

import ast
import copy
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

ATTACKS = Path(__file__).parent / "attacks"
WRONG = {
    "mean": "def mean(numbers):\n    return 7.0",
    "weighted_mean": "def weighted_mean(numbers, weights):\n    return -7.0",
}
"""An honest student's answers, both wrong."""


@dataclass(frozen=True)
class Target:
    """What an attacker knows of the host."""

    course: str
    """The course folder, with gradebook.db in it."""
    clone: str
    """The clone, with solutions/ in it."""
    canary: str
    """A file that everybody may write."""
    port: int
    """On 127.0.0.1, where something listens, by TCP and UDP."""
    socket: str
    """The name of an abstract Unix socket on which something listens."""
    victim: int
    """A process of the grader's user."""

    def as_code(self) -> str:
        return "\n".join(f"{name.upper()} = {value!r}" for name, value in dataclasses.asdict(self).items())


@dataclass(frozen=True)
class Attack:
    """One attack, read from its file."""

    name: str
    """The file's name, and the student's."""
    about: str
    """What it tries."""
    parts: dict[str, str]
    """The file's parts by their titles."""

    def hand_in(self, released: dict, folder: Path, target: Target) -> None:
        """Writes the submission.

        Args:
            released: the notebook as students received it.
            folder: the student's, submitted/STUDENT/NAME; made here.
            target: what the student code knows of the host.
        """
        folder.mkdir(parents=True)
        notebook = copy.deepcopy(released)
        cells = {title: text for title, text in self.parts.items() if title.split()[0] not in ("own", "last", "file", "hand")}
        for cell in notebook["cells"]:
            cell["source"] = (WRONG | cells).get(cell["id"], cell["source"])
        first = next(place for place, cell in enumerate(notebook["cells"]) if cell["id"] == "setup") + 1
        own = {title: [code_cell(title, self.parts[title])] for title in ("own", "last") if title in self.parts}
        notebook["cells"][first:first] = [code_cell("known", target.as_code()), *own.get("own", [])]
        notebook["cells"] += own.get("last", [])
        for title, text in self.parts.items():
            if title.startswith("file "):
                path = folder / title.removeprefix("file ")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text + "\n", encoding="utf-8")
        path = folder / "averages.ipynb"
        names = {"notebook": notebook, "folder": folder, "path": path, "code_cell": code_cell, "target": target}
        exec(self.parts.get("hand in", ""), names)  # noqa: S102 - ours, not a student's
        if not path.exists():
            path.write_text(json.dumps(names["notebook"]), encoding="utf-8")


def code_cell(name: str, source: str) -> dict:
    """A cell of a student's own."""
    return {"cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def read_attack(path: Path) -> Attack:
    """The attack in a file."""
    head, *rest = path.read_text(encoding="utf-8").split("\n# %% ")
    about = ast.get_docstring(ast.parse(head))
    assert about, f"{path} does not say what it tries"
    parts = [part.partition("\n") for part in rest]
    return Attack(path.stem, about, {title.strip(): text.strip() for title, _, text in parts})


def all_attacks() -> list[Attack]:
    """Every attack there is, by name."""
    return [read_attack(path) for path in sorted(ATTACKS.glob("*.py"))]
