"""DeepL's routes as its official client, Weblate and Mastodon use them, against a real server on loopback."""

import time

import deepl
import httpx2
import pytest
from deepl import http_client

KEY = "any-key-is-taken-where-none-is-needed"


@pytest.fixture(scope="module")
def client(live_server):
    client = deepl.DeepLClient(KEY, server_url=live_server.url)
    yield client
    client.close()


@pytest.fixture(autouse=True)
def no_retries(monkeypatch):
    """An answer that the client sends again is a failure of the server's, and must not hide behind a second try."""
    monkeypatch.setattr(http_client, "max_network_retries", 0)


def post(live_server, **members):
    return httpx2.post(f"{live_server.url}/v2/translate", json=members)


# --- texts


def test_one_text(client):
    result = client.translate_text("The war in Donbass.", source_lang="EN", target_lang="ES")
    assert result.detected_source_lang == "EN"
    assert result.billed_characters == len("The war in Donbass.")
    assert "Donbás" in result.text


def test_texts_keep_their_order_and_their_number(client):
    texts = ["The war.", "", "Odessa", "The war.", " \n "]
    results = client.translate_text(texts, source_lang="EN", target_lang="ES")
    assert [result.billed_characters for result in results] == list(map(len, texts))
    assert results[0].text == results[3].text != results[1].text
    assert results[1].text == ""
    assert results[4].text == " \n "


def test_a_missing_source_language_is_detected(client):
    result = client.translate_text(
        "The government said on Monday that the war in the east of the country would not end soon.", target_lang="ES"
    )
    assert result.detected_source_lang == "EN"


def test_the_same_language_in_and_out_changes_nothing(client):
    for source, target in (("ES", "ES"), ("FR", "FR-CA")):
        assert client.translate_text("Le Donbass.", source_lang=source, target_lang=target).text == "Le Donbass."


@pytest.mark.parametrize("target", ["ES", "es", "Es", "FR"])
def test_targets_in_any_case_and_through_a_pivot(client, target):
    assert client.translate_text("the war", source_lang="en", target_lang=target).text


@pytest.mark.parametrize("wrong", ["XX", "JA", "english", "E\u0000"])
def test_an_unknown_target_is_named(client, wrong):
    with pytest.raises(deepl.DeepLException, match=r"target_lang.*not supported"):
        client.translate_text("war", source_lang="EN", target_lang=wrong)


def test_an_unknown_source_is_named(client):
    with pytest.raises(deepl.DeepLException, match=r"source_lang.*not supported"):
        client.translate_text("war", source_lang="XX", target_lang="ES")


@pytest.mark.parametrize("formality", ["default", "Default", "prefer_less", "prefer_more"])
def test_formality_that_may_be_ignored_is(client, formality):
    assert client.translate_text("war", source_lang="EN", target_lang="ES", formality=formality).text


@pytest.mark.parametrize("formality", ["less", "more"])
def test_formality_that_must_be_met_is_refused(client, formality):
    with pytest.raises(deepl.DeepLException, match=r"formality.*target_lang.*Target language.*formality"):
        client.translate_text("war", source_lang="EN", target_lang="ES", formality=formality)


@pytest.mark.parametrize(("model", "answered"), [("quality_optimized",) * 2, ("latency_optimized",) * 2])
def test_a_model_type_is_answered(client, model, answered):
    result = client.translate_text("war", source_lang="EN", target_lang="ES", model_type=model)
    assert result.model_type_used == answered


def test_a_preferred_model_type_is_answered_as_the_one_used(client):
    result = client.translate_text("war", source_lang="EN", target_lang="ES", model_type="prefer_quality_optimized")
    assert result.model_type_used == "quality_optimized"


def test_context_is_neither_translated_nor_billed(client):
    alone = client.translate_text("the war", source_lang="EN", target_lang="ES")
    result = client.translate_text("the war", source_lang="EN", target_lang="ES", context="Much was written of it.")
    assert (result.text, result.billed_characters) == (alone.text, alone.billed_characters)


@pytest.mark.parametrize("split", ["0", "1", "nonewlines"])
def test_sentences_are_split_as_told(client, split):
    result = client.translate_text("The war\nin Donbass.", source_lang="EN", target_lang="ES", split_sentences=split)
    assert "Donbás" in result.text
    assert split == "0" or ("\n" in result.text) == (split == "1")


def test_an_unknown_way_to_split_is_named(client):
    with pytest.raises(deepl.DeepLException, match="split_sentences"):
        client.translate_text("war", source_lang="EN", target_lang="ES", split_sentences="sometimes")


def test_every_option_of_the_client_is_taken(client):
    result = client.translate_text(
        "the war",
        source_lang="EN",
        target_lang="ES",
        preserve_formatting=True,
        outline_detection=False,
        splitting_tags=["a"],
        non_splitting_tags="b,c",
        ignore_tags=["x"],
        tag_handling_version="v2",
        extra_body_parameters={"no_such_option": {"of": ["ours"]}},
    )
    assert result.text


