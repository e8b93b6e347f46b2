"""What makes a whole class fast: a pool begun early, compiled templates and statements that are kept, nothing searched twice."""

import gc
from contextlib import contextmanager

import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Base, Gradebook
from nbgrader.converters import GenerateFeedback
from sqlalchemy import event, text

from autograder.grading import classroom, feedback
from autograder.grading.course import new_course, open_api
from autograder.grading.database import one_engine, one_look
from autograder.grading.feedback import FeedbackExporter
from autograder.grading.loading import loading
from autograder.grading.pool import TRACED_ONCE, head_start, slow_imports
from autograder.sandbox.warm import OF_THE_KERNEL


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import numpy as np", ()),
        ("# %%\nimport keras\nx = 1", ("tensorflow", "keras", TRACED_ONCE)),
        ("if True:\n    from tensorflow import keras", ("tensorflow", TRACED_ONCE)),
        ("import seaborn as sns\nimport pandas as pd", ("pandas", "seaborn")),
        ("%matplotlib inline\nimport matplotlib.pyplot as plt\nthis is ( no Python", ("matplotlib.pyplot",)),
        ("text = 'we import keras here'", ()),
    ],
)
def test_what_a_kernel_finds_imported_is_what_the_code_imports(code, modules):
    assert slow_imports(code) == (*modules, *OF_THE_KERNEL)


def test_without_a_sandbox_no_pool_begins(toy):
    with head_start(toy, unsafe=True) as pool:
        assert pool is None


