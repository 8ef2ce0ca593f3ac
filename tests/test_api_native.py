"""Native routes against a real server with a real engine: translate, jobs and their events, names, what is kept."""

import io
import json
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx2
import pytest
from pydantic import SecretStr
from served import serving
from starlette.testclient import TestClient

from glossary import apply_edits, shipped
from glossary.edits import Edit
from service.api.app import create_app
from service.api.guard import Guard
from service.api.native.documents import safe_name

TEXT = "Donbass is a region. Kiev is a city."
BODY = {"text": TEXT, "source": "en", "targets": ["es"]}


@pytest.fixture(scope="module")
def live(server_settings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("native")
    (folder / "names.yaml").write_bytes(shipped().read_bytes())
    changed = {
        "database": SecretStr(f"sqlite:///{folder / 'store.db'}"),
        "glossary": folder / "names.yaml",
        "apertium_modes": folder,
    }
    with serving(server_settings.model_copy(update=changed)) as live:
        yield live


@pytest.fixture(scope="module")
def client(live):
    with httpx2.Client(base_url=live.url, timeout=60) as client:
        yield client


def changed(live, **settings):
    """Return a client of the same parts under other settings; closing it leaves the parts open."""
    server = live.server
    settings = server.settings.model_copy(update=settings)
    return TestClient(create_app(replace(server, settings=settings, guard=Guard(server.store, settings))))


def events(client, address):
    """Return the events of a job, each as its name and data."""
    with client.stream("GET", f"{address}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in stream.iter_lines() if line and not line.startswith(":")]
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    data = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    return list(zip(names, data, strict=True))


def at(text, piece):
    return text[piece["start"] : piece["end"]] == piece["text"]


def test_a_text_is_translated_into_each_language_with_what_became_of_its_names(client):
    body = {**BODY, "targets": ["es", "fr"], "alternatives": 2}
    found = client.post("/api/translate", json=body).json()
    assert found["source"] == "en" and found["detected"] is None
    spanish, french = found["translations"]
    assert spanish["text"].startswith("Donbás") and french["route"] == ["argos:en-es", "argos:es-fr"]
    for translation in found["translations"]:
        assert [mention["concept"] for mention in translation["mentions"]] == ["donbas", "kyiv"]
        for mention in translation["mentions"]:
            assert at(TEXT, mention["source"]) and at(translation["text"], mention["target"])
        assert len(translation["alternatives"]) <= 2
        assert "glossary:" in translation["signature"]


def test_several_texts_come_back_in_their_order(client):
    body = {"texts": ["Kiev is a city.", "", "x", "Kiev is a city."], "source": "en", "targets": ["es"]}
    results = client.post("/api/translate", json=body).json()["results"]
    texts = [result["translations"][0]["text"] for result in results]
    assert texts[0] == texts[3] != "" and texts[1] == ""
    assert results[0]["group"] == results[3]["group"] != results[2]["group"]


def test_of_a_made_glossary_the_dictionary_of_the_detected_language_counts(client, live):
    entries = {("de", "es"): {"Donbass": "Becken"}, ("en", "es"): {"Donbass": "Cuenca"}}
    made = live.server.store.glossaries.add("two ways", dictionaries=entries)
    text = "The people of Donbass saw that the shelling of the city went on through the night."
    found = client.post("/api/translate", json={"text": text, "targets": ["es"], "glossary": made.id}).json()
    live.server.store.glossaries.delete(made.id)
    assert "Cuenca" in found["translations"][0]["text"] and found["detected"]["language"] == "en"


def test_marks_stay_on_their_words(client):
    body = {**BODY, "text": "<p>Kiev is <b>a</b> city &amp; more.</p>", "format": "html"}
    (translation,) = client.post("/api/translate", json=body).json()["translations"]
    assert "<b>una</b>" in translation["text"] and translation["text"].startswith("<p>")


def test_the_language_of_a_text_is_detected_and_said(client):
    text = "The shelling of the city went on through the night, and nobody in Kiev could sleep."
    found = client.post("/api/translate", json={"text": text, "targets": ["es"]}).json()
    assert found["source"] == found["detected"]["language"] == "en" and found["detected"]["confidence"] > 0.5
    texts = [text, "Уночі знову обстріляли місто, і ніхто в Києві не міг заснути.", "", "12"]
    english, ukrainian, *nothing = client.post("/api/detect", json={"texts": texts}).json()
    assert (english[0]["language"], ukrainian[0]["language"]) == ("en", "uk")
    assert nothing == [[], []]
    assert client.post("/api/detect", json={"text": text}).json() == [english]
    assert client.post("/api/detect", json={}).status_code == 422


def test_names_are_left_to_the_engine_where_no_glossary_is_wanted(client):
    (translation,) = client.post("/api/translate", json={**BODY, "glossary": False}).json()["translations"]
    assert translation["mentions"] == [] and "Donbás" not in translation["text"]


def test_a_glossary_that_a_caller_made_lies_over_the_house_and_is_found_by_id_or_name(client, live):
    made = live.server.store.glossaries.add("sports desk", dictionaries={("en", "es"): {"Donbass": "Cuenca"}})
    try:
        for choice in (made.id, "sports desk"):
            answer = client.post("/api/translate", json={**BODY, "glossary": choice}).json()
            text = answer["translations"][0]["text"]
            assert text.startswith("Cuenca") and "Kiev" in text
        twin = live.server.store.glossaries.add("sports desk", dictionaries={})
        assert client.post("/api/translate", json={**BODY, "glossary": "sports desk"}).status_code == 409
        live.server.store.glossaries.delete(twin.id)
    finally:
        live.server.store.glossaries.delete(made.id)
    assert client.post("/api/translate", json={**BODY, "glossary": made.id}).status_code == 404


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"targets": []}, 422, "request"),
        ({"targets": ["xx-nowhere"]}, 422, "unknown_language"),
        ({"targets": ["ja"]}, 422, "unsupported_pair"),
        ({"targets": ["es"] * 51}, 422, "request"),
        ({"engine": "best"}, 422, "unknown_engine"),
        ({"text": None}, 422, "input"),
        ({"texts": ["a"]}, 422, "input"),
        ({"text": None, "texts": []}, 422, "input"),
        ({"text": None, "texts": ["a"] * 1001}, 413, "too_many"),
        ({"text": "a\x00b"}, 422, "input"),
        ({"text": 5}, 422, "request"),
        ({"alternatives": 10**30}, 422, "request"),
        ({"alternatives": -1}, 422, "request"),
        ({"glossary": True}, 422, "request"),
        ({"glossary": "nowhere"}, 404, "not_found"),
        ({"format": "docx"}, 422, "request"),
        ({"misspelt": 1}, 422, "request"),
    ],
)
@pytest.mark.parametrize("route", ["/api/translate", "/api/jobs"])
def test_what_cannot_be_translated_is_refused_in_words(client, route, change, status, code):
    answer = client.post(route, json={**BODY, **change})
    if route == "/api/jobs" and answer.status_code == 202:
        name, data = events(client, answer.headers["location"])[-1]
        assert (name, data["code"]) == ("failed", code) and data["message"]
        return
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"] and answer.json()["request_id"]


