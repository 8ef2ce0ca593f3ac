"""Glossaries over DeepL's routes, v2 and v3, with its official client against a real server on loopback."""

import asyncio
import json
import re
from datetime import UTC, datetime

import deepl
import httpx2
import pytest
from deepl import http_client, util
from deepl.api_data import MultilingualGlossaryDictionaryEntries as Dictionary

from glossary import answer
from service.api.chosen import laid, looked_up

KEY = "any-key-is-taken-where-none-is-needed"
UNKNOWN_ID = "96ab91fd-e715-41a1-adeb-5d701f84a483"
#: What must come back as it went in.
ODD = {"Apple": "Apfel", "A%=&": "B&=%", "Δぁ": "深", "\U0001faa8": "\U0001fab5", "'quoted\"": "«“»", "a, b": "c; d"}


@pytest.fixture(scope="module")
def client(live_server):
    client = deepl.DeepLClient(KEY, server_url=live_server.url)
    yield client
    client.close()


@pytest.fixture(autouse=True)
def no_retries(monkeypatch):
    monkeypatch.setattr(http_client, "max_network_retries", 0)


@pytest.fixture(autouse=True)
def store(live_server):
    """The glossaries of the shared server, left as they were found."""
    glossaries = live_server.server.store.glossaries
    before = {each.id for each in glossaries.list()}
    yield glossaries
    for each in glossaries.list():
        if each.id not in before:
            glossaries.delete(each.id)


def sent(method, url, members):
    """Send JSON in ASCII, as the official client does: half a surrogate pair has no UTF-8."""
    return httpx2.request(method, url, content=json.dumps(members), headers={"Content-Type": "application/json"})


def dictionaries(glossary):
    return [(each.source_lang, each.target_lang, each.entry_count) for each in glossary.dictionaries]


# --- v2


def test_v2_make_show_list_and_delete(client):
    made = client.create_glossary("Desk", "EN", "ES", {"Donbass": "Donbás", "Kiev": "Kyiv"})
    assert (made.name, made.source_lang, made.target_lang, made.entry_count) == ("Desk", "EN", "ES", 2)
    assert made.ready
    assert abs((datetime.now(UTC) - made.creation_time).total_seconds()) < 60
    shown = client.get_glossary(made.glossary_id)
    assert (shown.name, shown.creation_time, shown.entry_count) == (made.name, made.creation_time, 2)
    assert made.glossary_id in {each.glossary_id for each in client.list_glossaries()}
    client.delete_glossary(made)
    with pytest.raises(deepl.GlossaryNotFoundException):
        client.get_glossary(made.glossary_id)
    with pytest.raises(deepl.GlossaryNotFoundException):
        client.delete_glossary(made)


def test_v2_entries_come_back_as_they_went_in(client):
    made = client.create_glossary("Odd", "EN", "DE", ODD)
    assert client.get_glossary_entries(made) == ODD


def test_v2_entries_are_tsv_in_utf_8(client, live_server):
    made = client.create_glossary("Odd", "EN", "DE", {"Apple": "Äpfel"})
    response = httpx2.get(f"{live_server.url}/v2/glossaries/{made.glossary_id}/entries")
    assert response.headers["content-type"] == "text/tab-separated-values; charset=UTF-8"
    assert response.content.decode() == "Apple\tÄpfel"


def test_v2_a_large_one(client):
    entries = {f"Source-${n}": f"Target-${n}" for n in range(10_000)}
    made = client.create_glossary("Large", "EN", "DE", entries)
    assert made.entry_count == 10_000
    assert client.get_glossary_entries(made) == entries


def test_v2_csv_with_two_columns_and_with_four(client):
    csv = 'Donbass,Donbás,en,es\n"Kiev, the city","Kyiv ""hero""",EN,ES\nKiev,Kiew,en,de\n'
    made = client.create_glossary_from_csv("CSV", "EN", "ES", csv)
    assert client.get_glossary_entries(made) == {"Donbass": "Donbás", "Kiev, the city": 'Kyiv "hero"'}
    made = client.create_glossary_from_csv("CSV", "EN", "ES", "\ufeffone,uno\r\ntwo,dos\r\n")
    assert client.get_glossary_entries(made) == {"one": "uno", "two": "dos"}


