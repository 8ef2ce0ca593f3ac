"""Answers that take long, callers that leave, keys: DeepL's routes over an engine that is as slow as it is told."""

import json
import threading
import time

import deepl
import httpx2
import pytest
from deepl import http_client
from prometheus_client import REGISTRY
from served import serving

from service.api.deepl import documents, patience
from service.engines import ENGINES
from service.errors import EngineError
from service.records import Hypothesis, Pair

SEEN: list[str] = []
_NAME = "argos"  # the engine that is preferred
N_WAVES = 2  # that a pair's queue has under way


class Slow:
    """Translates by writing capitals; a sentence that begins with a number of seconds takes as long."""

    name = _NAME
    n_best = 1

    def __init__(self, settings):
        del settings

    def pairs(self):
        return frozenset(Pair(*pair) for pair in (("en", "es"), ("es", "en"), ("en", "de"), ("ru", "en")))

    def problems(self):
        return ()

    def fingerprint(self, pair):
        return f"slow-{pair}"

    def translate(self, sentences, pair):
        for sentence in sentences:
            SEEN.append(sentence)
            first = sentence.split()[0]
            time.sleep(float(first) if first.replace(".", "").isdigit() else 0)
            if "broken" in sentence:
                raise EngineError("the engine failed on this sentence; report it")
        return [sentence.upper() for sentence in sentences]

    def hypotheses(self, sentences, pair, *, n):
        return [[Hypothesis(text)] for text in self.translate(sentences, pair)]

    def close(self):
        pass


@pytest.fixture(scope="module")
def slow(server_settings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("slow")
    before = dict(ENGINES)
    ENGINES.clear()
    ENGINES[_NAME] = f"{__name__}:Slow"
    changed = {"database": f"sqlite:///{folder / 'store.db'}", "api_keys": "required", "cache_sentences": 0}
    try:
        with serving(type(server_settings)(**{**server_settings.model_dump(), **changed})) as live:
            yield live
    finally:
        ENGINES.clear()
        ENGINES.update(before)


@pytest.fixture(scope="module")
def key(slow):
    _, secret = slow.server.store.keys.add("tests", scopes={"read", "translate", "glossary"})
    return secret


@pytest.fixture
def client(slow, key):
    client = deepl.DeepLClient(key, server_url=slow.url)
    yield client
    client.close()


@pytest.fixture
def early(monkeypatch):
    """Begin answers early, so that a test takes no ten seconds."""
    monkeypatch.setattr(patience, "FIRST_BYTE_S", 0.2)
    monkeypatch.setattr(patience, "BETWEEN_S", 0.2)


def n_requests():
    labels = {"method": "POST", "route": "/v2/translate"}
    found = (
        REGISTRY.get_sample_value("exonym_http_requests_total", {**labels, "status": status})
        for status in ("200", "400", "403", "413", "422", "429", "499", "500", "503")
    )
    return sum(value or 0 for value in found)


def post(slow, key, text, *, timeout=30, **members):
    body = {"text": text, "source_lang": "EN", "target_lang": "ES", **members}
    headers = {"Authorization": f"DeepL-Auth-Key {key}"}
    return httpx2.post(f"{slow.url}/v2/translate", json=body, headers=headers, timeout=timeout)


# --- long answers


def test_an_answer_of_more_than_ten_seconds_is_asked_for_once(client):
    before = n_requests()
    begun = time.monotonic()
    result = client.translate_text("10.5 seconds and more.", source_lang="EN", target_lang="ES")
    assert time.monotonic() - begun > 10
    assert result.text == "10.5 SECONDS AND MORE."
    assert n_requests() - before == 1
    assert SEEN.count("10.5 seconds and more.") == 1


def test_white_space_comes_before_a_late_answer(slow, key, early):
    chunks = []
    body = {"text": "1 second late.", "source_lang": "EN", "target_lang": "ES"}
    headers = {"Authorization": f"DeepL-Auth-Key {key}"}
    with httpx2.stream("POST", f"{slow.url}/v2/translate", json=body, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        chunks += answer.iter_raw()
    whole = b"".join(chunks)
    assert len(whole) - len(whole.lstrip()) >= 3
    assert json.loads(whole)["translations"][0]["text"] == "1 SECOND LATE."


def test_a_fast_answer_has_a_length_and_no_white_space(slow, key):
    answer = post(slow, key, "fast.")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.content[:1] == b"{"


def test_a_failure_before_the_first_byte_has_its_status(slow, key):
    answer = post(slow, key, "broken at once.")
    assert answer.status_code == 422
    assert "failed" in answer.json()["message"]


def test_a_failure_after_the_first_byte_is_told_in_the_body(slow, key, early):
    answer = post(slow, key, "0.8 seconds later it is broken.")
    assert answer.status_code == 200
    assert "failed" in answer.json()["message"]
    assert "translations" not in answer.json()


def test_what_an_engine_cannot_do_is_asked_for_once(client):
    before = n_requests()
    with pytest.raises(deepl.DeepLException, match="failed"):
        client.translate_text("broken for good.", source_lang="EN", target_lang="ES")
    assert n_requests() - before == 1


# --- twins, and callers that leave


def test_identical_requests_in_flight_are_answered_once(slow, key):
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(post(slow, key, "1 second for twins.").json())) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer["translations"][0]["text"] for answer in answers] == ["1 SECOND FOR TWINS."] * 4
    assert SEEN.count("1 second for twins.") == 1


