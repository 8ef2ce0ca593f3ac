"""A PostgreSQL cluster of the tests' own: unprivileged, on a free port, in a temporary folder, gone with the tests.

Test files take the fixtures with `pytest_plugins = ["postgres"]`: `postgres` is the cluster, `database_url` an empty
database, `made_url` one with tables, `store` an open store; all but the first once on SQLite, once on PostgreSQL.
PYTEST_DONT_REWRITE: the search for doctests may import this module before the plugins are read, and that is no fault.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import select

from service.settings import Settings
from service.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Table

USER, PASSWORD = "exonym", "s3cret:p@ss/word"
START_S = 30
_PR_SET_PDEATHSIG = 1
_MISSING = pytest.StashKey[bool]()
_TEMPLATE = "tests_template"


@dataclass(frozen=True)
class Cluster:
    """A running server; each test makes databases of its own in it."""

    port: int

    def url(self, database: str = "postgres", *, password: str = "s3cret%3Ap%40ss%2Fword") -> str:
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, *, database: str = "postgres") -> list[tuple]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    @contextlib.contextmanager
    def database(self, options: str = "") -> Iterator[str]:
        """Make an empty database, give its URL, and drop it."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self.execute(f"CREATE DATABASE {name} {options}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")


def binaries() -> Path | None:
    """Return the folder with initdb and postgres: Debian keeps it off the PATH, one for each version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    on_path = shutil.which("initdb")
    candidates = [*reversed(found), *([Path(on_path)] if on_path else [])]
    return next((path.parent for path in candidates if (path.parent / "postgres").exists()), None)


def _account() -> dict[str, object]:
    """Return as whom to run the server: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def _initialise(folder: Path, bin_: Path, account: dict) -> None:
    password = folder / "password"
    password.write_text(PASSWORD)
    command = [bin_ / "initdb", "-D", folder / "data", "-U", USER, "--pwfile", password, "--auth", "scram-sha-256"]
    command += ["--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"]
    if account:
        for path in (folder, password):
            os.chown(path, account["user"], account["group"])
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **account)
    assert done.returncode == 0, f"initdb failed: {done.stderr}"


@contextlib.contextmanager
def _server(folder: Path, bin_: Path, account: dict, port: int) -> Iterator[subprocess.Popen]:
    options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "max_connections": 150}
    options |= {"fsync": "off", "shared_buffers": "64MB", "lc_messages": "C"}  # what no test cuts the power of
    command = [bin_ / "postgres", "-D", folder / "data", *(f"--{key}={value}" for key, value in options.items())]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, preexec_fn=_die_with_parent, start_new_session=True, **account
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(START_S)


def _answers(cluster: Cluster, process: subprocess.Popen) -> bool:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError):
            cluster.execute("SELECT 1")
            return True
        time.sleep(0.05)
    return False


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where nobody can overlook it that a database was not tested."""
    if config.stash.get(_MISSING, False):
        terminalreporter.section("PostgreSQL WAS NOT TESTED", sep="!", red=True, bold=True)
        terminalreporter.line("No initdb and postgres were found, so the store was tested on SQLite alone.", red=True)
        terminalreporter.line("Install Debian's package postgresql (.ci/setup dev does), then run again.", red=True)


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """The tests' own PostgreSQL; where it is not installed, tests that need it are skipped and the run says so."""
    bin_ = binaries()
    if bin_ is None:
        request.config.stash[_MISSING] = True
        pytest.skip("PostgreSQL is not installed")
    account = _account()
    # Not pytest's folder: its owner alone may look into that, and the server is somebody else.
    with tempfile.TemporaryDirectory(prefix="exonym-pg-") as folder:
        _initialise(Path(folder), bin_, account)
        for _ in range(3):  # somebody else may have taken the port in between
            cluster = Cluster(_free_port())
            with _server(Path(folder), bin_, account, cluster.port) as process:
                if _answers(cluster, process):
                    yield cluster
                    return
        pytest.fail("PostgreSQL did not start: " + (Path(folder) / "log").read_text()[-2000:])


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/store.sqlite3"
        return
    with request.getfixturevalue("postgres").database() as url:
        yield url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.sqlite3"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres: Cluster) -> str:
    postgres.execute(f"CREATE DATABASE {_TEMPLATE}")
    Store.open(postgres.url(_TEMPLATE)).close()
    return f"TEMPLATE {_TEMPLATE}"


@pytest.fixture(params=["sqlite", "postgresql"])
def made_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that has its tables, copied from one that was migrated."""
    if request.param == "sqlite":
        path = tmp_path / "store.sqlite3"
        shutil.copy(request.getfixturevalue("_sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("_postgres_template")
    with request.getfixturevalue("postgres").database(template) as url:
        yield url


@pytest.fixture
def open_store(made_url: str) -> Iterator[Callable[..., Store]]:
    """Opens a store with settings; all that it opened share one database and are closed in the end."""
    with contextlib.ExitStack() as stack:

        def open_(**settings: object) -> Store:
            return stack.enter_context(Store.open(Settings.model_validate({"database": made_url, **settings})))

        yield open_


@pytest.fixture
def store(open_store: Callable[..., Store]) -> Store:
    """An empty store."""
    return open_store()


def n_rows(store: Store, table: Table) -> int:
    """Return how many rows a table of the store has."""
    with store._database.read() as connection:
        return len(connection.execute(select(next(iter(table.primary_key)))).all())
