"""The files of the page as they are served: their headers, their addresses, what keeps anything else from running."""

from __future__ import annotations

import re
from importlib import resources

import httpx2
import pytest

from service.api.page import POLICY

WEB = resources.files("service").joinpath("web")
NAMES = sorted(each.name for each in WEB.iterdir())


@pytest.fixture
def client(live_server):
    with httpx2.Client(base_url=live_server.url) as client:
        yield client


def test_the_page_comes_with_a_strict_policy(client):
    answer = client.get("/")
    assert answer.status_code == 200 and answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'" and policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in POLICY and "http" not in POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_served_and_not_sent_twice(client, name):
    answer = client.get(f"/static/{name}")
    assert answer.content == WEB.joinpath(name).read_bytes()
    assert answer.headers["cache-control"] == "no-cache"
    again = client.get(f"/static/{name}", headers={"If-None-Match": f'"other", W/{answer.headers["etag"]}'})
    assert again.status_code == 304 and again.content == b""
    assert again.headers["etag"] == answer.headers["etag"]
    other = client.get(f"/static/{name}", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_a_head_request_has_no_body(client):
    answer = client.head("/")
    assert answer.status_code == 200 and answer.content == b"" and answer.headers["etag"]


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fsettings.py", "%2e%2e/settings.py", "..%5Csettings.py"])
def test_no_other_file_is_served(client, name):
    answer = client.get(f"/static/{name}")
    assert answer.status_code == 404
    assert "frozen" not in answer.text


@pytest.mark.parametrize("name", NAMES)
def test_no_file_names_an_outside_address_or_builds_mark_up_of_data(name):
    text = WEB.joinpath(name).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//cdn|@import|url\((?!data:)", text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc", text)
    assert not re.search(r"<style|<script>|\sstyle=|\son[a-z]+=\"", text)


def test_every_address_in_the_page_is_relative():
    found = re.findall(r'(?:href|src)="([^"]*)"', WEB.joinpath("index.html").read_text(encoding="utf-8"))
    assert found and not [address for address in found if address.startswith(("/", "http"))]