def test_a_caller_that_leaves_costs_its_twin_nothing(slow, key, early):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(post(slow, key, "1.2 seconds, one leaves.").json()))
    thread.start()
    with pytest.raises(httpx2.ReadTimeout):
        post(slow, key, "1.2 seconds, one leaves.", timeout=0.1)
    thread.join()
    assert answers[0]["translations"][0]["text"] == "1.2 SECONDS, ONE LEAVES."
    assert SEEN.count("1.2 seconds, one leaves.") == 1


@pytest.mark.parametrize("first_byte", [5.0, 0.05], ids=["before the first byte", "after it"])
def test_what_nobody_waits_for_any_more_is_not_begun(slow, key, monkeypatch, first_byte):
    monkeypatch.setattr(patience, "FIRST_BYTE_S", first_byte)
    monkeypatch.setattr(patience, "BETWEEN_S", 10)
    busy = [
        threading.Thread(target=post, args=(slow, key, f"0.8 seconds of work, {first_byte}, {n}.")) for n in range(4)
    ]
    for thread in busy:
        thread.start()
    until = time.monotonic() + 10
    while sum(f"of work, {first_byte}" in text for text in SEEN) < N_WAVES and time.monotonic() < until:
        time.sleep(0.01)  # until nothing more can be begun
    text = f"Nobody waits for this {first_byte}."
    try:
        with pytest.raises(httpx2.ReadTimeout):
            post(slow, key, text, timeout=0.3)
    finally:
        for thread in busy:
            thread.join()
    assert post(slow, key, "Something else.").status_code == 200
    assert text not in SEEN


# --- keys


@pytest.mark.parametrize("wrong", ["wrong", "ключ".encode().hex()])
def test_a_wrong_key_is_an_authorization_error_at_once(slow, wrong):
    client = deepl.DeepLClient(wrong, server_url=slow.url)
    for call in (
        lambda: client.translate_text("war", target_lang="ES"),
        client.get_usage,
        client.get_source_languages,
        client.list_glossaries,
        lambda: client.create_glossary("n", "EN", "ES", {"a": "b"}),
        lambda: client.translate_document_upload(b"a", target_lang="ES", filename="a.txt"),
    ):
        with pytest.raises(deepl.AuthorizationException):
            call()
    client.close()


