"""Many threads, several processes, and processes that are killed: nothing that was acknowledged is missing."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.errors import StoreError
from service.records import Hop, Pair, Translation
from service.store import Store

pytest_plugins = ["postgres"]

# Keeps things of every kind and says so after each; told to begin by a line on its standard input.
WRITER = """
import sys
from service.records import Hop, Pair, Translation
from service.store import Store

url, name = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
store = Store.open(url)
print("open", flush=True)
job = store.jobs.add(kind="translate")
store.jobs.start(job.id)
print("job", job.id, flush=True)
made = store.glossaries.add(name, dictionaries={})
for n in range(10_000):
    text = f"{name} {n} " + "x" * (n % 50 * 400)
    translation = Translation(text=text, source="en", target="fr", mentions=(), signature="s",
                              route=(Hop("echo", Pair("en", "fr")),))
    print("translation", store.translations.keep(text=text, translation=translation).id, n, flush=True)
    print("revision", store.revisions.add(who=name, summary=str(n), text=text, etag="e").n, n, flush=True)
    store.glossaries.merge_dictionary(made.id, source="en", target="fr", entries={f"term {n}": "y"})
    print("term", made.id, n, flush=True)
    store.jobs.progress(job.id, done=n)
    store.sentences.put_many({f"{name} {n} {i}": "z" for i in range(20)})
"""


def start_writers(url: str, n: int) -> list[subprocess.Popen]:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, f"writer {i}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for i in range(n)
    ]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    return writers


def test_processes_that_start_at_once_and_are_killed_lose_nothing_they_acknowledged(database_url, tmp_path):
    writers = start_writers(database_url, 3)  # on an empty database: the tables are made once
    said: list[list[str]] = [[] for _ in writers]
    try:
        for lines, writer in zip(said, writers, strict=True):
            while len(lines) < 40:
                line = writer.stdout.readline()
                assert line, "the writer stopped by itself"
                lines.append(line)
        with Store.open(database_url) as beside:  # while they live, their jobs are theirs
            assert {job.state for job in beside.jobs.list()} == {"running"}
    finally:
        for writer in writers:
            writer.kill()
    for lines, writer in zip(said, writers, strict=True):
        rest, _ = writer.communicate()
        lines += rest.splitlines(keepends=True)
    with Store.open(database_url) as store:
        for name, lines in enumerate(said):
            whole = [line.split() for line in lines if line.endswith("\n")]
            check_acknowledged(store, f"writer {name}", whole)
        assert {job.state for job in store.jobs.list()} == {"failed"}
        assert all("the server was stopped" in job.error for job in store.jobs.list())
        assert not list(tmp_path.glob("*-owner-*"))  # of those that were killed


def check_acknowledged(store: Store, name: str, lines: list[list[str]]) -> None:
    assert lines[0] == ["open"]
    assert sum(line[0] == "translation" for line in lines) > 5
    for kind, *what in lines[1:]:
        match kind:
            case "translation":
                assert store.translations.get(what[0]).text.startswith(f"{name} {what[1]} ")
            case "revision":
                revision = store.revisions.get(what[0])
                assert (revision.who, revision.summary) == (name, what[1])
            case "term":
                assert f"term {what[1]}" in store.glossaries.get(what[0]).dictionaries["en", "fr"]
            case "job":
                assert store.jobs.get(what[0]).done >= 0


def test_files_of_killed_processes_are_swept_up_and_those_of_the_living_are_not(tmp_path):
    url = f"sqlite:///{tmp_path}/[store].sqlite3"
    with Store.open(url) as store:
        job = store.jobs.add(kind="k")
        stale = tmp_path / f"[store].sqlite3-owner-{'0' * 32}"
        stale.touch()
        Store.open(url).close()
        assert not stale.exists()
        assert len(list(tmp_path.glob("*-owner-*"))) == 1
        assert store.jobs.get(job.id).state == "queued"
    assert [path.name for path in tmp_path.iterdir()] == ["[store].sqlite3"]


def test_eight_threads_write_and_read_at_once(store):
    shared = store.glossaries.add("shared", dictionaries={}).id
    _, secret = store.keys.add("k", scopes=["read"])
    failed: list[BaseException] = []

    def work(thread: int) -> list[str]:
        ids = []
        try:
            for n in range(12):
                text = f"{thread} {n}"
                translation = Translation(
                    text=text, source="en", target="fr", route=(Hop("e", Pair("en", "fr")),), mentions=(), signature="s"
                )
                ids.append(store.translations.keep(text=text, translation=translation).id)
                store.glossaries.merge_dictionary(shared, source="en", target="fr", entries={text: text})
                store.sentences.put_many({f"{n} {i}": "same keys, in another order" for i in range(thread, 100)})
                store.sentences.get_many(f"{n} {i}" for i in range(100))
                assert store.keys.find(secret)
                job = store.jobs.add(kind="k")
                store.jobs.start(job.id)
                store.jobs.finish(job.id, result=n)
                store.translations.list(search=text)
        except BaseException as error:
            failed.append(error)
        return ids

    with ThreadPoolExecutor(8) as pool:
        ids = [id_ for found in pool.map(work, range(8)) for id_ in found]
    assert not failed, failed
    assert len(set(ids)) == 8 * 12
    # Each merge read what all before had written.
    assert store.glossaries.get(shared).n_entries == {("en", "fr"): 8 * 12}
    assert {store.jobs.get(job.id).state for job in store.jobs.list(limit=200)} == {"done"}


def test_a_job_is_started_by_one_and_ended_by_one(store):
    for _ in range(5):
        job = store.jobs.add(kind="k")
        with ThreadPoolExecutor(8) as pool:
            started = [pool.submit(store.jobs.start, job.id) for _ in range(8)]
        assert sum(future.exception() is None for future in started) == 1


def test_readers_do_not_wait_for_a_writer(store):
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with store._database.write() as connection:
            connection.execute(store_suggestion())
            held.set()
            done.wait(20)

    writer = threading.Thread(target=hold)
    writer.start()
    try:
        assert held.wait(10)
        started = time.monotonic()
        assert store.suggestions.list() == ()
        assert store.sentences.get_many(["a"]) == {}
        assert time.monotonic() - started < 2
    finally:
        done.set()
        writer.join()
    assert len(store.suggestions.list()) == 1


def store_suggestion():
    from datetime import UTC, datetime

    from service.store.tables import suggestions

    return suggestions.insert().values(created=datetime.now(UTC), q="q", s="s", source="en", target="fr")


def test_what_fails_halfway_is_undone(store):
    with pytest.raises(ZeroDivisionError), store._database.write() as connection:
        connection.execute(store_suggestion())
        1 / 0  # noqa: B018
    assert store.suggestions.list() == ()


def test_a_database_that_was_started_anew_is_found_again(postgres):
    with postgres.database() as url, Store.open(url) as store, Store.open(url) as beside:
        job = store.jobs.add(kind="k")
        postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'exonym'")
        assert store.jobs.start(job.id).state == "running"
        store.expire()  # as the server does once a minute: its jobs are its own again
        beside.expire()
        assert store.jobs.get(job.id).state == "running"


def test_a_table_that_is_gone_is_a_store_error(store):
    with store._database.write() as connection:
        connection.exec_driver_sql("DROP TABLE suggestions")
    with pytest.raises(StoreError, match="suggestions") as caught:
        store.suggestions.add("a private text", "s", "en", "fr")
    assert "private" not in str(caught.value)