def test_half_a_character_is_refused(client):
    raw = b'{"text": "\\ud800", "source": "en", "targets": ["es"]}'
    answer = client.post("/api/translate", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 422


def test_limits_hold_and_name_themselves(live):
    client = changed(live, max_chars=20, max_items=2)
    long = client.post("/api/translate", json={**BODY, "text": "x" * 21})
    assert long.status_code == 413 and "20" in long.json()["message"]
    many = client.post("/api/translate", json={"texts": ["a"] * 3, "source": "en", "targets": ["es"]})
    assert many.status_code == 413 and "2" in many.json()["message"]
    for route, body in {
        "/api/normalise": {"text": "x" * 21, "lang": "en"},
        "/api/check": {"text": "x", "lang": "en", "source_text": "x" * 21, "source": "uk"},
        "/api/settle": {"source_text": "x" * 21, "translation": "x", "source": "uk", "target": "en"},
        "/api/discover": {"texts": ["a", "b", "c"]},
        "/api/detect": {"text": "x" * 21},
        "/api/jobs": {**BODY, "text": "x" * 21},
    }.items():
        assert client.post(route, json=body).status_code == 413, route


def test_translations_are_kept_searched_and_deleted(client):
    client.delete("/api/translations")
    found = client.post("/api/translate", json={**BODY, "targets": ["es", "fr"]}).json()
    client.post("/api/translate", json={**BODY, "text": "Lviv is old.", "keep": True})
    unkept = client.post("/api/translate", json={**BODY, "keep": False}).json()
    assert unkept["translations"][0]["id"] is None
    listed = client.get("/api/translations").json()
    assert [item["target"] for item in listed["items"]] == ["es", "fr", "es"] and listed["next"] is None
    same = client.get("/api/translations", params={"group": found["group"]}).json()["items"]
    assert {item["id"] for item in same} == {each["id"] for each in found["translations"]}
    assert len(client.get("/api/translations", params={"search": "DONBASS", "target": "fr"}).json()["items"]) == 1
    page = client.get("/api/translations", params={"limit": 2}).json()
    rest = client.get("/api/translations", params={"limit": 2, "before": page["next"]}).json()
    assert [*page["items"], *rest["items"]] == listed["items"]
    spanish = found["translations"][0]
    whole = client.get(f"/api/translations/{spanish['id']}").json()
    assert whole["source_text"] == TEXT
    assert {key: whole[key] for key in ("text", "mentions", "route", "signature")} == {
        key: spanish[key] for key in ("text", "mentions", "route", "signature")
    }
    assert client.delete(f"/api/translations/{spanish['id']}").status_code == 204
    for method in ("GET", "DELETE"):
        for id_ in (spanish["id"], "0", "x", "9" * 40, "%00"):
            assert client.request(method, f"/api/translations/{id_}").status_code == 404
    assert client.delete("/api/translations").json() == {"deleted": 2}


def test_a_job_is_watched_to_its_end_and_its_result_is_what_translate_answers(client):
    text = "".join(f"Kiev is city number {n}. " for n in range(700))
    begun = client.post("/api/jobs", json={**BODY, "text": text, "keep": False})
    assert begun.status_code == 202 and begun.json()["state"] in ("queued", "running")
    address = begun.headers["location"]
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: events(client, address), range(2))
    assert first[-1] == second[-1] and first[-1][0] == "done"
    assert all(name == "progress" for name, _ in first[:-1])
    direct = client.post("/api/translate", json={**BODY, "text": text, "keep": False}).json()
    assert first[-1][1]["result"] == direct
    job = client.get(address).json()
    assert (job["state"], job["done"], job["result"]) == ("done", job["total"], direct)
    assert events(client, address) == [first[-1]]
    assert client.delete(address).status_code == 409


