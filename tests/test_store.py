"""What the store keeps comes back as it was put in; every test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from glossary import Mention, Span
from service.errors import ConflictError, InputError, NotFoundError, TooLongError, TooManyError
from service.records import Caller, Hop, Pair, Translation
from service.store import Store, tables
from service.store.columns import escaped, unescaped
from service.store.translations import PREVIEW_CHARS, fold

pytest_plugins = ["postgres"]

HOSTILE = [
    "",
    "a\0b\0",
    "\ud800 alone \udfff",
    "\ufdd00000",
    "\ufdd0",
    "'; DROP TABLE translations; --",
    "%_\\[a-z]*?",
    "{:x} :name %(name)s %s ? $1",
    "\U0001f1fa\U0001f1e6 \u202e\u200d\ufeff\r\n\t",
    "x" * 200_000,
    "ж" * 200_000,
]


def translation(text: str = "Bonjour", **changes: object) -> Translation:
    values = {"source": "en", "target": "fr", "mentions": (), "signature": "echo/1"}
    route = (Hop("argos", Pair("en", "es")), Hop("apertium", Pair("es", "fr")))
    return Translation(**({"text": text, "route": route} | values | changes))


def mention(text: str = "Kyiv") -> Mention:
    return Mention(
        concept="kyiv", source=Span(0, 4, text), target=Span(2, 6, text), status="rewritten", engine_wrote="Kiev"
    )


# ---------------------------------------------------------------------------------------------------- translations


def test_a_kept_translation_comes_back_whole(store):
    missing = Mention(concept="k", source=Span(9, 13, "Kyiv"), target=None, status="missing", engine_wrote=None)
    given_ = translation("Kyiv dort", mentions=(mention(), missing), lost_marks=("<b> of word 3",))
    before = datetime.now(UTC)
    kept = store.translations.keep(text="Kyiv sleeps", translation=given_, caller=Caller("key:1"), format="html")
    assert store.translations.get(kept.id) == kept
    assert kept.translation == given_
    assert (kept.source_text, kept.caller, kept.format, kept.engine) == (
        "Kyiv sleeps",
        "key:1",
        "html",
        "argos+apertium",
    )
    assert before <= kept.created <= datetime.now(UTC)
    assert kept.created.utcoffset() == timedelta(0)


def test_translations_of_one_text_are_one_group(store):
    keep = store.translations.keep
    spanish, french, other = (
        keep(text="Kyiv", translation=translation(target="es")),
        keep(text="Kyiv", translation=translation()),
        keep(text="Kyiv ", translation=translation()),
    )
    assert spanish.group == french.group != other.group
    assert [item.id for item in store.translations.list(group=french.group)] == [french.id, spanish.id]


def test_lists_are_pages_from_the_newest_on(store):
    ids = [store.translations.keep(text=f"text {n}", translation=translation()).id for n in range(7)]
    seen, before = [], None
    while page := store.translations.list(limit=3, before=before):
        assert len(page) <= 3
        seen += [item.id for item in page]
        before = page[-1].id
    assert seen == ids[::-1]


def test_lists_are_narrowed_by_language(store):
    for target in ("fr", "es", "uk"):
        store.translations.keep(text="Kyiv", translation=translation(target=target))
    assert [item.target for item in store.translations.list(target="es")] == ["es"]
    assert store.translations.list(source="ru") == ()
    assert len(store.translations.list(source="en", limit=10**30)) == 3


SEARCHES = [
    ("ДОНБАСС", True),  # another case, and a stress mark in the text
    ("donbás", True),
    ("DONBÁS", True),
    ("strasse", True),
    ("ΟΔΌΣ", True),  # a final sigma in the text
    ("İstanbul", True),
    ("the  road\n\nto", True),
    ("100%", True),
    ("%", True),
    ("100_", False),
    ("_", False),
    ("\\", False),
    ("*", False),
    ("nowhere", False),
    ("mines Mañana", False),  # the end of the one text and the beginning of the other
    ("x" * 100_000, False),
    ("\0", False),
    ("\ud800", False),
    ("", True),
    ("   ", True),
]


def test_search_finds_either_text_in_any_case_and_takes_nothing_for_a_wildcard(store):
    text = "Донба́сс, Straße, οδός, İSTANBUL: the road to 100% of the mines"
    store.translations.keep(text=text, translation=translation("Mañana, el Donbás"))
    for search, found in SEARCHES:
        assert bool(store.translations.list(search=search)) is found, ascii(search[:20])


def test_search_finds_what_no_database_could_hold_as_it_is(store):
    kept = store.translations.keep(text="before\0after \ud800", translation=translation())
    assert [item.id for item in store.translations.list(search="E\0AFTER")] == [kept.id]
    assert [item.id for item in store.translations.list(search="\ud800")] == [kept.id]


def test_any_text_comes_back_exactly(store):
    for text in HOSTILE:
        given_ = translation(text, mentions=(mention(text),), signature=text, lost_marks=(text,))
        kept = store.translations.keep(text=text, translation=given_, caller=Caller(text))
        again = store.translations.get(kept.id)
        assert (again.source_text, again.translation, again.caller) == (text, given_, text)
        preview = store.translations.list(search=text)[0]
        assert preview.id == kept.id
        assert (preview.source_preview, preview.preview) == (text[:PREVIEW_CHARS], text[:PREVIEW_CHARS])
        assert (preview.n_source_chars, preview.n_chars) == (len(text), len(text))


BY_ID = [
    lambda store, id_: store.translations.get(id_),
    lambda store, id_: store.translations.delete(id_),
    lambda store, id_: store.translations.list(before=id_),
    lambda store, id_: store.keys.revoke(id_),
    lambda store, id_: store.glossaries.get(id_),
    lambda store, id_: store.glossaries.outline(id_),
    lambda store, id_: store.glossaries.delete(id_),
    lambda store, id_: store.glossaries.rename(id_, name="n"),
    lambda store, id_: store.glossaries.put_dictionary(id_, source="en", target="de", entries={}),
    lambda store, id_: store.glossaries.merge_dictionary(id_, source="en", target="de", entries={}),
    lambda store, id_: store.glossaries.delete_dictionary(id_, source="en", target="de"),
    lambda store, id_: store.revisions.get(id_),
    lambda store, id_: store.revisions.list(before=id_),
    lambda store, id_: store.jobs.get(id_),
    lambda store, id_: store.jobs.progress(id_, done=1),
    lambda store, id_: store.jobs.cancel(id_),
    lambda store, id_: store.jobs.delete(id_),
    lambda store, id_: store.documents.get(id_, kind="deepl"),
    lambda store, id_: store.documents.read(id_, kind="deepl"),
    lambda store, id_: store.documents.start(id_),
    lambda store, id_: store.documents.delete(id_),
    lambda store, id_: store.suggestions.delete(id_),
    lambda store, id_: store.suggestions.list(before=id_),
]


def test_ids_that_nobody_gave_out_are_not_found(store):
    for text in HOSTILE:
        for call in BY_ID:
            with pytest.raises(NotFoundError) as caught:
                call(store, text)
            assert len(str(caught.value)) < 500
        assert store.keys.find(text) is None
        assert store.translations.list(group=text, source=text, target=text) == ()


def test_numbers_that_are_no_ids_are_not_found(store):
    store.translations.keep(text="Kyiv", translation=translation())
    for id_ in ("0", "-1", "1.0", " 1", "1 ", "١", "0x1", "9" * 18, "9" * 19, "9" * 5000, "1e3", "01"):
        with pytest.raises(NotFoundError):
            store.translations.get(id_)


def test_deleted_translations_are_gone_and_their_ids_are_not_used_again(store):
    first = store.translations.keep(text="a", translation=translation())
    store.translations.delete(first.id)
    with pytest.raises(NotFoundError, match=f"no kept translation '{first.id}'"):
        store.translations.get(first.id)
    with pytest.raises(NotFoundError):
        store.translations.delete(first.id)
    second = store.translations.keep(text="a", translation=translation())
    assert second.id != first.id
    assert store.translations.delete_all() == 1
    assert store.translations.list() == ()


def test_the_oldest_translations_go_when_there_are_too_many(open_store):
    store = open_store(keep_translations=5)
    ids = [store.translations.keep(text=f"{n}", translation=translation()).id for n in range(12)]
    assert [item.id for item in store.translations.list()] == ids[:-6:-1]


def test_no_translation_is_kept_where_none_is_wanted(open_store):
    store = open_store(keep_translations=0)
    assert store.translations.keep(text="a", translation=translation()) is None
    assert store.translations.list() == ()


def test_trimming_ten_thousand_translations_is_cheap(open_store):
    store = open_store(keep_translations=2000)
    row = {"created": datetime.now(UTC), "group": "0" * 32, "source": "en", "target": "fr", "source_text": "x" * 2000}
    row |= {"text": "y" * 2000, "folded": "x", "route": [], "mentions": [], "lost_marks": [], "signature": "s"}
    with store._database.write() as connection:
        connection.execute(tables.translations.insert(), [row] * 10_000)
    store.translations.keep(text="the one that trims", translation=translation())
    assert _count(store, tables.translations) == 2000
    started = time.monotonic()
    for n in range(20):
        store.translations.keep(text=f"{n}", translation=translation())
    assert (time.monotonic() - started) / 20 < 0.25  # 1.5 ms on an idle machine
    assert _count(store, tables.translations) <= 2020


def _count(store, table) -> int:
    with store._database.read() as connection:
        return len(connection.execute(select(next(iter(table.primary_key)))).all())


@given(st.text(st.characters(codec=None)))
@settings(max_examples=300)
def test_every_text_can_be_written_and_read(text):
    written = escaped(text)
    assert unescaped(written) == text
    assert "\0" not in written
    written.encode("utf-8")


@given(st.text(), st.text())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_folding_is_stable_and_keeps_what_is_inside_inside(before, after):
    assert fold(fold(before)) == fold(before)
    assert "\n" not in fold(before)
    assert fold("donbas") in fold(f"{before} Donbas {after}")


# -------------------------------------------------------------------------------------------------------------- keys


def test_a_key_is_found_by_its_secret_until_it_is_revoked(store):
    key, secret = store.keys.add("newsroom", scopes={"read", "translate"}, requests_per_minute=60, max_chars=5000)
    assert (key.name, key.scopes, key.requests_per_minute, key.max_chars) == (
        "newsroom",
        {"read", "translate"},
        60,
        5000,
    )
    assert store.keys.find(secret).id == key.id
    assert store.keys.find(secret[:-1]) is None
    assert store.keys.find(secret.upper()) is None
    revoked = store.keys.revoke(key.id)
    assert revoked.revoked is not None
    assert store.keys.find(secret) is None
    assert store.keys.revoke(key.id) == revoked
    assert store.keys.list() == (revoked,)


def test_secrets_are_long_random_and_not_kept(store):
    secrets = {store.keys.add("k", scopes=["read"])[1] for _ in range(20)}
    assert len(secrets) == 20
    with store._database.read() as connection:
        kept = str(connection.execute(select(tables.keys)).all())
    for secret in secrets:
        assert secret.startswith("exo_")
        assert len(secret) >= 36
        assert secret[4:] not in kept
        assert hashlib.sha256(secret.encode()).hexdigest() in kept


def test_when_a_key_was_used_is_written_once_a_minute(store):
    key, secret = store.keys.add("k", scopes=["read"])
    assert key.last_used is None
    store.keys.find(secret)
    first = store.keys.list()[0].last_used
    store.keys.find(secret)
    assert store.keys.list()[0].last_used == first
    with store._database.write() as connection:
        connection.execute(update(tables.keys).values(last_used=first - timedelta(minutes=2)))
    store.keys.find(secret)
    assert store.keys.list()[0].last_used >= first


BAD_KEYS = [
    ("", {}),
    ("  ", {}),
    ("n" * 201, {}),
    ("n", {"scopes": []}),
    ("n", {"scopes": ["read", "write"]}),
    ("n", {"requests_per_minute": 0}),
    ("n", {"requests_per_minute": 2**31}),
    ("n", {"max_chars": -1}),
    ("n", {"max_chars": 2**63}),
]


def test_keys_that_cannot_be_are_refused(store):
    for name, changes in BAD_KEYS:
        with pytest.raises(InputError):
            store.keys.add(name, **({"scopes": ["read"]} | changes))
    assert store.keys.list() == ()


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
    assert _count(store, tables.dictionaries) == 0


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
    assert _count(store, tables.contents) == 0


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
    assert (_count(store, tables.documents), _count(store, tables.contents)) == (1, 1)


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


# --------------------------------------------------------------------------------------------------------- sentences


def test_sentences_are_remembered_under_any_key(store):
    values = {text: text for text in HOSTILE} | {text + "2": "other" for text in HOSTILE}
    store.sentences.put_many(values)
    assert store.sentences.get_many([*values, "never put"]) == values


def test_a_sentence_that_is_put_again_is_replaced(store):
    store.sentences.put_many({"a": "1", "b": "2"})
    store.sentences.put_many({"a": "3"})
    assert store.sentences.get_many(["a", "b"]) == {"a": "3", "b": "2"}
    assert store.sentences.get_many([]) == {}
    store.sentences.put_many({})
    assert store.sentences.clear() == 2
    assert store.sentences.get_many(["a"]) == {}


def test_the_sentences_used_longest_ago_go_first(open_store):
    store = open_store(cache_sentences=100)
    store.sentences.put_many({f"old {n}": "x" for n in range(60)})
    with store._database.write() as connection:
        connection.execute(update(tables.sentences).values(used=1))
    assert len(store.sentences.get_many(f"old {n}" for n in range(10))) == 10  # and so used now
    store.sentences.put_many({f"new {n}": "y" for n in range(90)})
    assert _count(store, tables.sentences) == 100
    assert len(store.sentences.get_many(f"old {n}" for n in range(10))) == 10
    assert store.sentences.get_many(f"old {n}" for n in range(10, 60)) == {}


def test_the_cache_stays_within_its_bound_and_may_be_off(open_store):
    store = open_store(cache_sentences=1000)
    for start in range(0, 5000, 40):
        store.sentences.put_many({f"{start + n}": "x" for n in range(40)})
    assert 960 < _count(store, tables.sentences) <= 1050
    off = open_store(cache_sentences=0)
    off.sentences.put_many({"a": "b"})
    assert off.sentences.get_many(["a", "4999"]) == {}


def test_a_thousand_sentences_take_milliseconds(store):
    values = {
        f"fingerprint of the engine and its settings\n{n} A sentence of some length.": f"Satz {n}" * 8
        for n in range(1000)
    }
    took = []
    for _ in range(5):
        store.sentences.put_many(values)
        started = time.perf_counter()
        found = store.sentences.get_many(values)
        took.append(time.perf_counter() - started)
        assert found == values
    assert min(took) < 0.1  # 8 ms on an idle machine, and this one may be busy
