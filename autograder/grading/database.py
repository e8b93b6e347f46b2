"""Where a course's gradebook stands: SQLite in the course folder, or PostgreSQL by URL.

A password is never part of what is written, shown or handed on: it goes to PostgreSQL's own client library by the
environment, as PGPASSWORD does. Student code never sees this process's environment.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

from nbgrader import api as nbgrader_api
from nbgrader.api import Gradebook
from sqlalchemy import URL, Engine, NullPool, make_url
from sqlalchemy.exc import ArgumentError

from autograder.errors import CourseError

SECRET = ("password", "sslpassword", "oauth_client_secret")
"""Parameters of a URL's query that PostgreSQL takes for secrets."""
EXAMPLES = "sqlite:////folder/gradebook.db or postgresql://user@host/database"


class DatabaseError(CourseError):
    """A gradebook's database cannot be used; says why, without the password."""


def gradebook_url(text: str) -> str:
    """A database's URL as nbgrader takes it, without its password, which PostgreSQL's client library is given.

    Args:
        text: what the instructor wrote: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE.

    Raises:
        DatabaseError: it is no such URL, or the driver is not installed.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseError(f"--db is no database's URL; expected {EXAMPLES}") from None
    kind = url.drivername.split("+")[0]
    if kind == "sqlite":
        return _sqlite(url)
    if kind not in ("postgresql", "postgres"):
        raise DatabaseError(f"a gradebook in {kind} is not supported; expected {EXAMPLES}")
    return _postgresql(url)


def _sqlite(url: URL) -> str:
    if not url.database or url.database == ":memory:":
        raise DatabaseError("a gradebook needs a file: sqlite:////folder/gradebook.db")
    # nbgrader changes the working folder, and the file must stay the same one
    return str(url.set(database=os.path.abspath(url.database)))


def _postgresql(url: URL) -> str:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise DatabaseError("PostgreSQL needs the package psycopg: pip install 'psycopg[binary]'") from None
    password = url.password or url.query.get("password")
    if password:
        os.environ["PGPASSWORD"] = password if isinstance(password, str) else password[-1]
    # SQLAlchemy 2.0 and 2.1 mean different drivers by a bare postgresql://
    return _bare(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _bare(url: URL) -> URL:
    """The URL without its secrets."""
    bare = URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    return bare.difference_update_query(SECRET)


def has_password(text: str) -> bool:
    """Whether a URL that gradebook_url takes carries a password."""
    url = make_url(text)
    return bool(url.password or set(SECRET) & set(url.query))


def shown(text: str) -> str:
    """A URL as it may be shown: without any password, also where it was written into a config by hand."""
    try:
        return _bare(make_url(text)).render_as_string()
    except (ArgumentError, ValueError):
        return "of the course's nbgrader_config.py"


@contextmanager
def one_engine() -> Iterator[None]:
    """Lets all gradebooks of one database share an engine, and with it the statements that SQLAlchemy has compiled; they look for their
    tables in one query.

    nbgrader opens ten gradebooks a submission, each with an engine of its own, and each asks for every table by itself: compiling took
    a sixth of the writer's time, asking a fifteenth.
    """
    metadata, engines = nbgrader_api.Base.metadata, {}
    make, create_all = nbgrader_api.create_engine, metadata.create_all

    def kept(url: str, **options: object) -> Engine:
        name = repr((url, sorted(options.items())))
        if name not in engines:
            # no connection outlives its gradebook: the database may be another file, or another server, by the next
            engines[name] = make(url, **{"poolclass": NullPool, **options})
        return engines[name]

    def create_missing(bind: Engine) -> None:
        if not _has_all_tables(nbgrader_api.inspect(bind).get_table_names()):
            create_all(bind=bind)

    nbgrader_api.create_engine, metadata.create_all = kept, create_missing
    try:
        yield
    finally:
        nbgrader_api.create_engine = make
        del metadata.create_all


@contextmanager
def one_look() -> Iterator[None]:
    """Lets gradebooks look once whether a database has its tables and its course, while one submission is written; within `one_engine`.

    Longer than that nobody knows what becomes of a database. Looking ten times took a fifth of the writer's time.
    """
    inspect, check_course = nbgrader_api.inspect, Gradebook.check_course
    tables: dict[Engine, list[str]] = {}
    courses: dict[tuple[Engine, str], object] = {}

    def inspected(engine: Engine) -> object:
        if engine in tables:
            return SimpleNamespace(get_table_names=lambda: tables[engine])
        found = inspect(engine)
        if _has_all_tables(names := found.get_table_names()):
            tables[engine] = names
        return found

    def checked(self: Gradebook, course_id: str = "default_course", **about: object) -> object:
        if (self.engine, course_id) not in courses:
            courses[self.engine, course_id] = check_course(self, course_id, **about)
        return courses[self.engine, course_id]

    nbgrader_api.inspect, Gradebook.check_course = inspected, checked
    try:
        yield
    finally:
        nbgrader_api.inspect, Gradebook.check_course = inspect, check_course


def _has_all_tables(names: list[str]) -> bool:
    return nbgrader_api.Base.metadata.tables.keys() <= set(names)


def first_line(error: BaseException) -> str:
    """The line of a database's error that tells what happened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith(("(Background", "[SQL"))]
    told = next((line for line in lines if "FATAL" in line or "refused" in line or "No such" in line), lines[0] if lines else "")
    return told.removeprefix("(psycopg.OperationalError)").strip() or type(error).__name__
