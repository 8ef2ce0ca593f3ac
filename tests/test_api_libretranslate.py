"""LibreTranslate's routes as its client, Mastodon, Weblate and its own page use them, against a real server."""

import io
import json
import re
import zipfile
from dataclasses import replace
from urllib.error import HTTPError
from urllib.parse import urlencode

import httpx2
import pytest
import schemathesis
from libretranslatepy import LibreTranslateAPI
from pydantic import SecretStr
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from served import serving
from starlette.testclient import TestClient

from service.api.app import create_app
from service.api.guard import Guard
from service.api.libretranslate.translate import MAX_TARGETS, TranslateBody
from service.store import suggestions

FORM = {"content-type": "application/x-www-form-urlencoded"}
TEXT = "The war in Donbass."


@pytest.fixture(scope="module")
def live(server_settings, tmp_path_factory):
    """A server whose languages are known: English, Spanish and French, each from the one before."""
    folder = tmp_path_factory.mktemp("libre")
    changed = {"apertium_modes": folder, "database": SecretStr(f"sqlite:///{folder / 'store.db'}")}
    with serving(server_settings.model_copy(update=changed)) as live:
        yield live


@pytest.fixture(scope="module")
def http(live):
    with httpx2.Client(base_url=live.url, timeout=60) as client:
        yield client


def other(live, **changes):
    """A client of the same server with some settings changed."""
    settings = live.server.settings.model_copy(update=changes)
    changed = replace(live.server, settings=settings, guard=Guard(live.server.store, settings))
    return TestClient(create_app(changed))