def test_a_job_is_cancelled_while_it_runs(client, live):
    text = "".join(f"Kiev and Lviv are towns number {n} of the list. " for n in range(20_000))
    address = client.post("/api/jobs", json={**BODY, "text": text}).headers["location"]
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(events, client, address)
        while client.get(address).json()["state"] == "queued":
            time.sleep(0.02)
        cancelled = client.delete(address)
        assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
        assert watching.result(10)[-1] == ("cancelled", {})
    assert client.get(address).json()["state"] == "cancelled"
    assert client.delete(address).status_code == 200
    until = time.monotonic() + 20
    while live.server.desk._works and time.monotonic() < until:
        time.sleep(0.05)
    assert not live.server.desk._works


def test_a_job_that_is_none_is_not_found(client):
    for id_ in ("0" * 32, "x", "%00", "..%2f..%2fetc"):
        for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/events")):
            assert client.request(method, f"/api/jobs/{id_}{path}").status_code in (404, 405), (id_, method)


def test_a_document_goes_in_and_comes_out_in_each_language(client):
    sent = client.post(
        "/api/documents",
        files={"file": ("../../notes.txt", b"Donbass is a region.\n\nKiev is a city.\n")},
        data={"targets": "es,fr", "source": "en"},
    )
    assert sent.status_code == 202
    name, data = events(client, sent.headers["location"])[-1]
    assert name == "done", data
    spanish, french = data["result"]["files"]
    assert (spanish["target"], french["target"]) == ("es", "fr")
    assert {mention["concept"] for mention in spanish["mentions"]} == {"donbas", "kyiv"}
    fetched = client.get(spanish["url"])
    assert fetched.text.startswith("Donbás") and fetched.headers["content-type"] == "application/octet-stream"
    assert "attachment" in fetched.headers["content-disposition"] and ".." not in fetched.headers["content-disposition"]
    assert spanish["name"] in fetched.headers["content-disposition"]
    assert client.get("/api/documents/" + "0" * 32).status_code == 404


