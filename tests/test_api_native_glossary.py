"""The glossary over HTTP, against a real server: nothing is lost, whoever saves and however the file looks."""

import csv
import io
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from pydantic import SecretStr
from served import serving

from glossary import loads
from service.api.native.revisions import unified_diff

TEXT = """\
exonym: 1
concepts:
  # The capital.
  kyiv:
    kind: place
    names:
      en: {preferred: Kyiv, deprecated: ["Kiev"]}  # since 2019
      es: Kiev
      uk: Київ
  donbas:
    kind: place
    names: {en: {preferred: Donbas, deprecated: [Donbass]}, es: Donbás, fr: Donbass}
  zelensky:
    kind: person
    names:
      en: {given: Volodymyr, family: {preferred: Zelensky, deprecated: [Zelenskyy]}}
"""
LVIV = {"kind": "place", "names": {"en": {"preferred": "Lviv", "deprecated": ["Lvov"]}, "pl": "Lwów"}}


@pytest.fixture(scope="module")
def live(server_settings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("native")
    changed = {
        "database": SecretStr(f"sqlite:///{folder / 'store.db'}"),
        "glossary": folder / "names.yaml",
        "apertium_modes": folder,
    }
    (folder / "names.yaml").write_text(TEXT, encoding="utf-8")
    with serving(server_settings.model_copy(update=changed)) as live:
        yield live


@pytest.fixture
def path(live):
    """The glossary file, as it was at first."""
    path = live.server.house.path
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def client(live, path):
    with httpx2.Client(base_url=live.url, timeout=30) as client:
        yield client


def etag(client):
    return {"If-Match": client.get("/api/glossary/concepts", params={"limit": 1}).headers["etag"]}


def test_a_concept_is_read_changed_and_removed(client, path):
    read = client.get("/api/glossary/concepts/kyiv")
    record = read.json()
    assert record["names"]["en"] == {"preferred": "Kyiv", "admitted": [], "deprecated": ["Kiev"], "forms": {}}
    record["names"]["en"]["deprecated"].append("Kieff")
    put = client.put("/api/glossary/concepts/kyiv", json=record, headers={"If-Match": read.headers["etag"]})
    assert put.status_code == 200 and put.json() == record and put.headers["etag"] != read.headers["etag"]
    assert "# since 2019" in path.read_text(encoding="utf-8")
    patched = client.patch(
        "/api/glossary/concepts/kyiv", json={"note": "capital"}, headers={"If-Match": put.headers["etag"]}
    )
    assert patched.json() == {**record, "note": "capital"}
    removed = client.delete("/api/glossary/concepts/kyiv", headers={"If-Match": patched.headers["etag"]})
    assert removed.status_code == 204 and not removed.content
    assert client.get("/api/glossary/concepts/kyiv").status_code == 404
    assert etag(client)["If-Match"] == removed.headers["etag"]


def test_a_new_concept_is_made_and_holds_at_once(client):
    made = client.put("/api/glossary/concepts/lviv", json=LVIV, headers=etag(client))
    assert made.status_code == 201 and made.json()["id"] == "lviv"
    fixed = client.post("/api/normalise", json={"text": "Lvov", "lang": "en"}).json()
    assert fixed == {
        "text": "Lviv",
        "edits": [{"start": 0, "end": 4, "before": "Lvov", "after": "Lviv", "concept": "lviv"}],
    }


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_write_without_or_with_an_old_etag_is_refused_with_what_is_there_now(client, path, method):
    body = {} if method == "delete" else {"json": {"note": "x"} if method == "patch" else LVIV}
    write = getattr(client, method)
    missing = write("/api/glossary/concepts/kyiv", **body)
    assert (missing.status_code, missing.json()["code"]) == (428, "precondition_missing")
    old = write("/api/glossary/concepts/kyiv", **body, headers={"If-Match": '"0123"'})
    assert (old.status_code, old.json()["current"]["names"]["es"]["preferred"]) == (412, "Kiev")
    assert path.read_text(encoding="utf-8") == TEXT


def test_two_that_save_at_once_both_get_in_when_they_try_again(client, live):
    def save(n):
        with httpx2.Client(base_url=live.url, timeout=30) as mine:
            conflicts = 0
            while True:
                body = {"kind": "term", "names": {"en": f"Thing {n}"}}
                answer = mine.put(f"/api/glossary/concepts/thing{n}", json=body, headers=etag(mine))
                if answer.status_code != 412:
                    return answer.status_code, conflicts
                conflicts += 1

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(save, range(8)))
    assert {status for status, _ in answers} == {201}
    found = client.get("/api/glossary/concepts", params={"search": "thing"}).json()
    assert sorted(item["id"] for item in found["items"]) == [f"thing{n}" for n in range(8)]


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({}, ["kyiv", "donbas", "zelensky"]),
        ({"search": "KIEV"}, ["kyiv"]),
        ({"search": "київ"}, ["kyiv"]),
        ({"search": "zelenskyy"}, ["zelensky"]),
        ({"search": "volodymyr zel"}, ["zelensky"]),
        ({"search": "nobody"}, []),
        ({"kind": "person"}, ["zelensky"]),
        ({"lang": "fr"}, ["donbas"]),
        ({"lang": "es-MX", "search": "don"}, ["donbas"]),
        ({"limit": 1, "offset": 1}, ["donbas"]),
        ({"offset": 10**9}, []),
        ({"search": "%_\x00'"}, []),
    ],
)
def test_concepts_are_searched_and_paged(client, params, ids):
    answer = client.get("/api/glossary/concepts", params=params)
    found = answer.json()
    assert [item["id"] for item in found["items"]] == ids
    assert found["total"] == (3 if "limit" in params or "offset" in params else len(ids))
    assert answer.headers["etag"] == f'"{found["etag"]}"'