def test_v2_a_form_is_taken(live_server):
    response = httpx2.post(
        f"{live_server.url}/v2/glossaries",
        data={
            "name": "Form",
            "source_lang": "en",
            "target_lang": "es",
            "entries": "one\tuno\r\ntwo\tdos\r\n\r\n",
            "entries_format": "tsv",
        },
    )
    assert response.status_code == 201
    assert response.json()["entry_count"] == 2


@pytest.mark.parametrize("wrong", ["XX", "EN", "en-US", "english"])
def test_v2_a_pair_that_is_none_is_refused(client, wrong):
    with pytest.raises(deepl.DeepLException, match="Unsupported glossary source and target language pair"):
        client.create_glossary("Wrong", "EN", wrong, {"a": "b"})


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("", "Missing or invalid argument: entries"),
        ("\n \n", "Missing or invalid argument: entries"),
        ("one", r"Key with the index 0 \(starting at position 0\) misses tab separator"),
        ("one\tuno\ntwo", r"Key with the index 1 \(starting at position 8\) misses tab separator"),
        (
            "one\tuno\ntwo\tdos\none\tun",
            r"index 2 \(starting at position 16\) duplicates key with the index 0 \(starting at position 0\)",
        ),
        ("one\tuno\tun", "2 tab separators"),
        ("\tuno", "empty term"),
        ("one\t", "empty translation"),
        ("one\t ", "empty translation"),
        ("o\u0001ne\tuno", "U\\+0001"),
        ("one\tu\u2028no", "U\\+2028"),
        ("o\u0085ne\tuno", "U\\+0085"),
        ("o\ud800ne\tuno", "U\\+D800"),
        ("é" * 513 + "\tuno", "1026 bytes; the limit is 1024"),
    ],
    ids=range(14),
)
def test_entries_that_cannot_be_are_refused_by_place(live_server, entries, message):
    whole = {"source_lang": "en", "target_lang": "es", "entries": entries, "entries_format": "tsv"}
    for response in (
        sent("POST", f"{live_server.url}/v2/glossaries", {"name": "Wrong", **whole}),
        sent("POST", f"{live_server.url}/v3/glossaries", {"name": "Wrong", "dictionaries": [whole]}),
    ):
        assert response.status_code == 400
        assert re.search(message, response.json()["message"])


@pytest.mark.parametrize("csv", ['"one', "one", "one,uno,en", "one,uno,en,zz", "one,uno\none,un", '"o\nne",uno'])
def test_csv_that_cannot_be_is_refused(client, csv):
    with pytest.raises(deepl.DeepLException, match="Invalid glossary entries provided"):
        client.create_glossary_from_csv("Wrong", "EN", "ES", csv)


@pytest.mark.parametrize("name", [" ", "n" * 1025, "é" * 513, "a\u0000b", "a\nb", "\ud800"])
def test_names_that_cannot_be_are_refused(live_server, client, name):
    made = client.create_multilingual_glossary("Right", [Dictionary("EN", "ES", {"a": "b"})])
    whole = {"source_lang": "en", "target_lang": "es", "entries": "a\tb", "entries_format": "tsv"}
    url = f"{live_server.url}/v3/glossaries"
    for response in (
        sent("POST", f"{live_server.url}/v2/glossaries", {"name": name, **whole}),
        sent("POST", url, {"name": name, "dictionaries": [whole]}),
        sent("PATCH", f"{url}/{made.glossary_id}", {"name": name}),
    ):
        assert response.status_code == 400
        assert "name" in response.json()["message"]


def test_more_than_ten_mebibytes_are_refused(live_server):
    entries = "\n".join(f"{n:06}{'a' * 500}\t{'b' * 500}" for n in range(10_500))
    response = httpx2.post(
        f"{live_server.url}/v2/glossaries",
        json={"name": "Huge", "source_lang": "en", "target_lang": "es", "entries": entries, "entries_format": "tsv"},
        timeout=30,
    )
    assert response.status_code == 413
    assert "10485760" in response.json()["message"]