def test_our_options_ride_in_the_bodys_top_level(live_server, client):
    extra = {"house_glossary": False, "engine": "argos"}
    alone = client.translate_text("Donbass", source_lang="EN", target_lang="ES", extra_body_parameters=extra)
    assert alone.text != "Donbás"
    with pytest.raises(deepl.DeepLException, match="no engine is called 'babel'"):
        client.translate_text("a", source_lang="EN", target_lang="ES", extra_body_parameters={"exonym_engine": "babel"})
    answer = post(live_server, text="War in Donbass.", source_lang="en", target_lang="es", names=True).json()
    (mention,) = answer["translations"][0]["mentions"]
    assert mention["concept"] == "donbas"
    assert mention["source"]["text"] == "Donbass"
    assert mention["status"] in ("rewritten", "kept", "inserted")
    assert answer["translations"][0]["signature"].startswith("exonym:")


# --- mark-up


DOCUMENT = """
<!DOCTYPE html>
<html>
   <body>
       <h1>The war</h1>
       <p translate="no">The war in Donbass.</p>
       <par><span>The city</span> of <span>Odessa &lt;1&gt;</span></par>
   </body>
</html>
"""


@pytest.mark.parametrize("kind", ["xml", "html"])
def test_a_whole_document_is_taken_as_either_kind(client, kind):
    result = client.translate_text(
        DOCUMENT,
        source_lang="EN",
        target_lang="ES",
        tag_handling=kind,
        outline_detection=False,
        non_splitting_tags="span",
        splitting_tags=["h1", "par"],
    )
    assert result.text.startswith("\n<!DOCTYPE html>\n<html>\n   <body>\n       <h1>")
    assert result.text.endswith("</par>\n   </body>\n</html>\n")
    assert "&lt;1&gt;" in result.text
    assert ('<p translate="no">The war in Donbass.</p>' in result.text) == (kind == "html")


def test_html_stays_on_its_words(client):
    html = '<p class="lead">The war in <b>Donbass</b>.</p><script>var war = "Donbass";</script>'
    result = client.translate_text(html, source_lang="EN", target_lang="ES", tag_handling="html")
    assert "<b>Donbás</b>" in result.text
    assert result.text.startswith('<p class="lead">')
    assert '<script>var war = "Donbass";</script>' in result.text


def test_ignored_tags_are_copied_byte_for_byte(client):
    xml = '<doc><p>The war in <code lang="x">Donbass  &amp; co</code>.</p></doc>'
    result = client.translate_text(xml, source_lang="EN", target_lang="ES", tag_handling="xml", ignore_tags=["code"])
    assert '<code lang="x">Donbass  &amp; co</code>' in result.text


def test_xml_that_is_none_is_the_callers_fault(client):
    with pytest.raises(deepl.DeepLException, match="Bad request"):
        client.translate_text("<a>war", source_lang="EN", target_lang="ES", tag_handling="xml")


def test_weblates_placeholders_survive(live_server):
    """As Weblate sends them: JSON, base target, formality always, placeholders as empty elements that are ignored."""
    answer = post(
        live_server,
        text=['The war in <x id="7"></x> and <x id="19"></x>Donbass'],
        source_lang="EN",
        target_lang="ES",
        formality="default",
        tag_handling="xml",
        ignore_tags=["x"],
    )
    text = answer.json()["translations"][0]["text"]
    assert answer.status_code == 200
    assert text.count('<x id="7"></x>') == text.count('<x id="19"></x>') == 1
    assert "Donbás" in text


def test_mastodons_form_is_taken(live_server):
    """As Mastodon sends it: urlencoded, text repeated, target in lower case."""
    answer = httpx2.post(
        f"{live_server.url}/v2/translate",
        data={
            "text": ["<p>The war</p>", "Donbass"],
            "source_lang": "EN",
            "target_lang": "es",
            "tag_handling": "html",
        },
        headers={"Authorization": f"DeepL-Auth-Key {KEY}"},
    )
    assert answer.status_code == 200
    first, second = answer.json()["translations"]
    assert first["text"].startswith("<p>")
    assert second["text"] == "Donbás"


def test_a_multipart_form_is_taken(live_server):
    parts = [("text", (None, "Donbass")), ("target_lang", (None, "ES")), ("source_lang", (None, "EN"))]
    answer = httpx2.post(f"{live_server.url}/v2/translate", files=parts)
    assert [each["text"] for each in answer.json()["translations"]] == ["Donbás"]


# --- languages and usage


def test_the_clients_lists_of_languages(client):
    sources = {each.code: each for each in client.get_source_languages()}
    targets = {each.code: each for each in client.get_target_languages()}
    assert {"EN", "ES"} <= set(sources)
    assert {"ES", "FR"} <= set(targets)
    assert all(each.supports_formality is None for each in sources.values())
    assert all(each.supports_formality is False for each in targets.values())
    assert sources["EN"].name == "English"


