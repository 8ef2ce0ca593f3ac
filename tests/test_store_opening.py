"""A store opens where it can, moves old tables on, and says in words why it cannot."""

from __future__ import annotations

import json
import os
import pwd
import sqlite3
import stat
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import service.store
from service.errors import StoreError
from service.records import Hop, Pair, Translation
from service.settings import Settings
from service.store import Store, tables
from service.store.database import Database
from service.store.migrate import HEAD, VERSION_TABLE, migrate

pytest_plugins = ["postgres"]
FOLDER = Path(service.store.__file__).parent


def as_nobody() -> int | None:
    """An account that owns nothing here; None where the tests do not run as root."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


@contextmanager
def without_privileges():
    nobody = as_nobody()
    if nobody is not None:
        os.seteuid(nobody)
    try:
        yield
    finally:
        if nobody is not None:
            os.seteuid(0)


# -------------------------------------------------------------------------------------------------------- migrations


def test_an_empty_database_gets_its_tables(database_url):
    with Store.open(database_url) as store:
        assert store.translations.list() == ()
        store.check()
    with Store.open(database_url) as store:  # and once it has them, they are left alone
        assert store.keys.list() == ()


@pytest.mark.parametrize("since", [None, "0001"])
def test_a_new_database_and_one_that_was_migrated_have_the_tables_that_the_program_reads(database_url, since):
    database = Database(database_url)
    if since:
        migrate(database, to=since)
    migrate(database)
    with database.read() as connection:
        options = {"compare_type": True, "compare_server_default": True, "version_table": VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables.metadata) == []
    database.close()


def test_the_last_migration_is_the_one_that_is_looked_for():
    scripts = ScriptDirectory(str(FOLDER / "migrations"))
    assert scripts.get_heads() == [HEAD]
    assert len(list(scripts.walk_revisions())) == int(HEAD)


def test_what_an_older_version_kept_is_still_there(database_url):
    database = Database(database_url)
    migrate(database, to="0001")
    row = {"created": "2026-01-01 00:00:00+00:00", "group": "0" * 32, "source": "en", "target": "fr"}
    row |= {"source_text": "Kyiv", "text": "Kyïv", "folded": "kyiv\nkyïv", "signature": "s", "lost_marks": "[]"}
    row |= {"route": json.dumps([["echo", "en", "fr"]]), "mentions": "[]"}
    if database.is_sqlite:
        row["created"] = "2026-01-01 00:00:00.000000"
    columns = ", ".join(f'"{name}"' for name in row)
    with database.write() as connection:
        values = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO translations ({columns}) VALUES ({values})"), row)
    database.close()
    with Store.open(database_url) as store:
        kept = store.translations.get("1")
        assert (kept.text, kept.format, kept.created.year) == ("Kyïv", "text", 2026)
        route = (Hop("echo", Pair("en", "fr")),)
        new = Translation(text="b", source="en", target="fr", route=route, mentions=(), signature="s")
        assert store.translations.keep(text="a", translation=new, format="html").id == "2"


def test_a_database_of_a_newer_version_is_left_alone(database_url):
    Store.open(database_url).close()
    database = Database(database_url)
    with database.write() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreError, match=rf"newer exonym .*revision 9999.*up to {HEAD}.*upgrade exonym"):
        Store.open(database_url)
    with database.read() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() == "9999"
    database.close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(database_url):
    database = Database(database_url)
    migrate(database, to="0001")
    with database.write() as connection:  # what the next step would add is there already
        connection.execute(text("ALTER TABLE translations ADD COLUMN format VARCHAR(8)"))
        connection.execute(text("INSERT INTO glossaries VALUES ('i', 'n', '2026-01-01 00:00:00')"))
    with pytest.raises(StoreError, match="format"):
        Store.open(database_url)
    with database.read() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() == "0001"
        assert connection.execute(text("SELECT name FROM glossaries")).scalar() == "n"
    database.close()


# -------------------------------------------------------------------------------------------------- where it may not


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense hunter2", "cannot be read; write it like sqlite"),
        ("postgresql://user:hunter2@host:port/db", "cannot be read"),
        ("mysql://user:hunter2@host/db", "cannot be kept in 'mysql'; use sqlite"),
        ("postgresql+asyncpg://user:hunter2@host/db", "cannot be kept in 'postgresql\\+asyncpg'"),
        ("sqlite+aiosqlite:////tmp/x", "cannot be kept in"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///file:x?mode=memory&uri=true", "needs a file"),
        ("postgresql://user:hunter2@127.0.0.1:1/db", "127.0.0.1:1/db failed: .*refused.*; see that the database runs"),
        ("postgres://127.0.0.1:1/db?user=u&password=hunter2", "127.0.0.1:1/db failed"),
        ("postgresql://user:hunter2@127.0.0.1:1/db?no_such_option=hunter2", "failed"),
        ("sqlite:////proc/none/store", "/proc/none/store cannot be written"),
        ("sqlite:////dev/null/store", "/dev/null/store cannot be written"),
        ("sqlite:////tmp/" + "x" * 5000, "cannot be written: File name too long"),
        ("sqlite:////tmp/store?mode=ro", "takes no options, but here are mode"),
        ("sqlite:////tmp/nul%00l", "cannot be written"),
        ("sqlite:////tmp/nul\0l", "cannot be written"),
    ],
    ids=lambda value: ascii(value[:40]),
)
def test_urls_that_cannot_be_are_refused_without_showing_a_password(url, words):
    with pytest.raises(StoreError, match=words) as caught:
        Store.open(url)
    assert "hunter2" not in str(caught.value)


def test_wrong_users_passwords_and_databases_are_told_apart(postgres):
    wrong = {
        postgres.url(password="hunter2"): "password authentication failed.*mend the user and password",
        postgres.url("nowhere"): 'database "nowhere" does not exist.*createdb',
    }
    for url, words in wrong.items():
        with pytest.raises(StoreError, match=words) as caught:
            Store.open(url)
        assert "hunter2" not in str(caught.value)
        assert "s3cret" not in str(caught.value)


def test_a_database_that_cannot_hold_every_language_is_refused(postgres):
    with (
        postgres.database("ENCODING 'LATIN1' TEMPLATE template0") as url,
        pytest.raises(StoreError, match=r"LATIN1.*createdb --encoding UTF8"),
    ):
        Store.open(url)


@pytest.mark.parametrize("prefix", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_reached_by_each_of_its_names(postgres, prefix):
    with postgres.database() as url, Store.open(url.replace("postgresql", prefix, 1)) as store:
        assert store.label.startswith("postgresql://127.0.0.1:")
        store.check()


def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    for parent in (*tmp_path.parents[:3], tmp_path):
        if parent.owner() == "root" and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o055)
    for path in (folder / "store.sqlite3", folder / "new" / "store.sqlite3"):
        with without_privileges(), pytest.raises(StoreError, match="Permission denied; mend its permissions") as caught:
            Store.open(f"sqlite:///{path}")
        assert str(path) in str(caught.value)
    assert list(folder.iterdir()) == []


def test_a_file_that_may_be_read_and_not_written_is_named(tmp_path):
    path = tmp_path / "store.sqlite3"
    Store.open(f"sqlite:///{path}").close()
    path.chmod(0o444)
    for parent in (*tmp_path.parents[:3], tmp_path):
        if parent.owner() == "root" and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o055)
    if as_nobody() is None:
        tmp_path.chmod(0o500)
    with without_privileges(), pytest.raises(StoreError, match=r"store\.sqlite3 failed: .*(readonly|unable to open)"):
        Store.open(f"sqlite:///{path}")
    tmp_path.chmod(0o700)


@pytest.mark.parametrize("data", [b"not a database, but long enough " * 200, b"exonym: 1\n"])
def test_a_file_that_is_no_database_is_left_alone(tmp_path, data):
    path = tmp_path / "names.yaml"
    path.write_bytes(data)
    with pytest.raises(StoreError, match="not a database; name another file"):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes() == data


def test_the_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "places.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"places\.sqlite is a database of another program"):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_damaged_database_is_named(tmp_path):
    path = tmp_path / "store.sqlite3"
    Store.open(f"sqlite:///{path}").close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\x5a" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreError, match="malformed; restore it from a backup"):
        Store.open(f"sqlite:///{path}")


# ------------------------------------------------------------------------------------------------------ where it may


def test_without_a_url_the_store_is_in_the_users_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with Store.open() as store:
        path = tmp_path / "data" / "exonym" / "exonym.sqlite3"
        assert store.label == str(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_paths_may_hold_spaces_percent_signs_and_any_letters(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Store.open("sqlite:///Мої дані 100%/%(here)s/store.sqlite3") as store:
        store.keys.add("k", scopes=["read"])
    assert (tmp_path / "Мої дані 100%" / "%(here)s" / "store.sqlite3").exists()


def test_settings_bound_what_is_kept(tmp_path):
    chosen = {"database": f"sqlite:///{tmp_path}/s", "keep_translations": 0, "cache_sentences": 0, "keep_files_s": 60}
    with Store.open(Settings.model_validate(chosen)) as store:
        store.sentences.put_many({"a": "b"})
        assert store.sentences.get_many(["a"]) == {}
        document = store.documents.add(kind="k", file_name="f", target="de")
        assert (document.expires - document.created).total_seconds() == 60


def test_sqlite_syncs_what_it_acknowledges(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/s") as store:
        with store._database.read() as connection:
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
        assert found == PRAGMAS
        store.sentences.put_many({"a": "b"})  # which does without, and puts it back
        for _ in range(3):
            with store._database.read() as connection:
                assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "auto_vacuum": 2}
