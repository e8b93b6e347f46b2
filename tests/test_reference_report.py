"""`report --all` and its page: what is in it, what is inside it, and that it needs nothing beside it."""

import dataclasses
import json
import re
import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import pandas as pd
import pytest

from solutions.reference import cli, overview, page, store, tables
from solutions.reference.discover import SOLUTIONS, assignments, load
from solutions.reference.plan import Cell, Preset, Reference

VOID = {"meta", "img", "br", "hr", "link", "input"}
TOY = """
from solutions.reference.plan import Cell, Preset, Reference
from solutions.reference.tables import write_text

def cells(widths, data="whole"):
    return tuple(Cell({"width": width, "rate": 1e-05}, 0, data, {"epochs": 1}) for width in widths)

def report(found, folder):
    done = len(found.frame)
    told = f"# Toy of {found.preset.name}\\n\\n{done} runs <b> {found.preset.warning}\\n\\n## Hypotheses\\n\\nOurs: **in part**\\n"
    write_text(folder / "report.md", told)

PRESETS = (
    Preset("sample", "a <sample>", cells([1], "sample"), warning="SAMPLE"),
    Preset("narrow", "two", cells([1, 2])),
    Preset("wide", "four", cells([1, 2, 3, 4])),
)
REFERENCE = Reference(PRESETS, lambda cell: 1.0, None, report, order=NUMBER, mixed_precision=NUMBER == 2)
"""


class Reader(HTMLParser):
    """Reads a page: its tags must close in order; collects links, anchors, sources and texts of table cells by class."""

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.anchors, self.sources, self.tags = [], [], [], [], set()
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.add(tag)
        self.links += [found["href"]] if "href" in found else []
        self.anchors += [found["id"]] if "id" in found else []
        self.sources += [found[name] for name in ("src", "srcset", "data") if name in found]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def toys(tmp_path):
    """Two toy assignments, the second of which comes first in the course, with cells of the first."""
    for name, number in (("alpha", 2), ("beta", 1)):
        (tmp_path / "solutions" / name).mkdir(parents=True)
        (tmp_path / "solutions" / name / "reference.py").write_text(TOY.replace("NUMBER", str(number)))
    return SimpleNamespace(
        solutions=tmp_path / "solutions",
        build=tmp_path / "build" / "reference",
        results=tmp_path / "solutions" / "alpha" / "results",
        cells=tmp_path / "build" / "reference" / "alpha" / "cells",
    )


def record(width, data="whole", seconds=30.0, **results):
    cell = Cell({"width": width, "rate": 1e-05}, 0, data, {"epochs": 1})
    return store.Record(cell, "done", {"score": 0.5} | results, seconds=seconds, threads=2, versions={"python": "3.11", "numpy": "2.0"})


def write(folder, *records):
    folder.mkdir(parents=True, exist_ok=True)
    for each in records:
        store.write(folder, each)


def make(toys, **options):
    lines = []
    return overview.make_all(toys.solutions, toys.build, lines.append, **options), lines


def test_every_report_is_made_and_what_has_no_result_is_told_in_a_line(toys):
    write(toys.cells, record(1), record(2), record(1, "sample"))
    chapters, lines = make(toys)
    assert [chapter.assignment for chapter in chapters] == ["beta", "alpha"]  # the order of the course
    assert lines == [
        "beta sample: not run", "beta narrow: not run", "beta wide: not run",
        "alpha sample: 1 of 1 cells have results", "alpha narrow: 2 of 2 cells have results", "alpha wide: 2 of 4 cells have results",
    ]  # fmt: skip
    assert (toys.results / "report.md").read_text().startswith("# Toy of wide")
    assert list(pd.read_csv(toys.results / "cells.csv")["data"]) == ["whole", "whole"]
    assert (toys.build / "alpha" / "sample" / "report.md").exists()
    assert not (toys.build / "alpha" / "narrow").exists()  # the wide one says all that it would
    assert not (toys.solutions / "beta" / "results").exists()
    assert [sample.title for sample in chapters[1].samples] == ["Toy of sample"]
    assert chapters[0].report.title == "Toy of wide" and chapters[0].runs == 0 and chapters[0].made_on == ()


