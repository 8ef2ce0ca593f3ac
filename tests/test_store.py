"""What the store keeps comes back as it was put in; every test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta

import pytest
from hostile import HOSTILE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres import n_rows
from sqlalchemy import select, update

from glossary import Mention, Span
from service.errors import InputError, NotFoundError
from service.records import Caller, Hop, Pair, Translation
from service.store import tables
from service.store.columns import escaped, unescaped
from service.store.translations import PREVIEW_CHARS, fold

pytest_plugins = ["postgres"]


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


def test_many_translations_are_kept_in_their_order_and_the_oldest_go(open_store):
    store = open_store(keep_translations=5)
    kept = store.translations.keep_all([(f"{n}", translation()) for n in range(12)])
    assert [each.source_text for each in kept] == [f"{n}" for n in range(12)]
    assert [item.id for item in store.translations.list()] == [each.id for each in kept[:-6:-1]]
    assert open_store(keep_translations=0).translations.keep_all([("a", translation())]) == ()


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
    assert n_rows(store, tables.translations) == 2000
    started = time.monotonic()
    for n in range(20):
        store.translations.keep(text=f"{n}", translation=translation())
    assert (time.monotonic() - started) / 20 < 0.25  # 1.5 ms on an idle machine
    assert n_rows(store, tables.translations) <= 2020


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
    assert n_rows(store, tables.sentences) == 100
    assert len(store.sentences.get_many(f"old {n}" for n in range(10))) == 10
    assert store.sentences.get_many(f"old {n}" for n in range(10, 60)) == {}


def test_the_cache_stays_within_its_bound_and_may_be_off(open_store):
    store = open_store(cache_sentences=1000)
    for start in range(0, 5000, 40):
        store.sentences.put_many({f"{start + n}": "x" for n in range(40)})
    assert 960 < n_rows(store, tables.sentences) <= 1050
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
