"""One JSON file a cell: written whole or not at all, and believed only where it is exactly the cell it should be."""

import json
import math
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from solutions.reference.errors import StorageError, UnusableFile
from solutions.reference.plan import Cell

DONE, DIVERGED, FAILED = "done", "diverged", "failed"
FORMAT = "solutions.reference cell 1"


@dataclass(frozen=True)
class Record:
    """What became of one cell."""

    cell: Cell
    """which one"""
    status: str
    """done, diverged (a result as well) or failed (tried again at the next run)"""
    results: dict = field(default_factory=dict)
    """what train returned, in plain JSON values; a number that is not finite is null"""
    reason: str = ""
    """why it failed, in one line"""
    traceback: str = ""
    """where it failed, for whoever mends it"""
    seconds: float = 0.0
    """wall time of train; of a cell that was resumed, of every sitting up to its last checkpoint, and of the last one"""
    threads: int = 1
    """threads it was given"""
    device: str = "cpu"
    """what it ran on, cpu or gpu; files from before this was recorded are of runs on a CPU"""
    operations: float = 0.0
    """its cost by count"""
    finished: float = 0.0
    """when, in seconds of the Unix epoch"""
    versions: dict = field(default_factory=dict)
    """of Python and the packages that matter"""

    @property
    def is_result(self):
        """Done or diverged: it counts, and is never run again."""
        return self.status in (DONE, DIVERGED)


def path_of(folder, cell):
    """Return where the cell's record stands."""
    return Path(folder) / f"{cell.name}.json"


def checkpoint_path(folder, cell):
    """Return where the cell's checkpoint stands while it is trained."""
    return path_of(folder, cell).with_suffix(".checkpoint.npz")


def make_folder(folder):
    """Create the cells folder and prove that it can be written."""
    probe = Path(folder) / f".probe-{os.getpid()}"
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise StorageError(f"cannot write into {folder}: {error.strerror}") from error


def write(folder, record):
    """Put the record in its place by one rename. Only the holder of the cell's lock may call this.

    Raises:
        StorageError: the disk is full or refuses; what stood there before still stands.
    """
    target = path_of(folder, record.cell)
    part = target.with_name(f"{record.cell.name}.part")  # one name only: a kill leaves one part, the next run replaces it
    text = json.dumps({"format": FORMAT, **asdict(record)}, indent=1, allow_nan=False)
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StorageError(f"cannot write into {folder}: {error.strerror}") from error


def _sync_folder(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(folder, cell):
    """Return the cell's record, or None where there is no file.

    Raises:
        UnusableFile: the file is cut short, or is not this cell's record.
    """
    path = path_of(folder, cell)
    record = read_file(path)
    if record is not None and record.cell != cell:
        raise UnusableFile(f"{path.name}: holds another cell ({record.cell.name})")
    return record


def read_file(path):
    """Return whatever record a file holds, or None where there is no file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        raise UnusableFile(f"{path.name}: half-written or not JSON") from None
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}") from error
    try:
        return _record(content)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UnusableFile(f"{path.name}: not a cell's record") from None


def _record(content):
    if content.pop("format") != FORMAT:
        raise ValueError("another format")
    record = Record(**{**content, "cell": Cell(**content["cell"])})
    if record.status not in (DONE, DIVERGED, FAILED) or not isinstance(record.results, dict):
        raise ValueError("unknown status or results")
    return record


def survey(folder, cells, tell=lambda _line: None):
    """Return {cell name: record} of those cells that have one; tell one line for each unusable file."""
    records = {}
    for cell in cells:
        try:
            record = read(folder, cell)
        except UnusableFile as error:
            tell(f"not counted, will be run again: {error}")
            continue
        if record is not None:
            records[cell.name] = record
    return records


def read_all(folder, tell=lambda _line: None):
    """Return every record of a folder, whatever cells they are, in order of their names."""
    records = []
    for path in sorted(Path(folder).glob("*.json")):
        try:
            record = read_file(path)
            if record is not None and path != path_of(folder, record.cell):
                raise UnusableFile(f"{path.name}: holds another cell ({record.cell.name})")
        except UnusableFile as error:
            tell(f"not counted: {error}")
            continue
        if record is not None:
            records.append(record)
    return records


def plain(value):
    """Return results in JSON's own types: NumPy's numbers and arrays unpacked, what is not finite as None."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"expected numbers, strings or lists among the results, got {type(value).__name__}")
