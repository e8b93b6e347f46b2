"""What a submission's cells put out, cut down to what is safe to show on an instructor's page."""

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.grading.submission import writable

MAX_TEXT = 20_000
"""Most characters of one output that are kept."""
MAX_OUTPUTS = 50
"""Most outputs of one cell that are kept."""
MAX_IMAGE = 2 * 2**20
"""Most characters of a picture (base64) that are kept."""


def safe_outputs(outputs: list) -> list[NotebookNode]:
    """Text and PNG pictures only: no HTML, script, SVG or other markup of the student's reaches a page."""
    kept = [safe for output in outputs[:MAX_OUTPUTS] if (safe := _safe(output)) is not None]
    if len(outputs) > MAX_OUTPUTS:
        kept.append(new_output("stream", name="stdout", text=f"… {len(outputs) - MAX_OUTPUTS} more outputs were left out\n"))
    return kept


def error_output(name: str, message: str) -> NotebookNode:
    """An output that stands where a cell was stopped."""
    return new_output("error", ename=name, evalue=message, traceback=[message])


def size_of_message(message: dict) -> int:
    """About how many bytes a kernel's message holds."""
    content = message.get("content")
    return 200 + len(str(content)) + sum(len(buffer) for buffer in message.get("buffers", []))


def _safe(output: NotebookNode) -> NotebookNode | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new_output("stream", name=name, text=_cut(output.get("text")))
    if kind == "error":
        lines = output.get("traceback")
        traceback = [_cut(line) for line in lines[-MAX_OUTPUTS:]] if isinstance(lines, list) else []
        return new_output("error", ename=_cut(output.get("ename")), evalue=_cut(output.get("evalue")), traceback=traceback)
    if kind in ("display_data", "execute_result"):
        data = output.get("data")
        kept = _safe_data(data) if isinstance(data, dict) else {}
        return new_output("display_data", data=kept) if kept else None
    return None


def _safe_data(data: dict) -> dict:
    kept = {}
    if isinstance(data.get("text/plain"), str):
        kept["text/plain"] = _cut(data["text/plain"])
    picture = data.get("image/png")
    if (
        isinstance(picture, str)
        and len(picture) <= MAX_IMAGE
        and picture.replace("\n", "").rstrip("=").replace("+", "").replace("/", "").isalnum()
    ):
        kept["image/png"] = picture
    return kept


def _cut(text: object) -> str:
    text = writable(text) if isinstance(text, str) else ""
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "\n… cut"
