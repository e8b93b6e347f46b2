"""A course's gradebook in a real PostgreSQL, which the test starts itself; its password is shown and written nowhere."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.build import instructor_notebook, write_release
from autograder.errors import CourseError
from autograder.grading.database import gradebook_url, has_password, shown
from autograder.release import make_release
from autograder.verify import cases, hand_in

PROGRAMS = Path(sys.executable).parent
PASSWORD = "s3cret/with?odd"
QUOTED = "s3cret%2Fwith%3Fodd"
SCORES = {"ada": 5.0, "blaise": 0.0}


def find_server():
    """The folder of PostgreSQL's programs: Debian's newest, or the one that initdb on PATH belongs to."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = [str(debian[-1])] if debian else [shutil.which("initdb")]
    return Path(found[0]).resolve().parent if found[0] else None


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL of this test's own, on a free port, as an ordinary user: USER:PASSWORD@HOST:PORT."""
    programs = find_server()
    if programs is None:
        told = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        (pytest.fail if os.environ.get("COURSE_TESTS_REQUIRE_ALL") else pytest.skip)(told)
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = _ordinary_user() if os.geteuid() == 0 else None  # it refuses to run as root
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    (folder / "password").write_text(PASSWORD)
    if user:
        for path in (folder, folder / "password"):
            os.chown(path, user.pw_uid, user.pw_gid)
    quiet = {"cwd": folder, "capture_output": True, "text": True, **as_user}
    access = ["-U", "course", "--auth=scram-sha-256", f"--pwfile={folder}/password"]
    made = subprocess.run([programs / "initdb", "-D", folder / "data", *access, "-N", "-E", "UTF8"], **quiet)
    assert made.returncode == 0, made.stderr
    port = _free_port()
    options = ["-c", "fsync=off", "-c", f"unix_socket_directories={folder}", "-c", "listen_addresses=127.0.0.1", "-p", str(port)]
    with open(folder / "log", "w") as log:
        running = subprocess.Popen([programs / "postgres", "-D", folder / "data", *options], cwd=folder, stdout=log, stderr=log, **as_user)
    try:
        _wait_for(port, running, folder / "log")
        yield f"127.0.0.1:{port}", programs
    finally:
        running.terminate()
        running.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(server, request):
    """A fresh database: its URL with the password."""
    address, programs = server
    name = f"course_{sum(request.node.name.encode())}"
    host, port = address.split(":")
    environment = os.environ | {"PGPASSWORD": PASSWORD}
    subprocess.run([programs / "createdb", "-h", host, "-p", port, "-U", "course", name], env=environment, check=True)
    return f"postgresql://course:{QUOTED}@{address}/{name}"


@pytest.fixture(scope="module")
def module_toy(tmp_path_factory, make_toy_clone):
    assignment = make_toy_clone(tmp_path_factory.mktemp("clone"))
    write_release(assignment)
    return assignment