def test_no_pool_begins_where_there_can_be_no_sandbox(toy, monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    with head_start(toy) as pool:
        assert pool is None


@pytest.mark.parametrize("workers", [1, 3])
def test_submissions_that_run_side_by_side_get_cores_of_their_own(toy, tmp_path, monkeypatch, workers):
    asked = []

    @contextmanager
    def kernels(limits, threads, root, imports, unsafe, pool, side_by_side):
        asked.append(side_by_side)
        yield None

    monkeypatch.setattr(classroom, "kernels", kernels)
    monkeypatch.setattr(classroom, "grade_one", lambda course, student, seed, open_kernel: classroom.Ungraded(student, "not now"))
    results = list(classroom.grade_all(classroom.Classroom(tmp_path, toy), ["ada", "blaise"], workers, seed=1))
    assert {result.student for result in results} == {"ada", "blaise"} and asked == [workers]


def test_feedback_pages_are_nbconverts_and_their_templates_are_compiled_once(monkeypatch):
    cells = [new_markdown_cell("# Title"), new_code_cell("1 + 1", outputs=[new_output("execute_result", data={"text/plain": "2"})])]
    notebook = new_notebook(cells=cells)
    expected, _ = HTMLExporter().from_notebook_node(notebook)
    memory = feedback._Memory()
    monkeypatch.setattr(feedback, "_COMPILED", memory)
    pages = [FeedbackExporter().from_notebook_node(notebook)[0] for _ in range(2)]
    assert pages == [expected, expected]
    assert memory.compiled and memory.loaded >= len(memory.compiled)


def test_a_page_is_parsed_where_nbconvert_would_change_it_and_is_the_same_without(toy, tmp_path, monkeypatch):
    new_course(tmp_path / "course", [toy])
    config = GenerateFeedback(coursedir=open_api(tmp_path / "course").coursedir).config
    marks = {"nbgrader": dict.fromkeys(("score", "max_score", "late_penalty"), 0.0)}
    parsed = []
    monkeypatch.setattr(feedback, "BeautifulSoup", lambda page, features: parsed.append(page) or BeautifulSoup(page, features=features))

    def page(exporter, *outputs):
        cells = [new_markdown_cell("*A* `page`, $x < y$", id="a"), new_code_cell("print('1 < 2')", id="b", outputs=list(outputs))]
        return exporter(config=config).from_notebook_node(new_notebook(cells=cells), dict(marks))[0]

    text, picture = new_output("stream", text="1 < 2 & more\n"), new_output("display_data", data={"image/png": "iVBORw0KGgo="})
    plain = page(FeedbackExporter, text)
    assert not parsed and "1 &lt; 2 &amp; more" in plain
    assert str(BeautifulSoup(plain, features="html.parser")) == page(HTMLExporter, text)
    shown = page(FeedbackExporter, text, picture)
    assert len(parsed) == 1 and "No description has been provided for this image" in shown
    assert shown == page(HTMLExporter, text, picture)


def test_what_cells_show_after_a_check_stays_off_the_feedback_page():
    check = {"nbgrader": {"grade": True, "solution": False, "grade_id": "check_mean"}}
    shows = [new_output("stream", text="asked for 1e+300"), new_output("display_data", data={"image/png": "aaaa"})]
    raises = [new_output("error", ename="1e+300", evalue="1e+300", traceback=["1e+300"])]
    cells = [
        new_code_cell("1", outputs=shows),
        new_code_cell("check('mean')", metadata=check, outputs=[new_output("execute_result", data={"text/plain": "2.0"})]),
        new_code_cell("print(kept)", outputs=shows),
        new_markdown_cell("words"),
        new_code_cell("raise ValueError(kept)", outputs=raises),
        new_code_cell("check('mean')", metadata=check, outputs=[new_output("execute_result", data={"text/plain": "3.0"})]),
        new_code_cell("x = 1"),
    ]
    notebook, _ = feedback.WithholdOutputs().preprocess(new_notebook(cells=cells), {})
    first, one, printed, _, failed, other, nothing = notebook.cells
    assert first.outputs == shows and one.outputs[0].data["text/plain"] == "2.0" and other.outputs[0].data["text/plain"] == "3.0"
    assert "1e+300" not in str(printed.outputs) + str(failed.outputs) and "image" not in str(printed.outputs)
    assert "ended in an error" in failed.outputs[0].text and not nothing.outputs


def test_feedback_pages_are_ready_before_the_first_submission(toy, tmp_path, monkeypatch):
    new_course(tmp_path / "course", [toy])
    memory = feedback._Memory()
    monkeypatch.setattr(feedback, "_COMPILED", memory)
    feedback.make_pages_ready(open_api(tmp_path / "course"))
    compiled = len(memory.compiled)
    assert compiled > 3
    feedback.make_pages_ready(open_api(tmp_path / "course"))
    assert len(memory.compiled) == compiled and memory.loaded >= compiled


def test_all_gradebooks_of_a_database_share_an_engine_while_a_class_is_graded(tmp_path):
    url, other = (f"sqlite:///{tmp_path / name}.db" for name in ("one", "other"))
    with one_engine():
        with Gradebook(url) as first, Gradebook(url) as second:
            assert first.engine is second.engine
            first.add_student("ada")
            assert [student.id for student in second.students] == ["ada"]
        with Gradebook(url) as again, Gradebook(other) as elsewhere:
            assert again.engine is first.engine
            assert elsewhere.engine is not first.engine
            assert [student.id for student in again.students] == ["ada"] and not elsewhere.students
    with Gradebook(url) as afterwards:
        assert afterwards.engine is not first.engine


def test_gradebooks_look_for_their_tables_in_one_query_and_make_the_one_that_is_missing(tmp_path):
    url = f"sqlite:///{tmp_path}/gradebook.db"
    with one_engine():
        with Gradebook(url) as first:
            asked = []
            event.listen(first.engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
        with Gradebook(url):
            assert not any("PRAGMA" in question for question in asked) and asked
        with Gradebook(url) as gradebook:
            gradebook.db.execute(text("DROP TABLE comment"))
            gradebook.db.commit()
        with Gradebook(url) as gradebook:
            assert not gradebook.db.execute(text("SELECT * FROM comment")).all()
    assert Base.metadata.create_all.__func__ is type(Base.metadata).create_all


def test_while_a_submission_is_written_a_gradebook_is_looked_at_once_and_one_that_is_new_until_it_is_whole(tmp_path):
    url, other = (f"sqlite:///{tmp_path / name}.db" for name in ("one", "other"))
    asked = []
    with one_engine():
        with one_look():
            with Gradebook(url, "rnn") as new:
                event.listen(new.engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
            with Gradebook(url, "rnn"):  # the first look found no tables
                assert asked.pop(0).startswith("SELECT name FROM sqlite_master") and not asked
            with Gradebook(url, "rnn") as again, Gradebook(other, "rnn") as elsewhere:
                assert not asked
                again.add_student("ada")
                assert not elsewhere.students
            with Gradebook(url, "another") as another:
                assert another.db.execute(text("SELECT id FROM course")).scalars().all() == ["rnn", "another"]
        (tmp_path / "one.db").unlink()
        with one_look(), Gradebook(url, "rnn") as gradebook:
            assert gradebook.db.execute(text("SELECT id FROM course")).scalars().all() == ["rnn"] and not gradebook.students


@pytest.fixture
def thawed():
    yield
    gc.unfreeze()


def test_nothing_is_collected_while_modules_load_whatever_happens(thawed):
    frozen = gc.get_freeze_count()
    with pytest.raises(KeyError), loading():
        assert not gc.isenabled()
        with loading():
            kept = [[] for _ in range(1_000)]
        assert not gc.isenabled() and gc.get_freeze_count() == frozen, "the outer one goes on"
        raise KeyError
    assert gc.isenabled()
    assert gc.get_freeze_count() >= frozen + len(kept)


def test_a_gradebook_that_could_not_be_opened_leaves_no_connection_to_an_old_file(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/gradebook.db"
    with one_engine():
        with Gradebook(url) as gradebook:
            gradebook.add_student("ada")
        with monkeypatch.context() as broken, pytest.raises(KeyError):
            broken.setattr(Gradebook, "check_course", lambda self, course_id: {}["no course"])
            Gradebook(url)
        (tmp_path / "gradebook.db").unlink()
        with Gradebook(url) as gradebook:
            assert not gradebook.students


def test_templates_that_cannot_be_made_ready_stop_nobody(toy, tmp_path, monkeypatch):
    new_course(tmp_path / "course", [toy])
    (tmp_path / "course" / "submitted" / "ada" / toy.name).mkdir(parents=True)
    asked = []
    monkeypatch.setattr(classroom, "make_pages_ready", lambda api: asked.append(api) or {}["no template"])
    monkeypatch.setattr(classroom, "grade_all", lambda *arguments, **keywords: [classroom.Ungraded("ada", "not now")])
    course = classroom.Classroom(tmp_path / "course", toy)
    [result] = classroom.grade_class(course, ["ada"], 1, False, lambda result: None)
    assert asked and result.reason == "not now"
