"""The house's glossary on a running server: nobody's edit is lost, and a broken file takes no server down."""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary import GlossaryFileError, load, loads, shipped
from glossary.file.record import MAX_VALUES, as_record, merge_patch, read_record, with_record
from service import house as house_module
from service.errors import ConflictError, NotFoundError, PreconditionError, PreconditionMissingError
from service.house import AS_FOUND, ON_DISK, House
from service.store import Store

TEXT = """\
exonym: 1  # the house's
concepts:
  # The region.
  donbas:
    kind: place
    names:
      en: {preferred: Donbas, deprecated: ["Donbass"]}  # style guide, p. 4
      fr: Donbass
    note: 'why'

  kyiv:
    kind: place
    names:
      en: {preferred: Kyiv, deprecated: [Kiev]}
      pt-br: Kiev
"""
PERSON = {"kind": "person", "names": {"en": {"given": "Ann", "family": {"preferred": "Lee", "deprecated": ["Li"]}}}}
BROKEN = "exonym: 1\nconcepts:\n  kyiv: {kind: town, names: {en: Kyiv}}\n"


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "names.yaml"
    file.write_text(TEXT, encoding="utf-8")
    return file


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        yield store


@pytest.fixture
def house(path, store):
    return House(path, revisions=store.revisions)


def summaries(store):
    return [(revision.who, revision.summary) for revision in store.revisions.list()][::-1]


def written(path, text):
    """Write a file as an editor does, and make its time differ from whatever it was."""
    path.write_text(text, encoding="utf-8")


def test_a_put_keeps_every_comment_and_quote_and_answers_the_new_etag(house, path):
    record = as_record(house.glossary.concepts["donbas"])
    record["names"]["en"]["deprecated"] = ["Donbass", "Donbasz"]
    record["names"]["de"] = {"preferred": "Donbass"}
    before = house.etag
    version, is_new = house.put("donbas", record, if_match=f'"{before}"', who="me")
    text = path.read_text(encoding="utf-8")
    assert not is_new and version.etag == house.etag != before
    assert 'deprecated: ["Donbass", Donbasz]}' in text and "# style guide, p. 4" in text
    assert "# The region." in text and "note: 'why'" in text and "de: Donbass" in text
    assert text[text.index("\n  kyiv:") :] == TEXT[TEXT.index("\n  kyiv:") :]
    assert house.glossary.concepts["donbas"].names["en"].deprecated == ("Donbass", "Donbasz")


def test_a_put_adds_what_is_new_and_writes_languages_as_the_file_does(house, path):
    version, is_new = house.put("lee", PERSON, if_match=house.etag, who="me")
    assert is_new and version.glossary.concepts["lee"].names["en"].preferred == "Ann Lee"
    record = as_record(version.glossary.concepts["kyiv"])
    record["names"]["pt-BR"]["deprecated"] = ["Kyiv"]
    house.put("kyiv", record, if_match="*", who="me")
    text = path.read_text(encoding="utf-8")
    assert "pt-br: {preferred: Kiev, deprecated: [Kyiv]}" in text and "pt-BR" not in text


def test_putting_what_is_there_changes_no_byte_and_makes_no_revision(house, path, store):
    for id_, concept in house.glossary.concepts.items():
        version, _ = house.put(id_, as_record(concept), if_match="*", who="me")
    assert path.read_text(encoding="utf-8") == TEXT
    assert version.etag == house.etag and store.revisions.list() == ()


def test_every_shipped_concept_survives_the_way_through_json():
    glossary = load(shipped())
    for id_, concept in glossary.concepts.items():
        read = read_record(id_, as_record(concept), glossary=glossary)
        assert read.concept == concept


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"note": None}, ""),
        ({"note": "new"}, "new"),
        ({"names": {"fr": None}}, "why"),
        ({"names": {"en": {"admitted": ["The Donbas"]}}}, "why"),
    ],
)
def test_a_patch_changes_what_it_names_and_nothing_else(house, changes, expected):
    before = as_record(house.glossary.concepts["donbas"])
    version = house.patch("donbas", changes, if_match="*", who="me")
    after = as_record(version.glossary.concepts["donbas"])
    assert after["note"] == expected
    assert after == {**as_record(loads(TEXT).concepts["donbas"]), **merge_patch(before, changes), "note": expected}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(record=JSON, changes=JSON)