def _ordinary_user():
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.skip("there is no ordinary user to run PostgreSQL as")


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_for(port, running, log):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if running.poll() is not None:
            pytest.fail(f"PostgreSQL did not start: {log.read_text()}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and "ready to accept connections" in log.read_text():
                return
        time.sleep(0.1)
    pytest.fail("PostgreSQL took more than two minutes to start")


def command(program, *arguments, toy=None, cwd=None, password=True):
    environment = os.environ | {"COLUMNS": "250", "PATH": f"{PROGRAMS}:{os.environ['PATH']}"}
    environment |= {"COURSE_ROOT": str(toy.root)} if toy else {}
    environment |= {"PGPASSWORD": PASSWORD} if password else {}
    line = [str(PROGRAMS / program), *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, env=environment, cwd=cwd, timeout=600)


def hand_in_all(course, toy):
    solved = instructor_notebook(toy)
    known = {case.name: case for case in cases(toy, solved, make_release(solved))}
    for student, name in (("ada", "solution"), ("blaise", "untouched")):
        hand_in(known[name], toy, course / "submitted" / student / "averages")


def scores(url):
    with Gradebook(url) as gradebook:
        return {submission.student.id: submission.score for submission in gradebook.assignment_submissions("averages")}


def holding_the_password(folder):
    """The files of a course in which the password stands, as it is or quoted."""
    secrets = (PASSWORD.encode(), QUOTED.encode())
    return [path for path in folder.rglob("*") if path.is_file() and any(secret in path.read_bytes() for secret in secrets)]


@pytest.mark.usefixtures("sandbox")
def test_a_course_in_postgresql_is_graded_and_plain_nbgrader_agrees(module_toy, database, tmp_path, monkeypatch):
    course = tmp_path / "course"
    made = command("autograder", "new-course", course, "averages", "--db", database, toy=module_toy, password=False)
    assert made.returncode == 0, made.stderr
    assert "the password was used and not written down" in made.stdout
    hand_in_all(course, module_toy)
    graded = command("autograder", "grade", "averages", "--course", course, toy=module_toy)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    assert f"gradebook: {shown(database).replace('postgresql://', 'postgresql+psycopg://')}" in graded.stdout
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    url = gradebook_url(database)
    assert scores(url) == SCORES
    assert not (course / "gradebook.db").exists()
    plain = command("nbgrader", "autograde", "averages", "--force", cwd=course)
    assert plain.returncode == 0, plain.stderr
    assert scores(url) == SCORES
    assert command("nbgrader", "export", cwd=course).returncode == 0
    assert "ada" in (course / "grades.csv").read_text()
    assert holding_the_password(course) == []
    assert not any(PASSWORD in text or QUOTED in text for done in (made, graded, plain) for text in (done.stdout, done.stderr))


@pytest.mark.usefixtures("sandbox")
def test_a_course_in_sqlite_is_graded_into_postgresql_by_url(module_toy, database, tmp_path, monkeypatch):
    course = tmp_path / "course"
    assert command("autograder", "new-course", course, "averages", toy=module_toy).returncode == 0
    hand_in_all(course, module_toy)
    for expected in ("1", "2"):
        graded = command("autograder", "grade", "averages", "--course", course, "--db", database, toy=module_toy, password=False)
        assert graded.returncode == 0, (expected, graded.stdout, graded.stderr)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert scores(gradebook_url(database)) == SCORES
    assert scores(f"sqlite:///{course}/gradebook.db") == {}, "the other gradebook is left alone"
    assert command("autograder", "grade", "averages", "--course", course, toy=module_toy).returncode == 0
    assert scores(f"sqlite:///{course}/gradebook.db") == SCORES, "and gets the same records when it is asked for"
    assert holding_the_password(course) == []


def test_a_wrong_password_is_one_line_without_it(module_toy, database, tmp_path):
    wrong = database.replace(QUOTED, "wr0ng")
    done = command("autograder", "new-course", tmp_path / "course", "averages", "--db", wrong, toy=module_toy, password=False)
    assert done.returncode == 1
    assert "password authentication failed" in done.stderr and done.stderr.count("\n") == 1
    assert "wr0ng" not in done.stdout + done.stderr and not holding_the_password(tmp_path)


def test_no_server_is_one_line(module_toy, tmp_path):
    url = f"postgresql://course:secret1@127.0.0.1:{_free_port()}/x"
    done = command("autograder", "new-course", tmp_path / "course", "averages", "--db", url, toy=module_toy, password=False)
    assert done.returncode == 1 and "cannot be opened" in done.stderr and "refused" in done.stderr
    assert done.stderr.count("\n") == 1 and "secret1" not in done.stderr


@pytest.mark.parametrize(
    "text", ["nonsense", "mysql://u:secret1@h/x", "postgresql://u:secret1@h:port/x", "sqlite://", "http://u:secret1@h"]
)
def test_what_is_no_gradebooks_url_is_told_without_its_password(text):
    with pytest.raises(CourseError) as told:
        gradebook_url(text)
    assert "secret1" not in str(told.value)


def test_a_password_is_taken_out_wherever_it_stands(monkeypatch):
    for name in ("PGPASSWORD",):
        monkeypatch.setenv(name, "before")
    for text in ("postgresql://u:secret1@h/x", "postgresql://u@h/x?password=secret1&sslmode=require"):
        assert has_password(text)
        assert "secret1" not in gradebook_url(text) + shown(text)
        assert os.environ["PGPASSWORD"] == "secret1"
    assert gradebook_url("postgresql:///x?host=/tmp/socket") == "postgresql+psycopg:///x?host=%2Ftmp%2Fsocket"
    assert not has_password("postgresql://u@h/x")


def test_a_sqlite_file_stays_the_same_from_any_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert gradebook_url("sqlite:///grades.db") == f"sqlite:///{tmp_path}/grades.db"