def translated(http, **fields):
    answer = http.post("/translate", json={"q": TEXT, "source": "en", "target": "es"} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(http, *, status=400, **fields):
    body = {"q": TEXT, "source": "en", "target": "es"} | fields
    answer = http.post("/translate", json={name: value for name, value in body.items() if value is not ...})
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error"}
    return answer.json()["error"]


# --- the client from PyPI


def test_its_client_translates(live):
    assert "Donbás" in LibreTranslateAPI(live.url).translate(TEXT, "en", "es")
    assert LibreTranslateAPI(f"{live.url}/", api_key="any").translate(TEXT, "en", "es", timeout=30)


def test_its_client_detects(live):
    found = LibreTranslateAPI(live.url).detect("Доброго ранку, друзі")
    assert found[0]["language"] == "uk"
    assert 50 < found[0]["confidence"] <= 100
    assert 1 <= len(found) <= 3


@pytest.mark.parametrize("key", [None, "any"])
def test_its_client_lists_languages_with_a_body_in_its_get(live, key):
    assert [each["code"] for each in LibreTranslateAPI(live.url, api_key=key).languages()] == ["en", "es", "fr"]


def test_its_client_sees_what_is_wrong(live):
    with pytest.raises(HTTPError) as caught:
        LibreTranslateAPI(live.url).translate(TEXT, "en", "zz")
    assert caught.value.code == 400
    assert json.load(caught.value) == {"error": "zz is not supported"}


# --- how a body is read


BODIES = {
    "json": {"json": {"q": TEXT, "source": "en", "target": "es"}},
    "suffixed json": {
        "content": json.dumps({"q": TEXT, "source": "en", "target": "es"}),
        "headers": {"content-type": "application/vnd.api+json; charset=utf-8"},
    },
    "urlencoded": {"data": {"q": TEXT, "source": "en", "target": "es", "api_key": ""}},
    "multipart": {"files": {"q": (None, TEXT), "source": (None, "en"), "target": (None, "es"), "api_key": (None, "")}},
    "query": {"params": {"q": TEXT, "source": "en", "target": "es"}},
    "query and form": {"params": {"target": "es"}, "data": {"q": TEXT, "source": "en"}},
    "the first of a field": {"content": f"{urlencode({'q': TEXT})}&q=b&source=en&target=es&target=fr", "headers": FORM},
}


@pytest.mark.parametrize("body", BODIES)
def test_every_kind_of_body_gives_the_same(http, body):
    answer = http.post("/translate", **BODIES[body])
    assert answer.json() == translated(http)


@pytest.mark.parametrize(
    ("sent", "ends"),
    [("The war.\r\nThe end.\r\n", "\n"), ("The war.\rThe end.", "\n"), ("The war.\n\nThe end", "\n\n")],
)
def test_line_ends_of_forms_become_lf_and_the_last_one_goes(http, sent, ends):
    text = http.post("/translate", data={"q": sent, "source": "en", "target": "es"}).json()["translatedText"]
    assert re.findall(r"[\r\n]+", text) == [ends]


def test_line_ends_of_json_stay(http):
    assert re.findall(r"[\r\n]+", translated(http, q="The war.\r\nThe end.\r\n")["translatedText"]) == ["\r\n"] * 2


@pytest.mark.parametrize("body", ["[]", '"q"', "1", "null", "true"])
def test_json_that_is_no_object_is_refused(http, body):
    answer = http.post("/translate", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("Invalid JSON format")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"q":' * 50_000])
def test_json_that_is_broken_is_refused(http, body):
    answer = http.post("/translate", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid JSON format"})


def test_a_body_of_another_kind_holds_no_fields(http):
    answer = http.post("/translate", content=TEXT, headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid request: missing q parameter"})


@pytest.mark.parametrize("body", [b"--x\r\nbroken", b"no boundary at all"])
def test_a_broken_form_is_refused(http, body):
    answer = http.post("/translate", content=body, headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 400
    assert isinstance(answer.json()["error"], str)


# --- what an answer has


def test_a_text_is_answered_with_a_text_and_nothing_else(http):
    answer = translated(http)
    assert set(answer) == {"translatedText"}
    assert "Donbás" in answer["translatedText"]


def test_an_array_is_answered_with_an_array_in_order(http):
    texts = ["The war.", TEXT, "", "The war."]
    found = translated(http, q=texts)["translatedText"]
    assert found[1] == translated(http)["translatedText"]
    assert found[0] == found[3] == translated(http, q="The war.")["translatedText"]
    assert found[2] == ""


def test_the_language_is_told_only_where_it_was_asked_for(http):
    text = "The governor said on Monday that the war would not end soon."
    detected = translated(http, q=text, source="AUTO")["detectedLanguage"]
    assert detected["language"] == "en"
    assert 90 < detected["confidence"] <= 100
    assert "detectedLanguage" not in translated(http, q=text)


def test_each_text_of_an_array_is_told_by_itself(http):
    texts = ["The governor said that the war would not end soon.", "El gobernador dijo que la guerra no terminará."]
    answer = translated(http, q=texts, source="auto")
    assert [each["language"] for each in answer["detectedLanguage"]] == ["en", "es"]
    assert answer["translatedText"][1] == texts[1]
    assert answer["translatedText"][0] != texts[0]


@pytest.mark.parametrize("text", ["🙂 🙃", " ", "42 %"])
def test_a_text_without_letters_stays(http, text):
    answer = translated(http, q=text, source="auto")
    assert answer == {"translatedText": text, "detectedLanguage": {"confidence": 0.0, "language": "en"}}


def test_a_name_that_could_be_of_any_language_is_read_as_one_that_can_be_translated(http):
    answer = translated(http, q="War in Donbass.", source="auto")
    assert answer["detectedLanguage"]["language"] == "en"
    assert "Donbás" in answer["translatedText"]


@pytest.mark.parametrize("asked", [2, "2"])
def test_alternatives_only_where_they_were_asked_for(http, asked):
    answer = translated(http, alternatives=asked)
    assert len(answer["alternatives"]) <= 2
    assert all(isinstance(each, str) and each != answer["translatedText"] for each in answer["alternatives"])
    several = translated(http, q=[TEXT, "The war."], alternatives=asked)["alternatives"]
    assert [type(each) for each in several] == [list, list]
    assert several[0] == answer["alternatives"]
    assert (
        "alternatives"
        in http.post("/translate", data={"q": TEXT, "source": "en", "target": "es", "alternatives": "2"}).json()
    )


@pytest.mark.parametrize("asked", [0, -3, "0", None, ""])
def test_no_alternatives_no_member(http, asked):
    assert "alternatives" not in translated(http, alternatives=asked)


@pytest.mark.parametrize("asked", ["many", 1.5, True, [], {"n": 1}, "9" * 5000])
def test_alternatives_that_are_no_number_are_refused(http, asked):
    assert "alternatives must be a whole number" in refused(http, alternatives=asked)


def test_html_keeps_its_tags_and_has_no_alternatives(http):
    q = '<p>The war in <b>Donbass</b>.</p><p translate="no">Donbass</p>'
    answer = translated(http, q=q, format="html", alternatives=3)
    assert re.findall(r"<[^>]+>", answer["translatedText"]) == re.findall(r"<[^>]+>", q)
    assert "<b>Donbás</b>" in answer["translatedText"]
    assert '<p translate="no">Donbass</p>' in answer["translatedText"]
    assert answer["alternatives"] == []


def test_an_unknown_format_is_refused(http):
    assert refused(http, format="markdown") == "markdown format is not supported"


def test_the_same_language_in_and_out_changes_nothing(http):
    assert translated(http, target="EN")["translatedText"] == TEXT


def test_through_a_pivot(http):
    assert "Donbass" in translated(http, target="fr")["translatedText"]


# --- languages


def test_languages_have_their_targets_and_themselves_among_them(http):
    assert http.get("/languages").json() == [
        {"code": "en", "name": "English", "targets": ["en", "es", "fr"]},
        {"code": "es", "name": "Spanish", "targets": ["es", "fr"]},
        {"code": "fr", "name": "French", "targets": ["fr"]},
    ]


@pytest.mark.parametrize(
    ("headers", "params", "name"),
    [
        ({"accept-language": "de"}, {}, "Englisch"),
        ({"accept-language": "fr;q=0.5, uk-UA, *;q=0.1"}, {}, "англійська"),
        ({"accept-language": "de"}, {"lang": "fr"}, "anglais"),
        ({"accept-language": "de", "x-override-accept-language": "es"}, {}, "inglés"),
        ({"accept-language": "!!, ;q=x,,tlh"}, {}, "English"),
        ({}, {"lang": "no such"}, "English"),
    ],
)
def test_languages_are_named_in_the_language_of_the_request(http, headers, params, name):
    assert http.get("/languages", headers=headers, params=params).json()[0]["name"] == name


class Chinese:
    """An engine between languages that LibreTranslate has other names for; it shows what it was asked."""

    name = "argos"
    n_best = 1
    problems = ()

    def pairs(self):
        from service.records import Pair

        tags = ("en", "zh-Hans", "zh-Hant", "pt-BR")
        return frozenset(Pair(a, b) for a in tags for b in tags if a != b)

    def fingerprint(self, pair):
        return f"shown-{pair}"

    def translate(self, sentences, pair):
        return [f"{pair}" for _ in sentences]

    def hypotheses(self, sentences, pair, *, n):
        from service.records import Hypothesis

        return [[Hypothesis(f"{pair}")] for _ in sentences]

    def close(self):
        pass


@pytest.fixture(scope="module")
def chinese(live):
    from service.desk import Desk
    from service.pipeline import Pipeline

    pipeline = Pipeline({"argos": Chinese()}, live.server.house.glossary, max_chars=1000)
    desk = Desk(pipeline, house=live.server.house, settings=live.server.settings)
    return TestClient(create_app(replace(live.server, pipeline=pipeline, desk=desk)))


@pytest.mark.parametrize(
    ("source", "target", "pair"),
    [
        ("en", "zh", "en-zh-Hans"),
        ("EN", "zt", "en-zh-Hant"),
        ("zh-hans", "PB", "zh-Hans-pt-BR"),
        ("ZH-HANT", "pt-br", "zh-Hant-pt-BR"),
        ("pt", "zh-CN", "pt-BR-zh-Hans"),
        ("en-US", "zh-TW", "en-zh-Hant"),
    ],
)
def test_codes_have_other_names_and_any_case(chinese, source, target, pair):
    assert translated(chinese, q="x y", source=source, target=target)["translatedText"] == pair


def test_codes_go_out_as_libretranslate_writes_them(chinese):
    found = chinese.get("/languages").json()
    assert [each["code"] for each in found] == ["en", "pt-BR", "zh-Hans", "zh-Hant"]
    assert found[2]["targets"] == ["en", "pt-BR", "zh-Hans", "zh-Hant"]
    text = "天气很好，我们去公园散步。"
    assert chinese.post("/detect", json={"q": text}).json()[0]["language"] == "zh-Hans"
    assert translated(chinese, q=text, source="auto", target="en")["detectedLanguage"]["language"] == "zh-Hans"
    assert set(translated(chinese, targets="pb,zt", target=None)["translatedText"]) == {"pt-BR", "zh-Hant"}


# --- errors


@pytest.mark.parametrize("name", ["q", "source", "target"])
@pytest.mark.parametrize("empty", [..., "", None])
def test_a_field_that_is_missing_is_named(http, name, empty):
    assert refused(http, **{name: empty}) == f"Invalid request: missing {name} parameter"


def test_an_empty_array_is_a_missing_text(http):
    assert refused(http, q=[]) == "Invalid request: missing q parameter"


@pytest.mark.parametrize("q", [5, {"a": 1}, [1, 2], ["a", None], [["a"]], True])
def test_a_text_of_another_type_is_refused(http, q):
    assert "q must be a string" in refused(http, q=q)


@pytest.mark.parametrize("name", ["source", "target", "format", "api_key", "engine", "names", "glossary"])
@pytest.mark.parametrize("value", [7, ["en"], {"a": 1}])
def test_other_fields_of_another_type_are_refused(http, name, value):
    assert name in refused(http, **{name: value})


@pytest.mark.parametrize("code", ["zz", "de", "english", "e\0n", "x" * 500, "\ud800", "zh-Hant"])
def test_an_unknown_language_is_named(http, code):
    shown = code[:35].replace("\ud800", "?")
    for name in ("source", "target"):
        body = json.dumps({"q": TEXT, "source": "en", "target": "es", name: code})
        answer = http.post("/translate", content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()) == (400, {"error": f"{shown} is not supported"})


def test_a_pair_without_a_way_is_named(http):
    said = refused(http, source="fr", target="en")
    assert said == "English (en) is not available as a target language from French (fr)"


def test_an_unknown_engine_is_named(http):
    assert "babel" in refused(http, engine="babel")
    assert translated(http, engine="argos") == translated(http)


def test_half_a_surrogate_pair_is_the_callers_fault(http):
    for source in ("en", "auto"):
        body = f'{{"q": "The war \\ud800 goes on", "source": "{source}", "target": "es"}}'
        answer = http.post("/translate", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400
        assert "U+D800" in answer.json()["error"]


@pytest.mark.parametrize(("method", "path"), [("POST", "/languages"), ("GET", "/detect"), ("POST", "/health")])
def test_other_methods_are_405(http, method, path):
    answer = http.request(method, path)
    assert answer.status_code == 405
    assert isinstance(answer.json()["error"], str)


def test_limits_hold_for_each_text_and_for_their_number(live):
    caller = other(live, max_chars=10, max_items=3)
    assert refused(caller, q="x" * 11) == "Invalid request: request (11) exceeds text limit (10)"
    assert refused(caller, q=["x", "x" * 12]) == "Invalid request: request (12) exceeds text limit (10)"
    assert refused(caller, q=["x"] * 4) == "Invalid request: request (4) exceeds text limit (3)"
    assert caller.post("/detect", json={"q": "x" * 11}).status_code == 400
    assert translated(caller, q=["The war."] * 3)
    assert caller.get("/frontend/settings").json()["charLimit"] == 10


def test_a_batch_costs_a_request_for_each_text(live):
    caller = other(live, requests_per_minute=3)
    assert translated(caller, q=["The war."] * 2)
    assert refused(caller, q=["The war."] * 2, status=429).startswith("Slowdown: 3 per 1 minute")
    assert translated(caller)


# --- keys


def sent_ways(key):
    fields = {"q": "The war.", "source": "en", "target": "es"}
    return {
        "json": {"json": fields | {"api_key": key}},
        "form": {"data": fields | {"api_key": key}},
        "multipart": {"files": {name: (None, value) for name, value in (fields | {"api_key": key}).items()}},
        "query": {"json": fields, "params": {"api_key": key}},
        "header": {"json": fields, "headers": {"authorization": f"Bearer {key}"}},
    }


@pytest.fixture(scope="module")
def key(live):
    return live.server.store.keys.add("libre", scopes=frozenset({"translate"}))[1]


@pytest.mark.parametrize("way", sent_ways("x"))
def test_a_key_may_come_in_many_ways(live, key, way):
    caller = other(live, api_keys="required")
    assert caller.post("/translate", **sent_ways(key)[way]).status_code == 200
    assert caller.post("/translate", **sent_ways("nobody")[way]).status_code == 403


@pytest.mark.parametrize("empty", [..., "", None])
def test_a_missing_key_is_400(live, empty):
    assert "API key" in refused(other(live, api_keys="required"), api_key=empty)


def test_a_wrong_key_is_403_and_invalid(live):
    assert refused(other(live, api_keys="required"), api_key="x", status=403).startswith("Invalid API key")


@pytest.mark.parametrize("empty", ["", None])
def test_no_key_is_no_fault_where_none_is_needed(http, empty):
    assert translated(http, api_key=empty, secret=empty)


@pytest.mark.parametrize("path", ["/detect", "/suggest", "/translate_file"])
def test_other_routes_need_the_key_too(live, path):
    caller = other(live, api_keys="required", suggestions=True)
    assert caller.post(path, data={"q": "x"}).status_code == 400
    assert "API key" in caller.post(path, data={"q": "x"}).json()["error"]
    assert caller.post(path, data={"q": "x", "api_key": "no"}).status_code == 403


@pytest.mark.parametrize("path", ["/languages", "/frontend/settings", "/spec", "/health"])
def test_what_a_page_needs_first_needs_no_key(live, path):
    assert other(live, api_keys="required").get(path).status_code == 200


# --- detect


def test_an_array_is_detected_as_one(http):
    found = http.post("/detect", json={"q": ["Доброго ранку,", "друзі мої"]}).json()
    assert found[0]["language"] == "uk"
    assert sorted(found, key=lambda each: -each["confidence"]) == found


@pytest.mark.parametrize("text", ["🙂", "42", " "])
def test_what_cannot_be_detected_is_english_with_nought(http, text):
    assert http.post("/detect", data={"q": text}).json() == [{"confidence": 0.0, "language": "en"}]


def test_a_missing_text_is_named_by_detect(http):
    answer = http.post("/detect", data={})
    assert (answer.status_code, answer.json()) == (400, {"error": "Invalid request: missing q parameter"})


# --- more than LibreTranslate


def test_several_targets_are_answered_by_code(http):
    body = {"q": TEXT, "source": "en", "targets": ["es", "FR", "es"], "names": True, "alternatives": 1}
    answer = http.post("/translate", json=body).json()
    assert answer["translatedText"] == {code: translated(http, target=code)["translatedText"] for code in ("es", "fr")}
    assert set(answer["alternatives"]) == set(answer["mentions"]) == set(answer["signature"]) == {"es", "fr"}
    several = http.post("/translate", json=body | {"q": [TEXT, "The war."], "source": "auto"}).json()
    assert [len(texts) for texts in several["translatedText"].values()] == [2, 2]
    assert [each["language"] for each in several["detectedLanguage"]] == ["en", "en"]
    form = http.post("/translate", data={"q": TEXT, "source": "en", "targets": "es, fr"}).json()
    assert form == {"translatedText": answer["translatedText"]}


def test_targets_that_cannot_be_are_refused(http):
    assert "not both" in refused(http, targets=["fr"])
    assert refused(http, target=..., targets=["es", "zz"]) == "zz is not supported"
    for targets in ([], "", " , ", [1], {"es": 1}, 5):
        assert "targets" in refused(http, target=..., targets=targets)
    assert "51" in refused(http, target=..., targets=["es"] * (MAX_TARGETS + 1))


def test_names_say_what_became_of_each(http):
    (mention,) = translated(http, names=True)["mentions"]
    assert mention["concept"] == "donbas"
    assert TEXT[mention["source"]["start"] : mention["source"]["end"]] == "Donbass"
    assert mention["target"]["text"] == "Donbás"
    several = translated(http, q=["The war.", TEXT], names=True)
    assert several["mentions"] == [[], [mention]]
    assert several["lost_marks"] == [[], []]
    form = http.post("/translate", data={"q": TEXT, "source": "en", "target": "es", "names": "true"}).json()
    assert form["mentions"] == [mention]


@pytest.mark.parametrize("without", [False, "form"])
def test_without_a_glossary_names_are_the_engines(http, without):
    fields = {"q": TEXT, "source": "en", "target": "es", "glossary": "false"}
    if without == "form":
        found = http.post("/translate", data=fields).json()["translatedText"]
    else:
        found = translated(http, glossary=False)["translatedText"]
    assert "Donbás" not in found


@pytest.mark.parametrize("house", ["house", None, True, ""])
def test_the_house_glossary_holds_unless_another_is_named(http, house):
    assert "Donbás" in translated(http, glossary=house)["translatedText"]


def test_a_glossary_that_was_made_is_laid_over_the_houses(live, http):
    made = live.server.store.glossaries.add("libre's", dictionaries={("en", "es"): {"war": "contienda"}})
    for choice in (made.id, "libre's"):
        found = translated(http, glossary=choice)["translatedText"]
        assert "contienda" in found and "Donbás" in found
    assert "no glossary" in refused(http, glossary="nobody's", status=404)


# --- files


def upload(http, name="article.txt", data=b"The war in Donbass.\n", **fields):
    return http.post("/translate_file", files={"file": (name, data)}, data={"source": "en", "target": "es"} | fields)


def test_a_file_is_translated_and_fetched_without_a_key(live, http):
    url = upload(http).json()["translatedFileUrl"]
    assert re.fullmatch(rf"{re.escape(live.url)}/download_file/[0-9a-f]{{32}}\.article_es\.txt", url)
    found = other(live, api_keys="required").get(url.removeprefix(live.url))
    assert found.status_code == 200
    assert found.content.endswith(b"\n")
    assert "Donbás" in found.text
    assert "attachment" in found.headers["content-disposition"]
    assert "article_es.txt" in found.headers["content-disposition"]


def test_its_language_may_be_detected_and_its_names_told(http):
    text = b"The governor said that the war in Donbass would not end soon.\n"
    answer = upload(http, data=text, source="auto", names="true").json()
    assert [mention["concept"] for mention in answer["mentions"]] == ["donbas"]
    assert answer["lost_marks"] == []


def test_the_address_has_the_host_and_prefix_that_were_called(live):
    caller = other(live, url_prefix="/names")
    answer = caller.post(
        "/names/translate_file",
        files={"file": ("a.html", b"<p>The war.</p>")},
        data={"source": "en", "target": "es"},
        headers={"host": "translate.example:8443"},
    )
    url = answer.json()["translatedFileUrl"]
    assert url.startswith("http://translate.example:8443/names/download_file/")
    assert caller.get(url.removeprefix("http://translate.example:8443")).status_code == 200


@pytest.mark.parametrize("host", ["[", "a b", "x:y:z", "", "é"])
def test_a_hostile_host_brings_no_500(live, host):
    answer = other(live).post(
        "/translate_file",
        files={"file": ("a.txt", b"The war.")},
        data={"source": "en", "target": "es"},
        headers={"host": host.encode()},
    )
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "..\\..\\a.txt", "/abs/olute.txt", "a\0b.txt", "x" * 500 + ".txt", "ніч, день.TXT"]
)
def test_a_files_name_is_no_path(live, http, name):
    answer = upload(http, name=name)
    assert answer.status_code == 200, answer.text
    url = answer.json()["translatedFileUrl"]
    last = url.removeprefix(f"{live.url}/download_file/")
    assert "/" not in last and "%2F" not in last and "%5C" not in last and "%00" not in last
    assert http.get(url).status_code == 200


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"files": {"other": ("a.txt", b"x")}, "data": {"source": "en", "target": "es"}}, "missing file parameter"),
        ({"data": {"source": "en", "target": "es", "file": "x"}}, "missing file parameter"),
        ({"json": {"source": "en", "target": "es"}}, "missing file parameter"),
        ({"files": {"file": ("a.txt", b"x")}, "data": {"target": "es"}}, "missing source parameter"),
        ({"files": {"file": ("a.txt", b"x")}, "data": {"source": "en"}}, "missing target parameter"),
        ({"files": {"file": ("a.exe", b"x")}, "data": {"source": "en", "target": "es"}}, "file format not supported"),
        ({"files": {"file": ("a", b"x")}, "data": {"source": "en", "target": "es"}}, "file format not supported"),
        ({"files": {"file": ("a.txt", b"x")}, "data": {"source": "en", "target": "zz"}}, "zz is not supported"),
        ({"files": {"file": ("a.txt", b"x")}, "data": {"source": "fr", "target": "en"}}, "not available as a target"),
        ({"files": {"file": ("a.docx", b"x")}, "data": {"source": "en", "target": "es"}}, "docx"),
        ({"files": {"file": ("a.txt", b"42")}, "data": {"source": "en", "target": "es"}}, "nothing to translate"),
    ],
)
def test_a_file_that_cannot_be_translated_is_refused(http, sent, said):
    answer = http.post("/translate_file", **sent)
    assert answer.status_code == 400, answer.text
    assert said in answer.json()["error"]