def test_a_merge_patch_made_twice_is_made_once(record, changes):
    once = merge_patch(record, changes)
    assert merge_patch(once, changes) == once


def _no_null(value):
    if isinstance(value, dict):
        return all(item is not None and _no_null(item) for item in value.values())
    return True


@given(record=JSON, wanted=JSON.filter(lambda value: isinstance(value, dict) and _no_null(value)))
def test_a_merge_patch_without_null_leaves_all_that_it_says(record, wanted):
    patched = merge_patch(record, wanted)
    assert merge_patch(patched, wanted) == patched
    assert set(wanted) <= set(patched)


def test_a_write_says_which_version_it_changes(house, path):
    record = as_record(house.glossary.concepts["kyiv"])
    for write in (
        lambda tag: house.put("kyiv", record, if_match=tag, who="me"),
        lambda tag: house.patch("kyiv", {"note": "x"}, if_match=tag, who="me"),
        lambda tag: house.remove("kyiv", if_match=tag, who="me"),
    ):
        with pytest.raises(PreconditionMissingError):
            write(None)
        with pytest.raises(PreconditionError) as overtaken:
            write('"0123456789abcdef"')
        assert overtaken.value.current["id"] == "kyiv"
    with pytest.raises(PreconditionMissingError):
        house.replace(TEXT, if_match=None, who="me")
    with pytest.raises(PreconditionError):
        house.replace(TEXT, if_match="other", who="me")
    assert path.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("form", ['"{}"', "{}", 'W/"{}"', '"x", "{}"', "*"])
def test_an_etag_is_taken_in_every_form_that_http_and_proxies_give_it(house, form):
    house.patch("kyiv", {"note": "x"}, if_match=form.format(house.etag), who="me")
    assert house.glossary.concepts["kyiv"].note == "x"


def test_the_second_of_two_that_saw_the_same_version_is_told_and_sees_what_the_first_saved(house):
    seen = house.etag
    house.patch("kyiv", {"note": "first"}, if_match=seen, who="a")
    with pytest.raises(PreconditionError) as overtaken:
        house.patch("kyiv", {"note": "second"}, if_match=seen, who="b")
    assert overtaken.value.current["note"] == "first"
    house.patch("kyiv", {"note": "second"}, if_match=house.etag, who="b")
    assert house.glossary.concepts["kyiv"].note == "second"


def test_many_writers_that_try_again_lose_no_edit(house, path, store):
    def add(n):
        while True:
            seen = house.look().etag
            try:
                return house.put(
                    f"place{n}", {"kind": "place", "names": {"en": f"Place {n}"}}, if_match=seen, who=str(n)
                )
            except PreconditionError:
                continue

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))
    assert {f"place{n}" for n in range(12)} <= set(load(path).concepts)
    assert len(store.revisions.list()) == 13
    assert path.read_text(encoding="utf-8").startswith(TEXT.rstrip("\n").split("  kyiv")[0])


def test_two_servers_on_one_file_lose_no_edit(path, store):
    first, second = House(path, revisions=store.revisions), House(path, revisions=store.revisions)
    seen = first.etag
    first.put("a", {"kind": "term", "names": {"en": "Alpha"}}, if_match=seen, who="a")
    with pytest.raises(PreconditionError):
        second.put("b", {"kind": "term", "names": {"en": "Beta"}}, if_match=seen, who="b")
    second.put("b", {"kind": "term", "names": {"en": "Beta"}}, if_match=second.look().etag, who="b")
    assert {"a", "b"} <= set(first.look().glossary.concepts)
    assert [summary for _, summary in summaries(store)] == [AS_FOUND, "added a", "added b"]