@pytest.mark.parametrize(
    ("record", "field", "lang"),
    [
        ({"kind": "place", "names": {"en": {"preferred": "Kiev"}}}, "names.en.preferred", "en"),
        ({"kind": "town", "names": {"en": "A"}}, "kind", None),
        ({"kind": "place", "names": {"en": {"preferred": "A", "deprecated": ["\x01"]}}}, "names.en.deprecated.0", "en"),
        ({"kind": "place", "names": {"en": "A"}, "except": {"en": [["A"]]}}, "except.en.0", "en"),
        ({"kind": "place", "names": {"english": "A"}}, "names.english", "english"),
    ],
)
def test_mistakes_are_named_by_field_when_checked_and_when_saved(client, path, record, field, lang):
    checked = client.post("/api/glossary/validate", json={"concept": {"id": "new", **record}}).json()["problems"]
    assert (field, lang, "error") in [(each["field"], each["lang"], each["severity"]) for each in checked]
    assert all(each["remedy"] and each["message"] for each in checked)
    refused = client.put("/api/glossary/concepts/new", json=record, headers=etag(client))
    assert refused.status_code == 422
    assert field in [each["field"] for each in refused.json()["problems"]]
    assert path.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'"x"',
        b"{",
        b"[" * 50_000,
        b'{"kind":' * 20_000,
        b'{"note":"\\ud800"}',
        b'{"names":{"en":1e999}}',
        b"\xff",
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_body_that_is_no_concept_is_the_callers_fault(client, path, body, method):
    headers = {**etag(client), "content-type": "application/json"}
    answer = client.request(method, "/api/glossary/concepts/kyiv", content=body, headers=headers)
    assert answer.status_code in (400, 422) and answer.json()["message"]
    assert path.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("id_", ["a b", "%00", "..", "-x", "x" * 101, "%F0%9F%98%80", "a%2Fb"])
def test_an_id_that_cannot_be_used_is_refused(client, path, id_):
    answer = client.put(f"/api/glossary/concepts/{id_}", json=LVIV, headers=etag(client))
    assert answer.status_code in (404, 405, 422)
    assert path.read_text(encoding="utf-8") == TEXT