def test_a_bomb_is_refused(http):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * 50_000_000)
    assert upload(http, name="a.docx", data=data.getvalue()).status_code == 400


@pytest.mark.parametrize(
    "name",
    [
        "..%2F..%2Fetc%2Fpasswd", "%2e%2e%2fstore.db", "x", "0" * 32, "0" * 32 + ".a.txt", "a%00b", "%ff", "'; DROP--",
        "é" * 500,
    ],
)  # fmt: skip
def test_what_was_not_given_out_cannot_be_fetched(http, name):
    answer = http.get(f"/download_file/{name}")
    assert answer.status_code == 404
    assert set(answer.json()) == {"error"}


def test_a_file_has_one_name(http):
    url = upload(http).json()["translatedFileUrl"]
    assert http.get(url.replace("article", "../article")).status_code == 404
    assert http.get(url.replace("article", "other")).status_code == 404
    assert http.get(url.rpartition(".article")[0]).status_code == 404


def test_a_document_of_another_family_is_not_served(live, http):
    kept = live.server.store.documents.add(kind="deepl", file_name="a.txt", target="es", data=b"secret")
    assert http.get(f"/download_file/{kept.id}.a.txt").status_code == 404


# --- suggestions, settings, description


def test_suggestions_are_off_at_first(http):
    answer = http.post("/suggest", json={"q": "a", "s": "b", "source": "en", "target": "es"})
    assert (answer.status_code, answer.json()) == (403, {"error": "Suggestions are disabled on this server."})