def test_an_editor_that_saves_between_reading_and_writing_is_not_overwritten(house, path):
    seen = house.etag
    written(path, TEXT.replace("'why'", "'because'"))
    with pytest.raises(PreconditionError) as overtaken:
        house.patch("donbas", {"note": "mine"}, if_match=seen, who="me")
    assert overtaken.value.current["note"] == "because"
    assert "because" in path.read_text(encoding="utf-8")


def test_a_change_on_disk_is_noticed_by_itself_and_kept_as_a_revision(house, path, store, monkeypatch):
    monkeypatch.setattr(house_module, "_LOOK_EVERY_S", 0.05)
    written(path, TEXT.replace("Kyiv", "Kyjiv"))
    time.sleep(0.1)
    assert house.glossary.concepts["kyiv"].names["en"].preferred == "Kyjiv"
    assert summaries(store) == [("disk", AS_FOUND), ("disk", ON_DISK)]
    assert store.revisions.get(store.revisions.list()[-1].n).text == TEXT


def test_a_change_of_the_same_size_within_one_tick_of_the_clock_is_noticed(house, path):
    before = path.stat()
    written(path, TEXT.replace("Kyiv", "Kyjv"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert house.look().glossary.concepts["kyiv"].names["en"].preferred == "Kyjv"


def test_an_event_loop_is_not_kept_waiting_while_the_file_is_read(house, path, monkeypatch):
    import asyncio

    monkeypatch.setattr(house_module, "_LOOK_EVERY_S", 0.0)
    written(path, TEXT.replace("Kyiv", "Kyjiv"))
    readers = []
    read = house_module._read
    monkeypatch.setattr(house_module, "_read", lambda path: readers.append(threading.get_ident()) or read(path))

    async def until_new():
        for _ in range(200):
            if house.glossary.concepts["kyiv"].names["en"].preferred == "Kyjiv":
                return threading.get_ident()
            await asyncio.sleep(0.01)
        raise AssertionError("the change was not noticed")

    assert asyncio.run(until_new()) not in readers


@pytest.mark.parametrize("damage", [BROKEN.encode(), b"exonym: 1\nconcepts: [", b"\xff\xfe", b"", None])
def test_a_broken_file_keeps_the_last_good_glossary_and_can_be_replaced(house, path, store, damage):
    good = house.glossary
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    version = house.look()
    assert version.is_broken and version.problems[0].remedy
    assert house.glossary is good
    with pytest.raises(ConflictError, match="errors"):
        house.patch("kyiv", {"note": "x"}, if_match="*", who="me")
    fixed = house.replace(TEXT.replace("why", "mended"), if_match=version.etag, who="me")
    assert not fixed.is_broken and not house.problems
    assert house.glossary.concepts["donbas"].note == "mended"
    assert summaries(store)[-1] == ("me", "whole file")


def test_a_server_does_not_start_on_a_broken_file(path):
    path.write_text(BROKEN, encoding="utf-8")
    with pytest.raises(GlossaryFileError, match="town"):
        House(path)


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"kind": "town", "names": {"en": "A"}}, "kind"),
        ({"kind": "place", "names": {"en": {"preferred": "A", "deprecated": ["B", 5]}}}, "names.en.deprecated.1"),
        ({"kind": "place", "names": {"en": {"preferred": "A", "forms": ["gen"]}}}, "names.en.forms"),
        ({"kind": "place", "names": {"english": "A"}}, "names.english"),
        ({"kind": "place", "names": {"en": {"given": "A", "family": "B"}}}, "names.en"),
        ({"kind": "place", "names": {"en": "Kiev"}}, "names.en"),
        ({"kind": "place", "names": {"en": "A"}, "note": "\x00"}, "note"),
        ({"kind": "place", "names": {"en": "A"}, "note": "\ud800"}, "note"),
        ({"kind": "place", "names": {"en": "A"}, "note": "x" * 10_001}, "note"),
        ({"kind": "place", "names": {"en": "A"}, "nmae": "x"}, "nmae"),
        ({"kind": "place", "names": {"en": "A\u202e"}}, "names.en"),
        ({"kind": "place", "names": {"en": 10**400}}, "names.en"),
        ({"kind": "place", "names": {"en": True}}, "names.en"),
        ({"kind": "place", "names": {"en": {"preferred": "A", "deprecated": ["A"]}}}, "names.en.deprecated.0"),
        ({"kind": "place", "names": {"en": {"preferred": "A", "deprecated": ["x"] * MAX_VALUES}}}, ""),
        ({"id": "other", "kind": "place", "names": {"en": "A"}}, "id"),
        ({"kind": "place"}, ""),
    ],
)
def test_a_concept_with_mistakes_is_refused_with_their_fields(house, path, record, field):
    with pytest.raises(GlossaryFileError) as refused:
        house.put("new", record, if_match="*", who="me")
    assert field in [problem.field for problem in refused.value.problems]
    assert all(problem.remedy for problem in refused.value.problems)
    assert path.read_text(encoding="utf-8") == TEXT