@pytest.mark.parametrize("id_", ["invalid_glossary_id", UNKNOWN_ID, "%00", "..%2f..", "é" * 40])
def test_an_unknown_glossary_is_not_found_whatever_is_asked_of_it(live_server, id_):
    whole = {"source_lang": "en", "target_lang": "es", "entries": "a\tb", "entries_format": "tsv"}
    pair = {"source_lang": "en", "target_lang": "es"}
    for version, method, rest, how in (
        ("v2", "GET", "", {}),
        ("v2", "GET", "/entries", {}),
        ("v2", "DELETE", "", {}),
        ("v3", "GET", "", {}),
        ("v3", "GET", "/entries", {"params": pair}),
        ("v3", "PATCH", "", {"json": {"name": "New"}}),
        ("v3", "PATCH", "", {"json": {"dictionaries": [whole]}}),
        ("v3", "PUT", "/dictionaries", {"json": whole}),
        ("v3", "DELETE", "/dictionaries", {"params": pair}),
        ("v3", "DELETE", "", {}),
    ):
        response = httpx2.request(method, f"{live_server.url}/{version}/glossaries/{id_}{rest}", **how)
        assert (response.status_code, type(response.json()["message"])) == (404, str), (version, method, rest)


# --- v3


def test_v3_every_verb(client):
    made = client.create_multilingual_glossary(
        "Desk", [Dictionary("EN", "DE", {"Hello": "Hallo"}), Dictionary("DE", "EN", {"Hallo": "Hello"})]
    )
    assert sorted(dictionaries(made)) == [("DE", "EN", 1), ("EN", "DE", 1)]
    shown = client.get_multilingual_glossary(made.glossary_id)
    assert (shown.name, shown.creation_time) == (made.name, made.creation_time)
    assert dictionaries(shown) == dictionaries(made)
    assert made.glossary_id in {each.glossary_id for each in client.list_multilingual_glossaries()}

    renamed = client.update_multilingual_glossary_name(made, "Foreign desk")
    assert renamed.name == client.get_multilingual_glossary(made.glossary_id).name == "Foreign desk"

    merged = client.update_multilingual_glossary_dictionary(
        made, Dictionary("EN", "DE", {"Hello": "Guten Tag", "Apple": "Apfel"})
    )
    assert sorted(dictionaries(merged)) == [("DE", "EN", 1), ("EN", "DE", 2)]
    assert entries(client, made, "EN", "DE") == {"Hello": "Guten Tag", "Apple": "Apfel"}

    put = client.replace_multilingual_glossary_dictionary(made, Dictionary("EN", "DE", {"Pear": "Birne"}))
    assert (put.source_lang, put.target_lang, put.entry_count) == ("EN", "DE", 1)
    assert entries(client, made, "EN", "DE") == {"Pear": "Birne"}

    client.delete_multilingual_glossary_dictionary(made, source_lang="en", target_lang="de-DE")
    assert dictionaries(client.get_multilingual_glossary(made.glossary_id)) == [("DE", "EN", 1)]
    with pytest.raises(deepl.GlossaryNotFoundException):
        client.delete_multilingual_glossary_dictionary(made, source_lang="EN", target_lang="DE")
    with pytest.raises(deepl.GlossaryNotFoundException):
        client.get_multilingual_glossary_entries(made, "EN", "DE")

    client.delete_multilingual_glossary(made)
    with pytest.raises(deepl.GlossaryNotFoundException):
        client.get_multilingual_glossary(made.glossary_id)


def entries(client, glossary, source, target):
    (found,) = client.get_multilingual_glossary_entries(glossary, source, target).dictionaries
    return util.convert_tsv_to_dict(found.entries)


def test_v3_dictionaries_keep_their_order(client):
    given = [("EN", "DE"), ("DE", "EN"), ("FR", "ES"), ("EN", "ES")]
    made = client.create_multilingual_glossary("Order", [Dictionary(*pair, {"a": "b"}) for pair in given])
    shown = client.get_multilingual_glossary(made.glossary_id)
    assert [each[:2] for each in dictionaries(made)] == [each[:2] for each in dictionaries(shown)] == given