def test_a_suggestion_is_kept(live):
    caller = other(live, suggestions=True)
    fields = {"q": "Kiev is a city.", "s": "Kyiv es una ciudad.", "source": "EN", "target": "es"}
    for sent in ({"json": fields}, {"data": fields | {"source": "auto"}}):
        assert caller.post("/suggest", **sent).json() == {"success": True}
    newest, first = live.server.store.suggestions.list(limit=2)
    assert (first.q, first.s, first.source, first.target) == (fields["q"], fields["s"], "en", "es")
    assert newest.source == "auto"
    assert caller.get("/frontend/settings").json()["suggestions"] is True


@pytest.mark.parametrize("name", ["q", "s", "source", "target"])
def test_a_suggestion_needs_all_its_fields(live, name):
    fields = {"q": "a", "s": "b", "source": "en", "target": "es"} | {name: ""}
    answer = other(live, suggestions=True).post("/suggest", data=fields)
    assert (answer.status_code, answer.json()) == (400, {"error": f"Invalid request: missing {name} parameter"})


@pytest.mark.parametrize("wrong", [{"s": "x" * 10_001}, {"target": "zz"}, {"q": ["a"]}])
def test_a_suggestion_has_limits(live, wrong):
    fields = {"q": "a", "s": "b", "source": "en", "target": "es"} | wrong
    assert other(live, suggestions=True).post("/suggest", json=fields).status_code == 400