def test_without_any_cells_the_page_is_made_from_the_results_alone(toys):
    write(toys.cells, record(1), record(2))
    make(toys)
    before = {path.name: path.read_bytes() for path in toys.results.iterdir()}
    clone = SimpleNamespace(solutions=toys.solutions, build=toys.build.parent / "elsewhere")
    chapters, lines = make(clone)
    assert "alpha wide: 2 of 4 cells have results" in lines and chapters[1].runs == 2
    assert {path.name: path.read_bytes() for path in toys.results.iterdir()} == before
    assert not clone.build.exists()


def test_results_of_more_runs_are_kept(toys):
    write(toys.cells, record(1), record(2))
    make(toys)
    store.path_of(toys.cells, record(2).cell).unlink()
    chapters, lines = make(toys)
    assert chapters[1].runs == 2 and any(line.startswith("alpha wide: kept as it is") for line in lines)
    assert make(toys, replace=True)[0][1].runs == 1


def test_what_the_runs_were_made_on_is_summed_by_data_device_and_versions(toys):
    write(toys.cells, record(1, seconds=3600.0), record(2, seconds=3600.0))
    assert make(toys)[0][1].made_on == (
        {"runs": 2, "data": "whole", "device": "cpu, 2 threads", "versions": "python 3.11, numpy 2.0", "training": "2 h 00 min"},
    )


def test_cells_are_counted_by_value_not_by_spelling_and_only_under_their_own_protocol():
    preset = Preset("p", "", tuple(Cell({"rate": rate}, 0, "whole", {"epochs": 1}) for rate in (1e-05, 0.1, 1.0)))

    def row(rate, data="whole", precision="", **more):
        return {
            "rate": rate,
            "seed": "0",
            "score": "1",
            "data": data,
            "epochs": "1",
            "precision": precision,
            "seconds": "2",
            "device": "cpu",
        } | more

    assert overview.count_done(preset, [row("0.00001"), row("0.1", data="other"), row("1", precision="mixed_float16")]) == 1
    assert overview.count_done(preset, [row("0.1"), {"rate": "1"}, row("1", seed="none"), row("1", score=None)]) == 1


def test_several_protocols_stand_in_one_preset_only_where_it_says_so():
    cells = tuple(Cell({"width": 1}, 0, "whole", {"epochs": epochs}) for epochs in (1, 2))
    with pytest.raises(ValueError, match="one data set and one protocol"):
        Preset("mixed", "", cells)
    preset = Preset("mixed", "", cells, several_protocols=True).with_seeds((3,))
    assert [(cell.seed, cell.protocol["epochs"]) for cell in preset.cells] == [(3, 1), (3, 2)]
    with pytest.raises(ValueError, match="one data set"):
        Preset("mixed", "", (cells[0], Cell({"width": 1}, 0, "other")), several_protocols=True)


# The page


def test_the_page_shows_everything_and_escapes_it(toys, tmp_path):
    write(toys.cells, record(1), record(1, "sample"))
    page.write_page(tmp_path / "page.html", make(toys)[0])
    text = (tmp_path / "page.html").read_text()
    found = Reader(text)
    assert {"alpha", "beta", "toy-of-wide-hypotheses"} <= set(found.anchors)
    assert "<b>" not in text and "1 runs &lt;b&gt;" in text and "a &lt;sample&gt;" in text
    assert '<strong class="verdict in-part">in part</strong>' in text
    assert '<td class="number not-run">not run</td>' in text and '<td class="number">1 of 4</td>' in text
    assert text.index('id="beta"') < text.index('id="alpha"') < text.index("From a sample: Toy of sample")