def bomb():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 2**22 + b"</a>")
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "data", "status"),
    [
        ("a.exe", b"MZ", {"targets": "es"}, 422),
        ("a", b"x", {"targets": "es"}, 422),
        ("a.txt", b"x", {"targets": ","}, 422),
        ("a.txt", b"x", {"targets": "xx-nowhere"}, 422),
        ("a.txt", b"x", {"targets": "es", "glossary": "nowhere"}, 404),
        ("a.txt", b"x", {}, 422),
        ("a.txt", b"", {"targets": "es", "source": "en"}, 202),
        ("a.txt", b"1 2 3", {"targets": "es", "source": "en"}, 202),
        ("a.docx", b"PK\x03\x04 no archive", {"targets": "es", "source": "en"}, 202),
        ("a.docx", bomb(), {"targets": "es", "source": "en"}, 202),
    ],
)
def test_a_file_that_cannot_be_translated_is_an_error_and_no_copy(client, name, content, data, status):
    sent = client.post("/api/documents", files={"file": (name, content)}, data=data)
    assert sent.status_code == status and (status == 202 or sent.json()["message"])
    if status == 202:
        name, data = events(client, sent.headers["location"])[-1]
        assert name == "failed" and data["code"] in ("input", "too_long") and data["message"]


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\a\\b.docx", "b.docx"),
        ("a\r\nX: y.txt", "a_X_ y.txt"),
        ('"q".txt', "_q_.txt"),
        ("стаття.docx", "стаття.docx"),
        ("x" * 300 + ".docx", "x" * 235 + ".docx"),
    ],
)
def test_a_file_name_is_no_path_and_no_header(given, safe):
    assert safe_name(given) == safe


def test_names_are_put_right_and_the_edits_say_how(client):
    found = client.post("/api/normalise", json={"text": TEXT, "lang": "en"}).json()
    assert found["text"] == "Donbas is a region. Kyiv is a city."
    assert apply_edits(TEXT, [Edit(**edit) for edit in found["edits"]]) == found["text"]
    alone = client.post("/api/normalise", json={"text": TEXT, "lang": "en", "glossary": False}).json()
    assert alone == {"text": TEXT, "edits": []}


@pytest.mark.parametrize(
    ("source_text", "translation"),
    [
        ("Київ.\nПерша.\nДонбас", "Kiev.\nFirst.\nDonbass"),
        ("Київ. Донбас", "Kiev.\nDonbass"),
        ("Київ\r\n\r\nДонбас\r\n", "Kiev\r\n\r\nDonbass\r\n"),
    ],
)
def test_a_translation_made_elsewhere_keeps_the_names(client, source_text, translation):
    body = {"source_text": source_text, "translation": translation, "source": "uk", "target": "en"}
    found = client.post("/api/settle", json=body).json()
    assert found["text"] == translation.replace("Kiev", "Kyiv").replace("Donbass", "Donbas")
    assert apply_edits(translation, [Edit(**edit) for edit in found["edits"]]) == found["text"]
    assert [mention["concept"] for mention in found["mentions"]] == ["kyiv", "donbas"]
    for mention in found["mentions"]:
        assert at(source_text, mention["source"]) and at(found["text"], mention["target"])


def test_a_check_finds_what_is_wrong_and_with_its_source_what_is_lost(client):
    found = client.post("/api/check", json={"text": "In Kiev.", "lang": "en"}).json()
    assert [finding["code"] for finding in found["findings"]] == ["E101"] and found["text_fixed"] == "In Kyiv."
    body = {"text": "It is a city.", "lang": "en", "source_text": "Київ — місто.", "source": "uk"}
    lost = client.post("/api/check", json=body).json()
    assert [finding["code"] for finding in lost["findings"]] == ["E102"]
    assert client.post("/api/check", json={**body, "source": None}).status_code == 422