@pytest.mark.parametrize(
    ("how", "has_formality"),
    [
        ({}, False),
        ({"params": {"type": "source"}}, False),
        ({"params": {"type": "target"}}, True),
        ({"data": {"type": "target"}}, True),
        ({"json": {"type": "target"}}, True),
    ],
)
def test_the_type_of_a_list_comes_in_the_query_or_the_body(live_server, how, has_formality):
    listed = httpx2.request("GET", f"{live_server.url}/v2/languages", **how).json()
    assert all(("supports_formality" in each) == has_formality for each in listed)


def test_an_unknown_type_of_list_is_refused(live_server):
    for how in ({"params": {"type": "both"}}, {"data": {"type": "both"}}):
        answer = httpx2.request("GET", f"{live_server.url}/v2/languages", **how)
        assert (answer.status_code, "both" in answer.json()["message"]) == (400, True)


def test_pairs_for_glossaries_have_no_region(client):
    pairs = {(pair.source_lang, pair.target_lang) for pair in client.get_glossary_languages()}
    assert {("en", "es"), ("es", "fr"), ("en", "fr")} <= pairs
    assert all("-" not in code for pair in pairs for code in pair)


def test_usage_counts_and_no_limit_is_reached(client):
    before = client.get_usage()
    client.translate_text("four", source_lang="EN", target_lang="ES")
    after = client.get_usage()
    assert after.character.count - before.character.count == 4
    assert not after.any_limit_reached


# --- what cannot be


@pytest.mark.parametrize(
    "path", ["/v2/write/rephrase", "/v2/write/correct", "/v3/style_rules", "/v3/translation_memories/x"]
)
def test_what_only_deepl_has_is_not_found(live_server, path):
    answer = httpx2.post(f"{live_server.url}{path}", json={"text": ["war"]})
    assert answer.status_code == 404
    assert answer.json()["message"].startswith("not supported by this server")


HOSTILE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"text": ' + b"9" * 5000 + b"}",
    b'{"text": [], "target_lang": "ES"}',
    b'{"text": [1], "target_lang": "ES"}',
    b'{"text": "war"}',
    b'{"text": "war", "target_lang": null}',
    b'{"text": "war", "target_lang": {"a": 1}}',
    b'{"text": "war \\u0000", "target_lang": "ES", "source_lang": "EN"}',
    b'{"text": "war \\ud800", "target_lang": "ES", "source_lang": "EN"}',
    b'{"text": "war", "target_lang": "\\ud800"}',
    b'{"text": "war", "target_lang": "ES", "source_lang": "EN", "glossary_id": "\\ud800"}',
    b'{"text": "war", "target_lang": "ES", "source_lang": "EN", "glossary_ids": [1]}',
    b'{"text": "war", "target_lang": "ES", "source_lang": "EN", "glossary_ids": "a,b,c,d,e,f"}',
    b'{"text": "war", "target_lang": "ES", "glossary_id": "x"}',
    b'{"text": "war", "target_lang": "ES", "source_lang": "EN", "glossary_id": "x", "glossary_ids": ["y"]}',
    b'{"text": "war", "target_lang": "ES", "model_type": "best"}',
    b'{"text": "war", "target_lang": "ES", "tag_handling": "rtf"}',
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_what_cannot_be_read_is_the_callers_fault_in_words(live_server, body):
    answer = httpx2.post(f"{live_server.url}/v2/translate", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 404)
    assert isinstance(answer.json()["message"], str)
    assert isinstance(answer.json().get("detail", ""), str)


def test_another_media_type_is_named(live_server):
    answer = httpx2.post(f"{live_server.url}/v2/translate", content=b"war", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, "text/plain" in answer.json()["message"]) == (415, True)


def test_a_million_faults_are_told_as_one(live_server):
    begun = time.monotonic()
    url = live_server.url
    for path, body in (
        ("/v2/translate", b'{"target_lang": "ES", "text": [' + b"1," * 1_000_000 + b"1]}"),
        ("/v2/translate", b'{"target_lang": "ES", "text": "a", "ignore_tags": [' + b"1," * 1_000_000 + b"1]}"),
        ("/v3/glossaries", b'{"name": "n", "dictionaries": [' + b"1," * 1_000_000 + b"1]}"),
    ):
        answer = httpx2.post(f"{url}{path}", content=body, headers={"Content-Type": "application/json"}, timeout=60)
        assert answer.status_code == 400
        assert len(answer.content) < 2000
    assert time.monotonic() - begun < 20


def test_more_texts_than_the_limit_are_refused(live_server):
    n = live_server.server.settings.max_items + 1
    answer = post(live_server, text=["a"] * n, source_lang="EN", target_lang="ES")
    assert (answer.status_code, str(n) in answer.json()["message"]) == (413, True)