def test_deep_json_is_refused_and_not_walked_into(house):
    deep = "x"
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(GlossaryFileError, match="levels deep"):
        house.put("new", {"kind": "place", "names": {"en": deep}}, if_match="*", who="me")


@settings(max_examples=150, deadline=None)
@given(record=st.dictionaries(st.sampled_from(["kind", "names", "except", "near", "match", "note", "x"]), JSON))
def test_no_json_whatever_brings_down_the_reader(record):
    read = read_record("x", record, glossary=loads(TEXT))
    assert (read.concept is None) == any(problem.severity == "error" for problem in read.problems)


NAME = st.text(
    st.characters(codec="utf-8", categories=["L", "M", "N"], include_characters="'\"#:,[]{}&*!|>%@`- "),
    min_size=1,
    max_size=12,
)


@settings(max_examples=80, deadline=None)
@given(names=st.lists(NAME, min_size=1, max_size=4), note=st.text(max_size=20), excepts=st.lists(NAME, max_size=2))
def test_whatever_concept_is_put_comes_back_as_it_was_put(tmp_path_factory, names, note, excepts):
    path = tmp_path_factory.mktemp("put") / "names.yaml"
    path.write_text(TEXT, encoding="utf-8")
    preferred, *others = names
    record = {
        "kind": "term",
        "names": {"en": {"preferred": preferred, "deprecated": others}},
        "except": {"en": excepts},
        "note": note,
    }
    house = House(path)
    read = read_record("kyiv", record, glossary=house.glossary)
    if read.concept is None:
        with pytest.raises(GlossaryFileError):
            house.put("kyiv", record, if_match="*", who="me")
        return
    for id_ in ("kyiv", "new"):
        read = read_record(id_, record, glossary=house.glossary)
        if read.concept is not None:
            version, _ = house.put(id_, record, if_match="*", who="me")
            kept = version.glossary.concepts[id_]
            assert set(kept.names["en"].deprecated) == set(read.concept.names["en"].deprecated)
            assert kept.names["en"].preferred == preferred and kept.note == note
            house.remove(id_, if_match="*", who="me")
            path.write_text(TEXT, encoding="utf-8")


def test_what_is_not_there_cannot_be_changed(house):
    for write in (house.remove, lambda id_, **how: house.patch(id_, {"note": "x"}, **how)):
        with pytest.raises(NotFoundError, match="nowhere"):
            write("nowhere", if_match="*", who="me")


def test_the_first_save_keeps_what_was_before_and_restoring_is_a_revision_too(house, path, store):
    house.patch("kyiv", {"note": "x"}, if_match="*", who="anna")
    house.remove("donbas", if_match="*", who="ben")
    assert summaries(store) == [("disk", AS_FOUND), ("anna", "changed kyiv"), ("ben", "removed donbas")]
    first = store.revisions.list()[-1]
    version = house.restore(first.n, if_match=house.etag, who="anna")
    assert path.read_text(encoding="utf-8") == TEXT and version.etag == first.etag
    assert summaries(store)[-1] == ("anna", f"restored revision {first.n}")
    with pytest.raises(NotFoundError):
        house.restore(10**6, if_match="*", who="anna")