def test_v3_from_csv(client):
    made = client.create_multilingual_glossary_from_csv("CSV", "EN", "DE", "Apple,Apfel\nPear,Birne\n")
    assert dictionaries(made) == [("EN", "DE", 2)]
    assert entries(client, made, "EN", "DE") == {"Apple": "Apfel", "Pear": "Birne"}


def test_v3_entries_come_back_as_they_went_in(client):
    made = client.create_multilingual_glossary("Odd", [Dictionary("EN", "DE", ODD)])
    assert entries(client, made.glossary_id, "EN", "DE") == ODD


def test_v3_a_merge_adds_a_pair_that_is_missing(client):
    made = client.create_multilingual_glossary("Desk", [Dictionary("EN", "DE", {"Hello": "Hallo"})])
    merged = client.update_multilingual_glossary_dictionary(made, Dictionary("EN", "PT-BR", {"Hello": "Oi"}))
    assert sorted(dictionaries(merged)) == [("EN", "DE", 1), ("EN", "PT", 1)]


@pytest.mark.parametrize(
    "change",
    [{}, {"name": None}, {"dictionaries": []}, {"dictionaries": "x"}, {"dictionaries": [{}, {}]}, {"name": ["x", "y"]}],
)
def test_v3_a_change_that_is_none_is_refused(client, live_server, change):
    made = client.create_multilingual_glossary("Desk", [Dictionary("EN", "DE", {"Hello": "Hallo"})])
    response = httpx2.patch(f"{live_server.url}/v3/glossaries/{made.glossary_id}", json=change)
    assert (response.status_code, type(response.json()["message"])) == (400, str)


def test_v3_a_glossary_is_made_whole_or_not_at_all(live_server, store):
    n = len(store.list())
    good = {"source_lang": "en", "target_lang": "es", "entries": "a\tb", "entries_format": "tsv"}
    for wrong in ({**good, "entries": "a"}, {**good, "target_lang": "xx"}, good):
        response = httpx2.post(f"{live_server.url}/v3/glossaries", json={"name": "Half", "dictionaries": [good, wrong]})
        assert response.status_code == 400
    assert len(store.list()) == n


# --- v2 and v3 together


def test_v2_shows_what_v3_made_with_one_dictionary_only(client):
    one = client.create_multilingual_glossary("One", [Dictionary("EN", "DE", {"Hello": "Hallo"})])
    two = client.create_multilingual_glossary(
        "Two", [Dictionary("EN", "DE", {"Hello": "Hallo"}), Dictionary("EN", "ES", {"Hello": "Hola"})]
    )
    shown = {each.glossary_id for each in client.list_glossaries()}
    assert one.glossary_id in shown
    assert two.glossary_id not in shown
    assert client.get_glossary(one.glossary_id).entry_count == 1
    for call in (client.get_glossary, client.get_glossary_entries, client.delete_glossary):
        with pytest.raises(deepl.GlossaryNotFoundException, match="v3"):
            call(two.glossary_id)
    made = client.create_glossary("Old", "EN", "ES", {"Hello": "Hola"})
    assert dictionaries(client.get_multilingual_glossary(made.glossary_id)) == [("EN", "ES", 1)]


# --- translating with them


def translated(client, text, *, to="ES", **how):
    return client.translate_text(text, source_lang="EN", target_lang=to, **how).text


def test_a_glossarys_terms_are_used(client):
    made = client.create_glossary("Desk", "EN", "ES", {"Zzyzx": "Zizix", "Donbass": "la cuenca del Donets"})
    for glossary in (made, made.glossary_id):
        assert "Zizix" in translated(client, "War in Zzyzx.", glossary=glossary)
        assert "la cuenca del Donets" in translated(client, "War in Donbass.", glossary=glossary)
    both = client.translate_text(["Zzyzx", "war"], source_lang="EN", target_lang="ES", glossary=made)
    assert both[0].text == "Zizix"
    assert client.translate_text_with_glossary("Zzyzx", made).text == "Zizix"


