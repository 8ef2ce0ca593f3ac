"""Glossaries, revisions, jobs and documents in the store; every test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hostile import HOSTILE
from postgres import n_rows
from sqlalchemy import update

from service.errors import ConflictError, InputError, NotFoundError, TooLongError, TooManyError
from service.records import Caller
from service.store import Store, tables

pytest_plugins = ["postgres"]


# -------------------------------------------------------------------------------------------------------- glossaries

EN_DE, EN_FR = ("en", "de"), ("en", "fr")


def test_a_glossary_comes_back_with_its_entries_in_order(store):
    entries = {"zebra": "Zebra", "apple": "Apfel", "nul\0": "\ud800"}
    made = store.glossaries.add("animals", dictionaries={EN_DE: entries, EN_FR: {}})
    assert str(uuid.UUID(made.id)) == made.id
    again = store.glossaries.get(made.id.upper())
    assert again == made
    assert list(again.dictionaries[EN_DE].items()) == list(entries.items())
    assert again.n_entries == {EN_DE: 3, EN_FR: 0}
    outline = store.glossaries.outline(made.id)
    assert (outline.version, outline.n_entries, outline.name) == (made.version, made.n_entries, "animals")
    assert store.glossaries.list() == (outline,)


def test_dictionaries_are_put_merged_and_deleted(store):
    id_ = store.glossaries.add("g", dictionaries={EN_DE: {"a": "1", "b": "2"}}).id
    merged = store.glossaries.merge_dictionary(id_, source="en", target="de", entries={"b": "3", "c": "4"})
    assert merged.dictionaries == {EN_DE: {"a": "1", "b": "3", "c": "4"}}
    merged = store.glossaries.merge_dictionary(id_, source="en", target="fr", entries={"a": "un"})
    assert merged.dictionaries[EN_FR] == {"a": "un"}
    put = store.glossaries.put_dictionary(id_, source="en", target="de", entries={"z": "9"})
    assert put.dictionaries == {EN_DE: {"z": "9"}, EN_FR: {"a": "un"}}
    left = store.glossaries.delete_dictionary(id_, source="en", target="de")
    assert left.dictionaries == {EN_FR: {"a": "un"}} == store.glossaries.get(id_).dictionaries
    with pytest.raises(NotFoundError, match="it has en to fr"):
        store.glossaries.delete_dictionary(id_, source="en", target="de")
    store.glossaries.delete(id_)
    with pytest.raises(NotFoundError):
        store.glossaries.get(id_)
    assert n_rows(store, tables.dictionaries) == 0


def test_the_version_changes_with_the_entries_and_with_nothing_else(store):
    glossaries = store.glossaries
    made = glossaries.add("g", dictionaries={EN_DE: {"a": "1", "b": "2"}})
    seen = {made.version}
    assert glossaries.rename(made.id, name="h").version == made.version
    assert glossaries.get(made.id).name == "h"
    for change in ({"a": "1"}, {"a": "2"}, {"b": "2", "a": "2"}, {}):
        version = glossaries.put_dictionary(made.id, source="en", target="de", entries=change).version
        assert version not in seen
        seen.add(version)
    assert glossaries.put_dictionary(made.id, source="en", target="fr", entries={}).version not in seen
    same = glossaries.add("another", dictionaries={EN_DE: {"a": "1", "b": "2"}})
    assert same.version == made.version


def test_a_glossary_may_be_large_and_no_larger(store):
    entries = {f"term number {n:06}": "ж" * 20 for n in range(180_000)}
    size = sum(len(key) + 40 for key in entries)
    assert size < 10 * 2**20 < size + 500_000
    made = store.glossaries.add("large", dictionaries={EN_DE: entries})
    assert store.glossaries.outline(made.id).n_entries == {EN_DE: 180_000}
    with pytest.raises(TooLongError, match="10485760"):
        store.glossaries.merge_dictionary(made.id, source="en", target="fr", entries={"x": "y" * 500_000})
    assert store.glossaries.outline(made.id).version == made.version


def test_dictionaries_of_no_language_are_refused(store):
    made = store.glossaries.add("g", dictionaries={EN_DE: {}})
    for lang in ("", "en\0", "e" * 36, "\ud800", "en de", "русский"):
        with pytest.raises(InputError):
            store.glossaries.add("g", dictionaries={("en", lang): {"a": "b"}})
        with pytest.raises(InputError):
            store.glossaries.put_dictionary(made.id, source=lang, target="de", entries={})
        with pytest.raises(NotFoundError):
            store.glossaries.delete_dictionary(made.id, source=lang, target="de")
    assert store.glossaries.list() == (store.glossaries.outline(made.id),)


def test_names_of_glossaries_and_files_have_a_bearable_length(store):
    for name in ("", " \n", "x" * 1025, "ж" * 1025):
        with pytest.raises(InputError):
            store.glossaries.add(name, dictionaries={})
        with pytest.raises(InputError):
            store.documents.add(kind="deepl", file_name=name, target="de")
    assert store.glossaries.list() == ()


def test_there_may_be_a_thousand_glossaries(store):
    row = {"name": "g", "created": datetime.now(UTC)}
    with store._database.write() as connection:
        connection.execute(tables.glossaries.insert(), [row | {"id": str(uuid.uuid4())} for _ in range(999)])
    store.glossaries.add("the thousandth", dictionaries={})
    with pytest.raises(TooManyError, match="1000"):
        store.glossaries.add("one more", dictionaries={})
    assert len(store.glossaries.list()) == 1000


# ------------------------------------------------------------------------------------------ revisions and suggestions


def test_revisions_are_counted_up_and_come_back(store):
    text = "exonym: 1\n# имена \ud800\0\n" * 1000
    added = [store.revisions.add(who="anna", summary=f"save {n}", text=text + str(n), etag=f'"{n}"') for n in range(4)]
    numbers = [revision.n for revision in added]
    assert numbers == sorted(set(numbers))
    assert [store.revisions.get(revision.n) for revision in added] == added
    listed = store.revisions.list(limit=2)
    assert [(revision.n, revision.text) for revision in listed] == [(numbers[3], None), (numbers[2], None)]
    assert [revision.summary for revision in store.revisions.list(before=listed[-1].n)] == ["save 1", "save 0"]
    with pytest.raises(NotFoundError, match="no revision"):
        store.revisions.get(numbers[-1] + 1)


def test_revisions_and_suggestions_take_any_text(store):
    for text in HOSTILE:
        added = store.revisions.add(who=text, summary=text, text=text, etag=text)
        assert store.revisions.get(added.n) == added
        suggestion = store.suggestions.add(text, text, "en", "fr")
        assert store.suggestions.list(limit=1) == (suggestion,)


def test_suggestions_are_pages_from_the_newest_on(store):
    added = [store.suggestions.add(f"q{n}", f"s{n}", "en", "fr") for n in range(5)]
    assert store.suggestions.list(limit=2) == (added[4], added[3])
    assert store.suggestions.list(before=added[3].id) == (added[2], added[1], added[0])
    store.suggestions.delete(added[4].id)
    assert len(store.suggestions.list()) == 4


# -------------------------------------------------------------------------------------------------------------- jobs


def test_a_job_goes_from_queued_to_done(store):
    job = store.jobs.add(kind="translate", caller=Caller("key:7"))
    assert (job.state, job.done, job.total, job.is_open) == ("queued", 0, None, True)
    assert store.jobs.progress(job.id, done=1) is False
    assert store.jobs.start(job.id).state == "running"
    assert store.jobs.progress(job.id, done=3, total=9) is True
    assert (store.jobs.get(job.id).done, store.jobs.get(job.id).total) == (3, 9)
    result = {"text": "\0\ud800 %s", "none": None, "list": [1, 2.5, True]}
    done = store.jobs.finish(job.id, result=result)
    assert (done.state, done.result, done.is_open) == ("done", result, False)
    assert store.jobs.get(job.id) == done
    assert done.updated >= job.created


def test_a_finished_job_does_not_change(store):
    ends = {
        "done": lambda id_: store.jobs.finish(id_, result=1),
        "failed": lambda id_: store.jobs.fail(id_, code="engine", error="it broke"),
        "cancelled": store.jobs.cancel,
    }
    for state, end in ends.items():
        job = store.jobs.add(kind="k")
        store.jobs.start(job.id)
        end(job.id)
        for other, change in (ends | {"running": store.jobs.start}).items():
            if (state, other) == ("cancelled", "cancelled"):
                assert change(job.id).state == "cancelled"
                continue
            with pytest.raises(ConflictError, match=f"is {state}"):
                change(job.id)
        assert store.jobs.progress(job.id, done=1) is False
        assert store.jobs.get(job.id).state == state


def test_jobs_are_listed_from_the_newest_on_and_deleted(store):
    ids = [store.jobs.add(kind="k").id for _ in range(3)]
    store.jobs.cancel(ids[1])
    assert [job.id for job in store.jobs.list()] == ids[::-1]
    assert [job.id for job in store.jobs.list(state="cancelled")] == [ids[1]]
    store.jobs.delete(ids[1])
    assert [job.id for job in store.jobs.list(limit=1)] == [ids[2]]
    with pytest.raises(NotFoundError):
        store.jobs.get(ids[1])


def test_finished_jobs_expire_and_open_ones_do_not(store):
    done, open_ = store.jobs.add(kind="k"), store.jobs.add(kind="k")
    store.jobs.cancel(done.id)
    with store._database.write() as connection:
        connection.execute(update(tables.jobs).values(updated=datetime.now(UTC) - timedelta(hours=25)))
    assert store.expire() == 1
    assert [job.id for job in store.jobs.list()] == [open_.id]


def test_jobs_and_documents_of_a_store_that_was_closed_have_failed(open_store):
    first, beside = open_store(), open_store()
    running, queued, done = (first.jobs.add(kind="k") for _ in range(3))
    for job in (running, done):
        first.jobs.start(job.id)
    first.jobs.finish(done.id, result=None)
    document = first.documents.add(kind="deepl", file_name="a.txt", target="de")
    theirs = beside.jobs.add(kind="k")
    assert beside.expire() == 0
    assert open_store().jobs.get(running.id).state == "running"
    first.close()
    later = open_store()
    for job in (running, queued):
        assert later.jobs.get(job.id).state == "failed"
        assert later.jobs.get(job.id).code == "stopped"
        assert "the server was stopped" in later.jobs.get(job.id).error
    assert later.jobs.get(done.id).state == "done"
    assert later.jobs.get(theirs.id).state == "queued"
    assert later.documents.get(document.id, kind="deepl").state == "failed"


# --------------------------------------------------------------------------------------------------------- documents


def test_a_document_is_sent_translated_and_fetched(store):
    data = bytes(range(256)) * 4000
    added = store.documents.add(kind="deepl", file_name="Вход.txt", target="de", source="ru", details={"n": 1})
    assert (added.state, len(added.key), len(added.id)) == ("queued", 64, 32)
    assert added.key not in repr(added)
    with pytest.raises(ConflictError, match="is queued"):
        store.documents.read(added.id, kind="deepl", key=added.key)
    assert store.documents.start(added.id).state == "running"
    done = store.documents.finish(added.id, data=data, file_name="Eingang.txt", details={"n": 2})
    assert (done.state, done.n_bytes, done.details, done.file_name) == ("done", len(data), {"n": 2}, "Eingang.txt")
    assert store.documents.get(added.id.upper(), kind="deepl", key=added.key) == done
    assert store.documents.read(added.id, kind="deepl", key=added.key) == data
    assert store.documents.read(added.id, kind="deepl", key=added.key) == data
    assert store.documents.fetched(added.id).state == "fetched"
    with pytest.raises(ConflictError, match="is fetched"):
        store.documents.read(added.id, kind="deepl", key=added.key)
    assert n_rows(store, tables.contents) == 0


def test_a_document_is_found_with_its_key_and_by_its_family_alone(store):
    document = store.documents.add(kind="libretranslate", file_name="a.txt", target="de", data=b"data")
    assert store.documents.read(document.id, kind="libretranslate") == b"data"
    for kind, key in (("deepl", None), ("deepl", document.key), ("libretranslate", "0" * 64), ("libretranslate", "")):
        with pytest.raises(NotFoundError):
            store.documents.get(document.id, kind=kind, key=key)
        with pytest.raises(NotFoundError):
            store.documents.read(document.id, kind=kind, key=key)


def test_a_document_that_failed_says_why_and_stays_failed(store):
    document = store.documents.add(kind="deepl", file_name="a.txt", target="de")
    assert store.documents.fail(document.id, error="no text in it").error == "no text in it"
    for change in (
        lambda: store.documents.start(document.id),
        lambda: store.documents.finish(document.id, data=b""),
        lambda: store.documents.fail(document.id, error="again"),
        lambda: store.documents.fetched(document.id),
    ):
        with pytest.raises(ConflictError, match="is failed"):
            change()
    store.documents.delete(document.id)
    with pytest.raises(NotFoundError):
        store.documents.get(document.id, kind="deepl")


def test_nothing_is_left_of_a_document_that_has_expired(store):
    document = store.documents.add(kind="deepl", file_name="a.txt", target="de", data=b"secret" * 1000)
    store.documents.add(kind="deepl", file_name="b.txt", target="de", data=b"stays")
    past = update(tables.documents).where(tables.documents.c.id == document.id)
    with store._database.write() as connection:
        connection.execute(past.values(expires=datetime.now(UTC) - timedelta(seconds=1)))
    for call in (
        lambda: store.documents.get(document.id, kind="deepl"),
        lambda: store.documents.read(document.id, kind="deepl"),
        lambda: store.documents.fetched(document.id),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert store.expire() == 1
    assert (n_rows(store, tables.documents), n_rows(store, tables.contents)) == (1, 1)


def test_sqlite_gives_the_disk_back_and_leaves_no_trace(tmp_path):
    path = tmp_path / "store.sqlite3"
    with Store.open(f"sqlite:///{path}") as store:
        for _ in range(8):
            store.documents.add(kind="deepl", file_name="a.txt", target="de", data=b"secret" * 300_000)
        with store._database.write() as connection:
            connection.execute(update(tables.documents).values(expires=datetime.now(UTC)))
        assert store.expire() == 8
    assert path.stat().st_size < 500_000
    assert b"secretsecret" not in path.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == ["store.sqlite3"]
