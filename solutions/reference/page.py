"""One HTML page of all reports that needs nothing beside it: figures inside, no script, no request."""

import base64
import re
from dataclasses import dataclass
from pathlib import Path

import mistune
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from solutions.reference.figures import DPI
from solutions.reference.tables import NOT_RUN, write_text
from solutions.reference.verdicts import IN_PART, NO, YES

SVG_LIMIT = 400_000  # bytes; a larger drawing is shown as the PNG beside it
UNLISTED = ("Not run", "Failed")  # sections that the contents leave out
LONG = 20  # characters from which a cell of words gets some room on a narrow screen
SMALLEST = 0.6  # of its own size; on a narrow screen a figure scrolls rather than shrink further
VERDICTS = {YES: "yes", NO: "no", IN_PART: "in-part", NOT_RUN: "not-run"}


@dataclass(frozen=True)
class ReportText:
    """One report.md as HTML."""

    title: str
    """its first heading"""
    sections: tuple[tuple[str, str], ...]
    """(anchor, heading) of its sections, in order, without those that are only there for completeness"""
    body: Markup
    """everything below the first heading"""


def write_page(path, chapters):
    """Write the page of these chapters, whole or not at all."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    write_text(path, environment.get_template("page.html").render(chapters=chapters, not_run=NOT_RUN))


def read_report(folder):
    """Return a folder's report.md as HTML, its figures inside; a folder without one gives an empty text."""
    path = folder / "report.md"
    source = path.read_text(encoding="utf-8") if path.exists() else ""
    renderer = Renderer(folder)
    body = mistune.create_markdown(renderer=renderer, plugins=["table"])(source)
    return ReportText(renderer.title or folder.name, tuple(renderer.sections), Markup(body))


class Renderer(mistune.HTMLRenderer):
    """Markdown to HTML, for a page where each report stands below a heading of its own. Whatever it is given is escaped."""

    def __init__(self, folder):
        super().__init__(escape=True)
        self.folder = folder
        self.title = ""
        self.sections = []

    def heading(self, text, level, **_attributes):
        """Keep the title for the page; give every section an anchor, and a level lower by one."""
        if level == 1:
            self.title = self.title or Markup(text).unescape()
            return ""
        anchor = f"{slug(self.title)}-{slug(text)}"
        if text not in UNLISTED:
            self.sections.append((anchor, Markup(text).unescape()))
        return f'<h{level + 1} id="{anchor}">{text}</h{level + 1}>\n'

    def paragraph(self, text):
        """Set the figures of one paragraph side by side where there is room."""
        if text.startswith("<figure"):
            return f'<div class="figures">{text}</div>\n'
        return f'<p class="not-run">{text}</p>\n' if text == "Not run." else f"<p>{text}</p>\n"

    def image(self, text, url, title=None):
        """Put the figure into the page: as SVG where it is not too large, else as PNG."""
        path = shown_file(self.folder / Path(url).name)
        if path is None:
            return f'<span class="not-run">{text}: not drawn</span>'
        kind = "svg+xml" if path.suffix == ".svg" else "png"
        data = f"data:image/{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
        smallest = round(SMALLEST * width_of(path))
        return f'<figure><img src="{data}" alt="{text}" style="min-width: {smallest}px"><figcaption>{text}</figcaption></figure>'

    def strong(self, text):
        """Colour the verdicts."""
        return f'<strong class="verdict {VERDICTS[text]}">{text}</strong>' if text in VERDICTS else f"<strong>{text}</strong>"

    def table(self, text):
        """Let a table that is wider than the screen scroll by itself."""
        return f'<div class="scroll" tabindex="0"><table>\n{text}</table></div>\n'

    def table_cell(self, text, align=None, head=False):
        """Align numbers, and show what was not run as that."""
        names = ["number"] if align == "right" else ["words"] if len(text) > LONG else []
        names += ["not-run"] if text.strip() == NOT_RUN else []
        tag, class_ = "th" if head else "td", f' class="{" ".join(names)}"' if names else ""
        return f"<{tag}{class_}>{text}</{tag}>\n"


def shown_file(path):
    """Return the SVG of a figure where there is one and it is not too large, else the PNG, or None where there is neither."""
    drawing = path.with_suffix(".svg")
    if drawing.exists() and drawing.stat().st_size <= SVG_LIMIT:
        return drawing
    return path if path.exists() else None


def width_of(path):
    """Return how many CSS pixels wide a figure of ours is drawn."""
    if path.suffix == ".svg":
        found = re.search(rb'<svg[^>]*? width="([\d.]+)pt"', path.read_bytes()[:2000])
        return float(found[1]) * 96 / 72 if found else 0.0
    return int.from_bytes(path.read_bytes()[16:20], "big") * 96 / DPI


def slug(text):
    """Return a text as part of an anchor: "Character LSTM, preset full" gives "character-lstm-preset-full"."""
    return re.sub(r"[^a-z0-9]+", "-", str(escape(text)).lower()).strip("-")
