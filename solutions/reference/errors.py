"""What the command line turns into one clear line and a non-zero exit."""


class RunnerError(Exception):
    """Something the person at the keyboard has to know or to mend, said in one line."""


class StorageError(RunnerError):
    """The cells folder refuses: not writable, full, or not a folder. The whole run stops, not only one cell."""


class UnusableFile(RunnerError):
    """A file stands where a cell's result belongs and is not that result."""


def one_line(error):
    """Return an exception as "Type: first line of its message", short enough for a table."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