def test_what_is_discovered_can_be_put_as_it_is(client):
    texts = [
        "He left Severodonbask. In Severodonbasc he stayed, and Severodonbask was gone.",
        "The mayor of Kiyiv spoke, and later Mr. Zelenskiyy left Kiyiv for Severodonbasc.",
    ]
    found = client.post("/api/discover", json={"texts": texts, "lang": "en"}).json()
    assert found["groups"] and found["uncovered"]
    for group in found["groups"]:
        concept = group["concept"]
        assert concept and group["known"] == (client.get(f"/api/glossary/concepts/{concept['id']}").status_code == 200)
        saved = client.put(f"/api/glossary/concepts/{concept['id']}", json=concept, headers={"If-Match": "*"})
        assert saved.status_code == (200 if group["known"] else 201), saved.text
        for spelling in group["spellings"]:
            for place in spelling["places"]:
                line = texts[place["text"]].splitlines()[place["line"] - 1]
                assert line[place["column"] - 1 :].startswith(spelling["spelling"])
    again = client.post("/api/discover", json={"texts": texts, "lang": "en"}).json()
    assert not [group for group in again["groups"] if group["wavers_in"]]


@pytest.mark.parametrize("langs", [["en"], ["en", "es", "fr"], ["en", "xx-nowhere"]])
def test_languages_that_do_not_fit_the_texts_are_refused(client, langs):
    answer = client.post("/api/discover", json={"texts": ["a", "b"], "langs": langs})
    assert answer.status_code == 422


def test_info_and_languages_say_what_there_is(client, live):
    info = client.get("/api/info").json()
    engines = {engine["name"]: engine for engine in info["engines"]}
    assert ["en", "es"] in engines["argos"]["pairs"] and info["models"]
    assert info["limits"]["max_chars"] == live.server.settings.max_chars
    assert info["glossary"]["path"] == str(live.server.house.path) and info["glossary"]["writable"]
    languages = {each["language"]: each for each in client.get("/api/languages").json()}
    assert [(target["language"], target["name"]) for target in languages["en"]["targets"]] == [
        ("es", "Spanish"),
        ("fr", "French"),
    ]
    assert client.get("/api/languages", params={"engine": "nowhere"}).status_code == 422


def test_keys_open_what_their_scopes_say(live):
    secrets = {
        scope: live.server.store.keys.add(scope, scopes=frozenset({scope}))[1]
        for scope in ("read", "translate", "glossary")
    }
    client = changed(live, api_keys="required")
    info = client.get("/api/info").json()
    assert info["keys_required"] and info["glossary"]["path"] is None and info["models"] == []
    assert client.get("/api/languages").status_code == 200
    calls = {
        "read": lambda **how: client.get("/api/glossary/concepts", **how),
        "translate": lambda **how: client.post("/api/normalise", json={"text": "a", "lang": "en"}, **how),
        "glossary": lambda **how: client.delete("/api/glossary/concepts/nowhere", **how),
    }
    for scope, call in calls.items():
        assert call().status_code == 401
        for other, secret in secrets.items():
            status = call(headers={"Authorization": f"Bearer {secret}"}).status_code
            assert (status == 403) == (other != scope), (scope, other, status)
    known = client.get("/api/info", headers={"Authorization": f"Bearer {secrets['read']}"}).json()
    assert known["glossary"]["path"]


def test_light_routes_answer_while_a_long_text_is_translated(client):
    text = "".join(f"Kiev and Lviv are towns number {n} of the list. " for n in range(4000))
    address = client.post("/api/jobs", json={**BODY, "text": text, "keep": False}).headers["location"]
    waits = []
    for _ in range(20):
        begun = time.perf_counter()
        assert client.get("/api/glossary/concepts/kyiv").status_code == 200
        waits.append(time.perf_counter() - begun)
    client.delete(address)
    assert sorted(waits)[10] < 0.5