def test_too_many_suggestions_are_refused(live, monkeypatch):
    monkeypatch.setattr(suggestions, "MAX_SUGGESTIONS", 0)
    fields = {"q": "a", "s": "b", "source": "en", "target": "es"}
    assert other(live, suggestions=True).post("/suggest", json=fields).status_code == 400


def test_settings_for_a_page(http):
    found = http.get("/frontend/settings", params={"lang": "de"}).json()
    assert set(found) == {
        "charLimit", "frontendTimeout", "apiKeys", "keyRequired", "suggestions", "filesTranslation",
        "supportedFilesFormat", "language",
    }  # fmt: skip
    assert found["filesTranslation"] is True
    assert {".txt", ".odt", ".odp", ".docx", ".pptx", ".epub", ".html", ".srt"} <= set(found["supportedFilesFormat"])
    assert found["language"]["source"] == {"code": "auto", "name": "Auto Detect"}
    assert found["language"]["target"] == {"code": "en", "name": "Englisch"}


def test_the_description_is_swagger_2_and_true(live, http):
    document = http.get("/spec").json()
    assert document["swagger"] == "2.0"
    assert set(document["paths"]) == {
        "/translate", "/detect", "/languages", "/translate_file", "/download_file/{name}", "/suggest",
        "/frontend/settings",
    }  # fmt: skip
    listed = {each["name"] for each in document["paths"]["/translate"]["post"]["parameters"]}
    assert listed == set(TranslateBody.model_fields)
    described = schemathesis.openapi.from_url(f"{live.url}/spec")
    for path in ("/languages", "/frontend/settings"):
        described[path]["GET"].Case().call_and_validate(checks=[status_code_conformance, response_schema_conformance])
    references = re.findall(r'"#/definitions/([^"]+)"', json.dumps(document))
    assert set(references) == set(document["definitions"])


