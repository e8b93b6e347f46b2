"""What can go wrong and is told in one clear line; everything else is a bug of ours."""


class CourseError(Exception):
    """The base of all errors that the command line shows as one line."""


class SourceError(CourseError):
    """An assignment's source is not well formed.

    Args:
        problem: what is wrong.
        cell: the cell's grade_id, or its place in the notebook.
    """

    def __init__(self, problem: str, cell: str = "") -> None:
        super().__init__(f"{problem} (cell {cell})" if cell else problem)


class LeakError(SourceError):
    """A part of a solution would reach students."""


class SubmissionError(CourseError):
    """A submission cannot be graded; says why in words for the student and the instructor."""