def test_a_file_is_checked_by_line_without_being_saved(client, path):
    text = TEXT.replace("kind: person", "kind: human")
    headers = {"content-type": "text/yaml"}
    problem, *_ = client.post("/api/glossary/validate", content=text.encode(), headers=headers).json()["problems"]
    assert (problem["line"], problem["concept"], problem["code"]) == (14, "zelensky", "G116")
    assert client.post("/api/glossary/validate", content=TEXT.encode(), headers=headers).json() == {"problems": []}
    assert path.read_text(encoding="utf-8") == TEXT
    for wrong in (b"{}", b'{"concept": []}', b"{", b"[" * 50_000):
        answer = client.post("/api/glossary/validate", content=wrong, headers={"content-type": "application/json"})
        assert answer.status_code == 422


def test_the_whole_file_is_read_and_replaced(client, path):
    read = client.get("/api/glossary")
    assert read.content == TEXT.encode() and read.headers["content-type"] == "text/yaml; charset=utf-8"
    new = TEXT.replace("since 2019", "since 1995")
    headers = {"If-Match": read.headers["etag"], "content-type": "text/yaml"}
    saved = client.put("/api/glossary", content=new.encode(), headers=headers)
    assert saved.json() == {"etag": saved.headers["etag"].strip('"'), "n_concepts": 3}
    assert path.read_text(encoding="utf-8") == new
    again = client.put("/api/glossary", content=TEXT.encode(), headers=headers)
    assert again.status_code == 412
    for wrong in (b"\xff", b"exonym: 2", TEXT.replace("place", "palace").encode()):
        refused = client.put("/api/glossary", content=wrong, headers={**headers, "If-Match": "*"})
        assert refused.status_code == 422
    assert path.read_text(encoding="utf-8") == new


def test_a_file_that_is_broken_on_disk_stays_out_of_force_and_is_mended_over_http(client, path):
    client.get("/api/glossary/concepts")
    path.write_text(TEXT.replace("kind: person", "kind: human"), encoding="utf-8")
    info = client.get("/api/info").json()["glossary"]
    assert info["problems"][0]["line"] == 14 and info["n_concepts"] == 3
    assert client.get("/api/glossary/concepts/zelensky").json()["kind"] == "person"
    refused = client.patch("/api/glossary/concepts/kyiv", json={"note": "x"}, headers=etag(client))
    assert refused.status_code == 409 and "human" in refused.json()["message"]
    broken = client.get("/api/glossary")
    assert "kind: human" in broken.text
    mended = broken.text.replace("human", "person").encode()
    assert client.put("/api/glossary", content=mended, headers={"If-Match": broken.headers["etag"]}).status_code == 200
    assert client.get("/api/info").json()["glossary"]["problems"] == []


def test_a_read_only_file_says_so(client, path):
    path.chmod(0o444)
    try:
        assert client.get("/api/info").json()["glossary"]["writable"] is False
        refused = client.patch("/api/glossary/concepts/kyiv", json={"note": "x"}, headers=etag(client))
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
        assert "EXONYM_GLOSSARY" in refused.json()["message"]
    finally:
        path.chmod(0o644)