def test_the_committed_results_make_a_whole_page_with_nothing_outside_it(tmp_path):
    chapters = [overview.chapter_of(name, load(name), SOLUTIONS / name / "results", tmp_path / "none") for name in assignments()]
    page.write_page(tmp_path / "page.html", chapters)
    text = (tmp_path / "page.html").read_text()
    found = Reader(text)
    assert len(found.anchors) == len(set(found.anchors))
    assert all(link.startswith("#") and link[1:] in found.anchors for link in found.links)
    assert found.sources and all(source.startswith("data:image/") for source in found.sources)
    assert not found.tags & {"script", "link", "iframe", "object"} and "@import" not in text and "url(" not in text
    for published in ("0.9663", "4.68", "13.86", "114.50", "82.70"):
        assert f">{published}</td>" in text
    assert text.count("Ours: <strong class=") == 5 + 3 + 7 + 3  # the hypotheses of all four


def markdown(folder, text):
    (folder / "report.md").write_text(f"# Title\n\n{text}\n")
    return page.read_report(folder)


def test_tables_align_numbers_and_show_what_was_not_run(tmp_path):
    body = markdown(tmp_path, "| name | score |\n| --- | ---: |\n| a | 0.5 |\n| b | not run |").body
    assert '<td class="number">0.5</td>' in body and '<td class="number not-run">not run</td>' in body
    assert "<td>a</td>" in body and '<div class="scroll"' in body
    Reader(body)


def test_figures_are_inside_and_a_large_drawing_is_a_png(tmp_path, monkeypatch):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 8 + (600).to_bytes(4, "big"))
    assert 'src="data:image/png;base64,iVBOR' in markdown(tmp_path, "![the plot](a.png)").body
    assert "min-width: 288px" in markdown(tmp_path, "![the plot](a.png)").body  # 600 dots at 120 an inch are 480 CSS pixels
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="360pt" height="1pt"/>')
    body = markdown(tmp_path, "![one](a.png)\n![two](a.png)").body
    assert body.count('src="data:image/svg+xml;base64,') == 2 and body.count('<div class="figures">') == 1
    assert 'alt="one"' in body and "min-width: 288px" in body
    monkeypatch.setattr(page, "SVG_LIMIT", 10)
    assert "image/png" in markdown(tmp_path, "![the plot](a.png)").body
    assert "missing: not drawn" in markdown(tmp_path, "![missing](nothing.png)").body
    assert "passwd" not in markdown(tmp_path, "![x](../../etc/passwd)").body.replace("x: not drawn", "")


def test_raw_markup_in_a_report_stays_text(tmp_path):
    found = markdown(tmp_path, "<script>alert(1)</script>\n\n![<i>](javascript:alert)\n\n[x](javascript:alert(1))\n\n## A & <b>\n\nword")
    assert not Reader(found.body).tags & {"script", "b", "i"} and "javascript:alert(1)" not in found.body
    assert [heading for _, heading in found.sections] == ["A & <b>"]


def test_a_folder_without_a_report_is_an_empty_text(tmp_path):
    assert page.read_report(tmp_path).body == "" and page.read_report(tmp_path).sections == ()


# The command line