def test_a_common_word_is_translated_as_told_inside_a_sentence(client):
    made = client.create_glossary("Desk", "EN", "ES", {"artist": "pintor", "prize": "galardón"})
    text = translated(client, "The artist was awarded a prize in Donbass.", glossary=made)
    assert "pintor" in text
    assert "galardón" in text
    assert "Donbás" in text


def test_the_house_glossary_lies_beneath_unless_told_otherwise(client):
    made = client.create_glossary("Desk", "EN", "ES", {"Zzyzx": "Zizix"})
    both = "War in Zzyzx and Odessa."
    house = translated(client, "Odessa")
    assert house in translated(client, both, glossary=made)
    alone = translated(client, both, glossary=made, extra_body_parameters={"house_glossary": False})
    assert "Zizix" in alone
    assert house not in alone


def test_one_multilingual_glossary_serves_every_target(client):
    made = client.create_multilingual_glossary(
        "Desk", [Dictionary("EN", "ES", {"Zzyzx": "Zizix"}), Dictionary("EN", "FR", {"Zzyzx": "Zizixe"})]
    )
    assert translated(client, "Zzyzx", glossary=made) == "Zizix"
    assert translated(client, "Zzyzx", to="FR", glossary=made) == "Zizixe"


def test_of_several_glossaries_the_first_that_has_a_term_counts(client, live_server):
    first = client.create_glossary("First", "EN", "ES", {"Zzyzx": "Primero"})
    second = client.create_glossary("Second", "EN", "ES", {"Zzyzx": "Segundo", "Qwghlm": "Cuglum"})
    ids = [first.glossary_id, second.glossary_id]
    assert translated(client, "Zzyzx", glossary_ids=ids) == "Primero"
    assert translated(client, "Zzyzx", glossary_ids=ids[::-1]) == "Segundo"
    assert translated(client, "Qwghlm", glossary_ids=ids) == "Cuglum"


def test_a_change_holds_at_once(client):
    made = client.create_multilingual_glossary("Desk", [Dictionary("EN", "ES", {"Zzyzx": "Zizix"})])
    assert translated(client, "Zzyzx", glossary=made) == "Zizix"
    client.update_multilingual_glossary_dictionary(made, Dictionary("EN", "ES", {"Zzyzx": "Sisis"}))
    assert translated(client, "Zzyzx", glossary=made.glossary_id) == "Sisis"


def test_a_glossary_that_changes_between_two_steps_is_used_as_it_is_now(client, live_server):
    server = live_server.server
    made = client.create_glossary("Desk", "EN", "ES", {"Betweenia": "Antes"})

    async def steps():
        choice = await looked_up(server, [made.glossary_id], source="en", targets=["es"])
        changed = {"source": "en", "target": "es", "entries": {"Betweenia": "Después"}}
        await asyncio.to_thread(server.store.glossaries.put_dictionary, made.glossary_id, **changed)
        return await asyncio.gather(*(laid(server, choice) for _ in range(3)))

    first, *others = asyncio.run(steps())
    assert answer("Betweenia", first, source_lang="en", target_lang="es") == "Después"
    assert all(other is first for other in others)


def test_a_glossary_without_the_pair_leaves_the_house_glossary(client):
    made = client.create_glossary("Desk", "EN", "FR", {"Donbass": "le bassin"})
    assert translated(client, "Donbass", glossary=made.glossary_id) == translated(client, "Donbass")
    with pytest.raises(deepl.DeepLException, match="Glossary dictionary not found"):
        translated(client, "a", glossary=made.glossary_id, extra_body_parameters={"house_glossary": False})


def test_an_unknown_glossary_is_not_found(client):
    for id_ in (UNKNOWN_ID, "invalid_glossary_id"):
        with pytest.raises(deepl.DeepLException, match="Not found"):
            translated(client, "war", glossary=id_)


def test_terms_that_are_no_words_do_no_harm(client):
    odd = {**ODD, "\u00ad": "soft", "...": "…", "e\u0301": "é", "%": "%"}
    made = client.create_glossary("Odd", "EN", "ES", odd)
    assert translated(client, "Apple \U0001faa8 % ... A%=& war", glossary=made)
    assert translated(client, "Apple", glossary=made) == "Apfel"
