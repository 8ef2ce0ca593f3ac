"""What holds for every request: keys, limits, errors in the family's words, headers, prefix, logs."""

import asyncio
import json
import logging
import re
import socket
from dataclasses import replace

import pytest
from pydantic import SecretStr
from served import serving
from starlette.requests import Request
from starlette.testclient import TestClient

from service.api.app import create_app
from service.api.guard import Guard
from service.api.logs import set_up
from service.api.problems import family_of
from service.errors import RateLimitedError
from service.settings import Settings

FAMILIES = {"native": "/api/nowhere", "deepl": "/v2/nowhere", "libretranslate": "/nowhere"}
WORDS = {"native": "message", "deepl": "message", "libretranslate": "error"}
ADDRESSES = ("192.0.2.1", "192.0.2.2")
COSTLY = {"native": "/api/translate", "deepl": "/v2/translate", "libretranslate": "/translate"}


def client(server, **changes):
    """A client of an application with some settings changed; the parts stay those of the session's server."""
    settings = server.settings.model_copy(update=changes)
    changed = replace(server, settings=settings, guard=Guard(server.store, settings))
    return TestClient(create_app(changed), base_url=f"http://testserver{settings.url_prefix}")


@pytest.fixture
def server(live_server):
    return live_server.server


@pytest.mark.parametrize("family", FAMILIES)
def test_a_route_that_is_not_there_answers_in_the_words_of_its_family(server, family):
    answer = client(server).get(FAMILIES[family])
    assert answer.status_code == 404
    assert isinstance(answer.json()[WORDS[family]], str)
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_body_that_is_too_long_is_refused_before_and_while_it_comes(server, family):
    caller = client(server, max_body_mb=1)
    declared = caller.post(
        COSTLY[family], content=b"x" * (1024 * 1024 + 1), headers={"content-type": "application/json"}
    )
    streamed = caller.post(
        COSTLY[family], content=(b"y" * 65536 for _ in range(17)), headers={"content-type": "application/json"}
    )
    for answer in (declared, streamed):
        assert answer.status_code == 413
        assert "1 MiB" in answer.json()[WORDS[family]] and "EXONYM_MAX_BODY_MB" in answer.json()[WORDS[family]]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_compressed_body_is_refused_with_what_to_do(server, family):
    answer = client(server).post(COSTLY[family], content=b"\x1f\x8b", headers={"content-encoding": "gzip"})
    assert answer.status_code == 415
    assert "uncompressed" in answer.json()[WORDS[family]]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    "body", [b"{", b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b'"\\ud800"', b"null", b"1e999", b"{}"]
)
def test_json_that_is_none_of_ours_is_the_callers_fault(server, family, body):
    answer = client(server).post(COSTLY[family], content=body, headers={"content-type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert isinstance(answer.json()[WORDS[family]], str)


def test_a_body_that_stops_coming_is_given_up(server_settings, tmp_path):
    changed = {"body_timeout_s": 0.2, "database": SecretStr(f"sqlite:///{tmp_path / 'store.db'}")}
    with serving(server_settings.model_copy(update=changed)) as live:
        address = live.url.removeprefix("http://").split(":")
        with socket.create_connection((address[0], int(address[1])), timeout=10) as raw:
            raw.sendall(
                b"POST /api/translate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Content-Length: 50\r\n\r\n{"
            )
            assert b" 408 " in raw.recv(65536).split(b"\r\n")[0]


def test_keys_are_asked_for_where_the_server_needs_them(server):
    caller = client(server, api_keys="required")
    missing = {family: caller.post(path, json={}).status_code for family, path in COSTLY.items()}
    wrong = {
        family: caller.post(path, json={}, headers={"Authorization": "Bearer nobody"}).status_code
        for family, path in COSTLY.items()
    }
    assert missing == {"native": 401, "deepl": 403, "libretranslate": 400}
    assert wrong == {"native": 401, "deepl": 403, "libretranslate": 403}
    assert caller.get("/health").status_code == 200
    assert caller.get("/metrics").status_code == 400


@pytest.mark.parametrize("send", ["Bearer {}", "DeepL-Auth-Key {}", "bearer {}", "?"])
def test_a_key_opens_what_its_scopes_name_and_nothing_else(server, send):
    _, secret = server.store.keys.add("reader", scopes=frozenset({"read"}))
    caller = client(server, api_keys="required")
    headers = {} if send == "?" else {"Authorization": send.format(secret)}
    query = {"api_key": secret} if send == "?" else {}
    assert caller.get("/metrics", headers=headers, params=query).status_code == 200
    refused = caller.post("/api/translate", json={"text": "a", "targets": ["es"]}, headers=headers, params=query)
    assert refused.status_code == 403
    assert "translate" in refused.json()["message"]


def test_a_revoked_key_opens_nothing(server):
    key, secret = server.store.keys.add("gone", scopes=frozenset({"read"}))
    caller = client(server, api_keys="required")
    assert caller.get("/metrics", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    server.store.keys.revoke(key.id)
    assert caller.get("/metrics", headers={"Authorization": f"Bearer {secret}"}).status_code == 403


def test_too_many_requests_are_told_when_to_come_back(server):
    caller = client(server, requests_per_minute=2)
    statuses = [caller.get("/metrics").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = caller.get("/metrics")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["error"].startswith("Slowdown: 2 per 1 minute")
    assert caller.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("host", "setting", "required"),
    [
        ("127.0.0.1", "auto", False),
        ("::1", "auto", False),
        ("localhost", "auto", False),
        ("0.0.0.0", "auto", True),
        ("0.0.0.0", "off", False),
        ("127.0.0.1", "required", True),
    ],
)
def test_keys_are_off_only_where_this_machine_alone_can_connect(server, host, setting, required):
    assert Guard(server.store, Settings(host=host, api_keys=setting)).required is required


def test_every_answer_protects_the_browser_and_names_its_request(server):
    for path in ("/health", *FAMILIES.values()):
        answer = client(server).get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])
    given = client(server).get("/health", headers={"x-request-id": "proxy-7"})
    assert given.headers["x-request-id"] == "proxy-7"
    hostile = client(server).get("/health", headers={"x-request-id": "a b;<script>"})
    assert re.fullmatch(r"[0-9a-f]{32}", hostile.headers["x-request-id"])


def test_other_origins_may_call_what_libretranslate_opens_and_not_the_history(server):
    caller = client(server)
    for path in ("/health", "/languages", "/v2/nowhere"):
        assert caller.get(path).headers["access-control-allow-origin"] == "*"
    preflight = caller.options(
        "/translate", headers={"Origin": "http://elsewhere", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-methods"] == "GET, POST"
    assert "access-control-allow-origin" not in caller.get("/api/info", headers={"Origin": "http://elsewhere"}).headers


def test_named_origins_may_call_everything_and_others_nothing(server):
    caller = client(server, cors_origins="https://desk.example, https://web.example")
    named = caller.get("/api/info", headers={"Origin": "https://web.example"})
    assert named.headers["access-control-allow-origin"] == "https://web.example"
    assert "access-control-allow-origin" not in caller.get("/health", headers={"Origin": "http://elsewhere"}).headers
    closed = client(server, cors_origins="")
    assert "access-control-allow-origin" not in closed.get("/health", headers={"Origin": "http://elsewhere"}).headers


def test_the_server_stands_under_a_prefix_with_it_left_on_and_taken_off(server):
    caller = client(server, url_prefix="/names")
    for path in ("http://testserver/names/health", "http://testserver/health"):
        assert caller.get(path).json() == {"status": "ok"}
    native = caller.get("http://testserver/names/api/nowhere").json()
    assert native["code"] == "not_found"
    docs = caller.get("http://testserver/names/docs", follow_redirects=False)
    assert docs.headers["location"] == "/names/docs/"


def test_docs_fetch_nothing_from_elsewhere(server):
    page = client(server).get("/docs/")
    assert page.status_code == 200
    for name in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert "//" not in name
        assert client(server).get(f"/docs/{name}").status_code == 200
    assert client(server).get("/docs/../state.py").status_code == 404


def test_ready_says_what_is_missing(server):
    answer = client(server).get("/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {"store": True, "engines": True, "accepting": True}}


def test_metrics_name_routes_and_never_paths_or_texts(server):
    caller = client(server)
    caller.get("/secret-path-of-somebody")
    caller.get("/health")
    text = caller.get("/metrics").text
    assert 'route="/health"' in text
    assert "secret-path" not in text
    assert client(server, metrics=False).get("/metrics").status_code == 404


def test_the_log_has_one_line_a_request_without_its_text_or_key(server, caplog):
    with caplog.at_level(logging.DEBUG):
        client(server).get("/languages", params={"q": "SECRET TEXT", "api_key": "SECRET KEY"})
        client(server).post(
            "/translate", json={"q": "SECRET TEXT", "source": "en", "target": "es", "api_key": "SECRET KEY"}
        )
    lines = [record.getMessage() for record in caplog.records if record.name == "exonym.request"]
    assert [line.split(" ")[:2] for line in lines] == [["GET", "/languages"], ["POST", "/translate"]]
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx2")]
    assert "SECRET" not in " ".join(ours)


def test_json_logs_are_one_object_a_line(capsys):
    kept = logging.root.handlers[:], logging.root.level
    try:
        set_up(Settings(log_format="json"))
        logging.getLogger("exonym.request").info("GET /health", extra={"status": 200})
        line = json.loads(capsys.readouterr().err)
    finally:
        logging.root.handlers[:], logging.root.level = kept
    assert line["message"] == "GET /health" and line["status"] == 200


@pytest.mark.parametrize(
    ("path", "family"),
    [("/v2/translate", "deepl"), ("/v3/glossaries", "deepl"), ("/api/info", "native"), ("/", "libretranslate")],
)
def test_each_path_has_one_family(path, family):
    assert family_of(path).name == family


def test_each_address_has_a_limit_of_its_own(server):
    guard = Guard(server.store, server.settings.model_copy(update={"requests_per_minute": 1}))
    admitted = [asyncio.run(guard.admit(request_from(address), scope="read")).id for address in ADDRESSES]
    assert admitted == [f"address:{address}" for address in ADDRESSES]
    with pytest.raises(RateLimitedError):
        asyncio.run(guard.admit(request_from(ADDRESSES[0]), scope="read"))


def request_from(address):
    return Request({"type": "http", "headers": [], "query_string": b"", "client": (address, 1), "path": "/"})