def test_what_changed_while_the_server_was_down_is_a_revision(path, store):
    House(path, revisions=store.revisions).patch("kyiv", {"note": "x"}, if_match="*", who="me")
    House(path, revisions=store.revisions)
    assert len(store.revisions.list()) == 2
    written(path, TEXT)
    House(path, revisions=store.revisions)
    assert summaries(store)[-1] == ("disk", ON_DISK)


def test_a_store_that_fails_takes_no_save_back(path, tmp_path, caplog):
    store = Store.open(f"sqlite:///{tmp_path / 'gone.db'}")
    house = House(path, revisions=store.revisions)
    with store._database.write() as connection:
        connection.exec_driver_sql("DROP TABLE revisions")
    house.patch("kyiv", {"note": "kept"}, if_match="*", who="me")
    assert load(path).concepts["kyiv"].note == "kept"
    assert "could not be kept" in caplog.text
    store.close()


def test_a_read_only_file_is_left_alone_with_what_to_do(house, path):
    path.chmod(0o444)
    assert not house.writable
    with pytest.raises(ConflictError, match=r"read-only; make it writable .* EXONYM_GLOSSARY"):
        house.patch("kyiv", {"note": "x"}, if_match="*", who="me")
    with pytest.raises(ConflictError, match="read-only"):
        house.replace(TEXT, if_match="*", who="me")
    assert path.read_text(encoding="utf-8") == TEXT
    path.chmod(0o640)
    house.patch("kyiv", {"note": "x"}, if_match="*", who="me")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_save_that_the_system_refuses_says_so_and_leaves_the_file(tmp_path):
    path = tmp_path / f"{'n' * 250}.yaml"  # the file beside it, under which it would be written, has no room for a name
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(ConflictError, match=r"too long.*folder has to be writable"):
        House(path).patch("kyiv", {"note": "x"}, if_match="*", who="me")
    assert path.read_text(encoding="utf-8") == TEXT and list(tmp_path.iterdir()) == [path]


def test_merging_adds_and_joins_and_leaves_out_what_contradicts(house):
    others = loads(
        "exonym: 1\nconcepts:\n"
        "  kyiv: {kind: place, names: {en: {preferred: Kyiv, deprecated: [Kieff]}}}\n"
        "  lviv: {kind: place, names: {en: Lviv}}\n"
        "  clash: {kind: place, names: {en: Donbass}}\n"
    )
    dry = house.merge(others.concepts.values(), if_match=None, who="me", summary="imported yaml", save=False)
    assert (dry.n_added, dry.n_set) == (1, 1) and "lviv" not in house.glossary.concepts
    done = house.merge(others.concepts.values(), if_match=house.etag, who="me", summary="imported yaml")
    assert (done.n_added, done.n_set) == (1, 1)
    assert [problem.concept for problem in done.problems] == ["clash"]
    assert house.glossary.concepts["kyiv"].names["en"].deprecated == ("Kiev", "Kieff")


def test_a_concept_can_be_tried_without_being_saved(house):
    tried = with_record(house.glossary, "kyiv", {"kind": "place", "names": {"en": "Kyjiv"}})
    assert tried.concepts["kyiv"].names["en"].preferred == "Kyjiv"
    assert house.glossary.concepts["kyiv"].names["en"].preferred == "Kyiv"
    with pytest.raises(GlossaryFileError):
        with_record(house.glossary, "kyiv", {"kind": "place"})


def test_a_link_stays_a_link(tmp_path, path):
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    House(link).patch("kyiv", {"note": "x"}, if_match="*", who="me")
    assert link.is_symlink() and load(path).concepts["kyiv"].note == "x"