def test_revisions_tell_who_changed_what_and_lead_back(client, path):
    client.get("/api/glossary/concepts")
    before = client.get("/api/glossary/revisions").json()["items"]
    client.patch("/api/glossary/concepts/kyiv", json={"note": "one"}, headers=etag(client))
    path.write_text(TEXT.replace("since 2019", "since 1995"), encoding="utf-8")
    listed = client.get("/api/glossary/revisions").json()
    added = listed["items"][: len(listed["items"]) - len(before)]
    assert [(item["who"], item["summary"]) for item in added][:2] == [
        ("disk", "changed on disk"),
        ("address:127.0.0.1", "changed kyiv"),
    ]
    newest, changed = added[:2]
    whole = client.get(f"/api/glossary/revisions/{newest['n']}").json()
    assert '+      en: {preferred: Kyiv, deprecated: ["Kiev"]}  # since 1995' in whole["diff"].splitlines()
    restored = client.post(f"/api/glossary/revisions/{changed['n']}/restore", headers=etag(client))
    assert restored.status_code == 200 and restored.headers["etag"] == f'"{changed["etag"]}"'
    assert client.get("/api/glossary/concepts/kyiv").json()["note"] == "one"
    assert client.post(f"/api/glossary/revisions/{changed['n']}/restore").status_code == 428
    page = client.get("/api/glossary/revisions", params={"limit": 1}).json()
    assert client.get("/api/glossary/revisions", params={"limit": 1, "before": page["next"]}).json()["items"]
    for unknown in ("0", "-1", "x", "9" * 30, "%00"):
        assert client.get(f"/api/glossary/revisions/{unknown}").status_code == 404


@pytest.mark.parametrize("form", ["csv", "tsv", "tbx", "tbx2", "yaml"])
def test_what_is_exported_comes_back_when_it_is_imported(client, path, form):
    exported = client.get("/api/glossary/export", params={"format": form})
    assert exported.status_code == 200 and "attachment" in exported.headers["content-disposition"]
    path.write_text("exonym: 1\nconcepts:\n  x: {kind: term, names: {en: Elsewhere}}\n", encoding="utf-8")
    params = {"format": form, "dry_run": True}
    dry = client.post("/api/glossary/import", params=params, content=exported.content).json()
    assert (dry["added"], dry["changed"], dry["problems"], dry["dry_run"]) == (3, 0, [], True)
    assert client.get("/api/glossary/concepts").json()["total"] == 1
    done = client.post("/api/glossary/import", params={"format": form}, content=exported.content, headers=etag(client))
    assert (done.json()["added"], done.json()["n_concepts"]) == (3, 4)
    kyiv = loads(path.read_text(encoding="utf-8")).concepts["kyiv"]
    assert kyiv.names["en"].preferred == "Kyiv" and kyiv.names["en"].deprecated == ("Kiev",)


def test_an_import_says_what_it_left_out_and_needs_an_etag(client, path):
    table = "concept,kind,en,en:deprecated\nkyiv,place,Kyiv,Kieff\nrival,place,Donbass,\nbad,town,B,\n"
    assert client.post("/api/glossary/import?format=csv", content=table.encode()).status_code == 428
    done = client.post("/api/glossary/import?format=csv", content=table.encode(), headers=etag(client)).json()
    assert (done["added"], done["changed"]) == (0, 1)
    assert {problem["concept"] for problem in done["problems"]} >= {"rival"}
    assert any(problem["line"] == 4 for problem in done["problems"])
    for body in (b"", b"\xff", b"nothing,here\n1,2\n"):
        refused = client.post("/api/glossary/import?format=csv", content=body, headers=etag(client))
        assert refused.status_code in (200, 422)


def test_a_deepl_list_goes_from_one_language_to_another(client):
    assert client.get("/api/glossary/export?format=deepl").status_code == 422
    listed = client.get("/api/glossary/export?format=deepl&source=en&target=es").text
    assert ["Donbas", "Donbás"] in [row[:2] for row in csv.reader(io.StringIO(listed))]


def test_a_bomb_in_a_term_list_is_refused(client):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><tbx>&c;</tbx>'
    headers = etag(client)
    assert client.post("/api/glossary/import?format=tbx", content=bomb, headers=headers).status_code == 422
    anchors = b"exonym: 1\nconcepts: &a\n  x: *a\n"
    assert client.post("/api/glossary/import?format=yaml", content=anchors, headers=headers).status_code == 422


