"""Where a course's gradebook stands: SQLite in the course folder, or PostgreSQL by URL.

A password is never part of what is written, shown or handed on: it goes to PostgreSQL's own client library by the
environment, as PGPASSWORD does. Student code never sees this process's environment.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader import api as nbgrader_api
from sqlalchemy import URL, Engine, NullPool, inspect, make_url
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

    nbgrader opens seven gradebooks a submission, each with an engine of its own, and each asks for every table by itself: compiling took
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
        if not metadata.tables.keys() <= set(inspect(bind).get_table_names()):
            create_all(bind=bind)

    nbgrader_api.create_engine, metadata.create_all = kept, create_missing
    try:
        yield
    finally:
        nbgrader_api.create_engine = make
        del metadata.create_all


def first_line(error: BaseException) -> str:
    """The line of a database's error that tells what happened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith(("(Background", "[SQL"))]
    told = next((line for line in lines if "FATAL" in line or "refused" in line or "No such" in line), lines[0] if lines else "")
    return told.removeprefix("(psycopg.OperationalError)").strip() or type(error).__name__