# --- other clients


def test_mastodon(http):
    sent = {"q": ["<p>The war in Donbass.</p>", ""], "source": "auto", "target": "es", "format": "html"}
    answer = translated(http, **sent, api_key=None)
    assert answer["translatedText"][0].startswith("<p>") and "Donbás" in answer["translatedText"][0]
    assert answer["detectedLanguage"][0]["language"] == "en"
    assert answer["translatedText"][1] == ""


def test_weblate(live):
    with httpx2.Client(base_url=f"{live.url}/") as client:
        assert {each["code"] for each in client.get("languages").json()} >= {"en", "es"}
        sent = {"api_key": "", "q": TEXT, "source": "en", "target": "es"}
        assert "Donbás" in client.post("translate", data=sent).json()["translatedText"]


def test_its_own_page(http):
    fields = {"q": TEXT, "source": "auto", "target": "es", "format": "text", "alternatives": "3", "api_key": ""}
    answer = http.post("/translate", files={name: (None, value) for name, value in fields.items()})
    assert set(answer.json()) == {"translatedText", "detectedLanguage", "alternatives"}
    assert answer.headers["access-control-allow-origin"] == "*"


def test_the_examples_of_the_openapi_document_work(http):
    document = http.get("/api/openapi.json").json()
    for path in ("/translate", "/detect"):
        schema = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert http.post(path, json=schema["example"]).status_code == 200