def test_a_key_is_taken_from_the_query_and_from_the_body_too(slow, key):
    body = {"text": "war", "source_lang": "EN", "target_lang": "ES"}
    url = f"{slow.url}/v2/translate"
    assert httpx2.post(url, json=body).status_code == 403
    assert httpx2.post(url, json=body, params={"auth_key": key}).status_code == 200
    assert httpx2.post(url, json={**body, "auth_key": key}).status_code == 200
    assert httpx2.post(url, data={**body, "auth_key": key}).status_code == 200
    assert httpx2.post(url, json=body, headers={"Authorization": f"Bearer {key}"}).status_code == 200
    for odd in ({"auth_key": ""}, {"auth_key": None}, {"auth_key": ["a", "b"]}, {"auth_key": {"a": 1}}):
        assert httpx2.post(url, json={**body, **odd}).status_code == 403


def test_a_key_may_do_only_what_it_is_for(slow):
    _, secret = slow.server.store.keys.add("reader", scopes={"read"})
    client = deepl.DeepLClient(secret, server_url=slow.url)
    assert client.list_glossaries() == []
    for call in (
        lambda: client.translate_text("war", target_lang="ES"),
        lambda: client.create_glossary("n", "EN", "ES", {"a": "b"}),
    ):
        with pytest.raises(deepl.AuthorizationException, match="read"):
            call()
    client.close()


def test_a_keys_own_limit_is_named(slow):
    _, secret = slow.server.store.keys.add("short", scopes={"translate"}, max_chars=10)
    assert post(slow, secret, "ten chars.").status_code == 200
    answer = post(slow, secret, ["six ch", "six ch"])
    assert (answer.status_code, "10" in answer.json()["message"]) == (413, True)


# --- what other clients than the official one send


def test_the_bare_english_target_is_taken(slow, key):
    answer = post(slow, key, "guerra", source_lang="ES", target_lang="EN").json()
    assert answer["translations"][0]["text"] == "GUERRA"


def test_english_is_listed_in_varieties_and_taken_in_each(client):
    listed = {each.code for each in client.get_target_languages()}
    assert listed == {"DE", "EN-GB", "EN-US", "ES"}
    for code in ("EN-GB", "EN-US"):
        assert client.translate_text("guerra", source_lang="ES", target_lang=code).text == "GUERRA"


@pytest.mark.usefixtures("early")
def test_a_document_over_a_slow_engine_is_done_when_it_says_so(slow, client, monkeypatch):
    monkeypatch.setattr(http_client, "max_network_retries", 0)
    handle = client.translate_document_upload(
        b"1 second.\n\nAnd done.\n", source_lang="EN", target_lang="ES", filename="a.txt"
    )
    status = client.translate_document_wait_until_done(handle)
    assert status.done
    assert client.translate_document_download(handle).content.decode().startswith("1 SECOND.")


def test_what_is_left_of_a_document_is_guessed_by_what_is_done():
    begun = time.monotonic() - 10
    assert documents._Working(begun=begun, progress=(1, 3)).seconds_remaining() == 20
    assert documents._Working(begun=begun, progress=(3, 3)).seconds_remaining() == 1
    for unknown in ((0, 3), (1, None)):
        assert documents._Working(begun=begun, progress=unknown).seconds_remaining() is None


def test_a_document_whose_job_was_cancelled_is_an_error(slow, key, client):
    handles = [
        client.translate_document_upload(
            f"{1.2 + n / 100} seconds.\n".encode(), source_lang="EN", target_lang="ES", filename="a.txt"
        )
        for n in range(slow.server.settings.max_jobs + 1)
    ]
    last = handles[-1]
    job = documents._WORKING[slow.server.jobs][last.document_id.lower()].job
    headers = {"Authorization": f"Bearer {key}"}
    assert httpx2.delete(f"{slow.url}/api/jobs/{job}", headers=headers).status_code in (200, 202, 204)
    status = client.translate_document_get_status(last)
    assert (status.status.value, "stopped" in status.error_message) == ("error", True)
    for handle in handles[:-1]:
        assert client.translate_document_wait_until_done(handle).done