def test_a_preview_shows_what_a_concept_would_change_and_saves_nothing(client, path):
    body = {"text": "Donbass is a region. Kiev is a city.", "source": "en", "targets": ["es", "fr"]}
    kept = {each["target"]: each for each in client.post("/api/translate", json=body).json()["translations"]}
    concept = client.get("/api/glossary/concepts/donbas").json()
    concept["names"]["es"] = {"preferred": "Dombás", "deprecated": ["Donbás"]}
    seen = {
        each["lang"]: each for each in client.post("/api/glossary/preview", json={"concept": concept}).json()["items"]
    }
    assert seen["es"]["id"] == kept["es"]["id"] and seen["fr"]["n_changes"] == 0
    (change,) = seen["es"]["changes"]
    assert change["after"] == change["before"].replace("Donbás", "Dombás") and change["concept"] == "donbas"
    assert kept["es"]["text"][change["start"] : change["end"]] == "Donbás"
    only = client.post("/api/glossary/preview", json={"concept": concept, "translations": [kept["fr"]["id"]]}).json()
    assert [each["id"] for each in only["items"]] == [kept["fr"]["id"]]
    own = {"concept": concept, "text": "En el Donbás.", "lang": "es"}
    assert client.post("/api/glossary/preview", json=own).json()["items"][0]["changes"][0]["after"] == "En el Dombás."
    assert path.read_text(encoding="utf-8") == TEXT


def test_a_preview_of_a_rule_taken_away_shows_what_would_be_left_alone(client):
    concept = {"id": "donbas", "kind": "place", "names": {"en": "Donbas"}, "romanise": False}
    concept["names"] = {"en": {"preferred": "Donbas", "admitted": ["Donbass"]}}
    body = {"concept": concept, "text": "In Donbass.", "lang": "en"}
    (change,) = client.post("/api/glossary/preview", json=body).json()["items"][0]["changes"]
    assert (change["before"], change["after"]) == ("In Donbas.", "In Donbass.")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"translations": ["999999"]}, 404),
        ({"translations": ["x"] * 51}, 422),
        ({"text": "a"}, 422),
        ({"text": "a", "lang": "xx-nowhere"}, 422),
        ({"concept": {"kind": "place", "names": {"en": "A"}}}, 422),
        ({"concept": {"id": "a", "kind": "palace"}, "text": "a", "lang": "en"}, 422),
    ],
)
def test_a_preview_that_cannot_be_made_says_why(client, change, status):
    body = {"concept": {"id": "a", "kind": "place", "names": {"en": "A"}}, **change}
    answer = client.post("/api/glossary/preview", json=body)
    assert answer.status_code == status and answer.json()["message"]


def test_a_glossary_of_thousands_is_searched_in_no_time(client, path):
    many = "".join(f"  c{n}: {{kind: term, names: {{en: Term{n}x}}}}\n" for n in range(5000))
    path.write_text(TEXT + many, encoding="utf-8")
    assert client.get("/api/glossary/concepts?search=term4999x").json()["total"] == 1
    begun = time.perf_counter()
    assert client.get("/api/glossary/concepts?search=term42x").json()["total"] == 1
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "a\n"),
        ("a\n", ""),
        ("a", "a\nb"),
        ("a\n" * 50, "a\n" * 49 + "b\n"),
        ("x\n" + "a\n" * 50, "a\n" * 50 + "y\n"),
    ],
)
def test_a_unified_diff_is_one_that_patches(before, after, tmp_path):
    import subprocess

    (tmp_path / "file").write_text(before)
    diff = f"--- file\n+++ file\n{unified_diff(before, after)}"
    subprocess.run(["patch", "-s", "-p0"], input=diff, text=True, check=True, cwd=tmp_path)
    left = (tmp_path / "file").read_text() if (tmp_path / "file").exists() else ""
    assert left == after


def test_texts_that_have_little_in_common_are_not_compared_for_minutes():
    before = "".join(f"a{n}\n" for n in range(30_000))
    assert unified_diff(before, before.replace("a", "b")) is None
    assert unified_diff(before, before.replace("a15000\n", "")).count("\n-a15000") == 1
