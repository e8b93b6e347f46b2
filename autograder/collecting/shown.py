"""What `autograder collect` shows and asks at the terminal."""

from rich.table import Table
from rich.text import Text

from autograder.collecting.collect import Row
from autograder.plain import one_line


def collected_table(rows: tuple[Row, ...]) -> Table:
    """One row a submission that was found: whose, what, from where, and what became of it."""
    table = Table(title="collected")
    for column in ("student", "file", "from", "note"):
        table.add_column(column, no_wrap=column == "student")
    for row in rows:
        table.add_row(*(Text(one_line(part, 160)) for part in (row.student, row.file, row.source, row.note)))
    return table


def ask(question: str, choices: list[str]) -> str | None:
    """Asks the instructor at the terminal; an empty answer leaves the submission out."""
    for number, choice in enumerate(choices, start=1):
        print(f"  {number}  {one_line(choice, 160)}")
    try:
        answer = input(f"{one_line(question, 200)} ({'its number, ' if choices else 'an id, '}or nothing to leave it out): ").strip()
    except EOFError:
        return None
    if not choices:
        return answer or None
    return choices[int(answer) - 1] if answer.isdigit() and 1 <= int(answer) <= len(choices) else None