def call(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["reference", "report", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


def test_report_all_writes_the_page(toys, tmp_path, monkeypatch, capsys):
    write(toys.cells, record(1))
    assert not call(monkeypatch, "--all", "--solutions", toys.solutions)
    assert "Toy of wide" in (toys.build / "report.html").read_text()
    assert "beta wide: not run" in capsys.readouterr().out
    assert not call(monkeypatch, "--all", "--solutions", toys.solutions, "--output", tmp_path / "new" / "other.html")
    assert (tmp_path / "new" / "other.html").read_bytes() == (toys.build / "report.html").read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [[], ["mnist_sweep", "--all"], ["--all", "--preset", "demo"], ["--all", "--cells", "x"], ["--all", "--mixed-precision"]],
)
def test_report_wants_one_assignment_or_all(arguments, monkeypatch, capsys):
    assert call(monkeypatch, *arguments) == 1
    expected = "expected `report ASSIGNMENT`, or `report --all` without an assignment, --preset, --cells and --mixed-precision"
    assert capsys.readouterr().err == f"error: {expected}\n"


def test_cells_of_mixed_precision_have_a_report_of_their_own_that_says_so(toys, monkeypatch, capsys):
    mixed = record(1, score=0.25)
    mixed = dataclasses.replace(mixed, cell=dataclasses.replace(mixed.cell, protocol={"epochs": 1, "precision": "mixed_float16"}))
    write(toys.cells, record(1), record(2), mixed)
    assert not call(monkeypatch, "alpha", "--mixed-precision", "--solutions", toys.solutions)
    folder = toys.build / "alpha" / "wide-mixed_float16"
    assert "1 runs <b> mixed precision, products in float16" in (folder / "report.md").read_text()
    assert list(pd.read_csv(folder / "cells.csv")["score"]) == [0.25]
    assert not toys.results.exists(), "the results that the project keeps are float32's"
    assert not call(monkeypatch, "alpha", "--solutions", toys.solutions)
    assert list(pd.read_csv(toys.results / "cells.csv")["score"]) == [0.5, 0.5]
    capsys.readouterr()
    assert call(monkeypatch, "beta", "--mixed-precision", "--solutions", toys.solutions) == 1
    assert capsys.readouterr().err == "error: beta trains in float32 only: its loop is our own, see its training.py\n"


# Tables


def test_a_row_ends_with_cost_device_and_versions():
    row = tables.row(record(1, device="CPU", curve=[1.0, None]))
    assert list(row)[:5] == ["width", "rate", "seed", "score", "curve"]
    assert list(row)[5:] == ["data", "epochs", "seconds", "threads", "device", "python", "numpy"]
    assert row["device"] == "cpu" and row["curve"] == "1.0 None"
    gpu = store.Record(record(1).cell, "done", device="gpu")
    assert tables.row(gpu)["device"] == "gpu"


def test_a_record_from_before_devices_were_recorded_loads_as_a_cpus(tmp_path):
    write(tmp_path, record(1))
    path = store.path_of(tmp_path, record(1).cell)
    content = json.loads(path.read_text())
    assert content.pop("device") == "cpu"
    path.write_text(json.dumps(content))
    assert store.read(tmp_path, record(1).cell).device == "cpu"


def test_results_that_only_some_runs_have_stand_before_the_data():
    frame = tables.frame([record(1), record(2, bits=1.5)])
    assert " ".join(frame.columns) == "width rate seed score bits data epochs seconds threads device python numpy"
    assert frame["bits"].isna().tolist() == [True, False]


def test_lists_come_back_as_numbers():
    found = tables.numbers(["1.0 2.5", "3 None"])
    assert found[0].tolist() == [1.0, 2.5] and found[1][0] == 3 and pd.isna(found[1][1])


def test_a_frame_as_markdown_aligns_by_what_is_in_it():
    frame = pd.DataFrame({"a_name": ["x", "y"], "score": [0.25, float("nan")], "test": ["not run", 2.0]})
    assert tables.table_of(frame, {"score": "{:.1%}"}).splitlines() == [
        "| a name | score | test |", "| --- | ---: | ---: |", "| x | 25.0% | not run |", "| y | not run | 2 |",
    ]  # fmt: skip
    assert "| y |  | 2 |" in tables.table_of(frame, absent="")


def test_what_was_not_run_is_listed_by_place_and_seeds():
    cells = tuple(Cell({"width": width}, seed, "whole") for width in (1, 2) for seed in (0, 1))
    reference = Reference((Preset("p", "", cells),), None, None, None)
    done = [store.Record(cells[0], "done", {"score": 1.0}), store.Record(cells[3], "failed", reason="why")]
    assert tables.not_run(tables.findings(reference.presets[0], done)) == ["width=1: seed 1", "width=2: seed 0"]
    assert tables.not_run(tables.findings(reference.presets[0], done[:1])) == ["width=1: seed 1", "width=2: seeds 0, 1"]
    assert tables.not_run(tables.findings(reference.presets[0], [])) == ["All 4 cells"]


def test_no_path_of_a_machine_stands_among_the_results():
    for name in assignments():
        for path in (SOLUTIONS / name / "results").glob("*.*"):
            if path.suffix in (".md", ".csv", ".svg"):
                assert not re.search(r"/(home|work|root|Users)/", path.read_text())
