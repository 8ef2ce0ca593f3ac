"""DeepL's documents: upload, poll, fetch, with its official client against a real server on loopback."""

import io
import time
import zipfile

import deepl
import httpx2
import pytest
from deepl import http_client

KEY = "any-key-is-taken-where-none-is-needed"
TEXT = "The war in Donbass.\n\nThe city of Odessa.\n"


@pytest.fixture(scope="module")
def client(live_server):
    client = deepl.DeepLClient(KEY, server_url=live_server.url)
    yield client
    client.close()


@pytest.fixture(autouse=True)
def no_retries(monkeypatch):
    monkeypatch.setattr(http_client, "max_network_retries", 0)


def translated(client, data, name, *, to="ES", **how):
    output = io.BytesIO()
    status = client.translate_document(data, output, source_lang="EN", target_lang=to, filename=name, **how)
    assert (status.status, status.ok) == (deepl.DocumentStatus.Status.DONE, True)
    return output.getvalue()


@pytest.mark.parametrize("name", ["in.txt", "Вход.txt", "a b'\"c.TXT"])
def test_a_text_from_upload_to_download(client, name):
    begun = time.monotonic()
    text = translated(client, TEXT.encode(), name).decode()
    assert "Donbás" in text
    assert text.count("\n") == 3
    assert time.monotonic() - begun < 4.5  # done by the first question: the second comes five seconds later


def test_html_keeps_its_marks(client):
    html = translated(client, b"<html><body><p>War in <b>Donbass</b>.</p></body></html>", "page.html").decode()
    assert "<b>Donbás</b>" in html


def test_a_glossary_is_used_and_several(client, live_server):
    first = client.create_glossary("First", "EN", "ES", {"Zzyzx": "Primero"})
    second = client.create_glossary("Second", "EN", "ES", {"Zzyzx": "Segundo", "Qwghlm": "Cuglum"})
    try:
        data = b"War in Zzyzx.\n\nWar in Qwghlm.\n"
        assert "Segundo" in translated(client, data, "in.txt", glossary=second).decode()
        both = translated(client, data, "in.txt", glossary_ids=[first.glossary_id, second.glossary_id]).decode()
        assert "Primero" in both
        assert "Cuglum" in both
    finally:
        for made in (first, second):
            client.delete_glossary(made)


def test_a_document_by_its_path(client, tmp_path):
    (tmp_path / "in.txt").write_text(TEXT)
    client.translate_document_from_filepath(
        tmp_path / "in.txt", tmp_path / "out.txt", source_lang="EN", target_lang="ES"
    )
    assert "Donbás" in (tmp_path / "out.txt").read_text()


def test_the_steps_one_by_one(client):
    handle = client.translate_document_upload(TEXT.encode(), source_lang="EN", target_lang="ES", filename="in.txt")
    assert len(handle.document_id) == 32
    assert len(handle.document_key) == 64
    status = client.translate_document_wait_until_done(handle)
    assert status.done
    assert client.translate_document_download(handle).content
    until = time.monotonic() + 5
    while (status := client.translate_document_get_status(handle)).status.value == "done":
        assert time.monotonic() < until
        time.sleep(0.05)
    assert status.status.value == "downloaded"
    with pytest.raises(deepl.DeepLException):
        client.translate_document_download(handle)


def test_the_result_is_a_file_to_be_kept(live_server, client):
    handle = client.translate_document_upload(TEXT.encode(), source_lang="EN", target_lang="ES", filename="Вход.txt")
    client.translate_document_wait_until_done(handle)
    url = f"{live_server.url}/v2/document/{handle.document_id}/result"
    answer = httpx2.post(url, data={"document_key": handle.document_key})
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%D0%92%D1%85%D0%BE%D0%B4_es.txt"
    assert answer.headers["content-type"] == "application/octet-stream"


def test_another_key_or_id_finds_nothing(live_server, client):
    handle = client.translate_document_upload(TEXT.encode(), source_lang="EN", target_lang="ES", filename="in.txt")
    client.translate_document_wait_until_done(handle)
    url = f"{live_server.url}/v2/document"
    for id_, key in ((handle.document_id, "0" * 64), ("0" * 32, handle.document_key), ("x", "y"), ("%00", "é")):
        for path in ("", "/result"):
            answer = httpx2.post(f"{url}/{id_}{path}", json={"document_key": key})
            assert (answer.status_code, type(answer.json()["message"])) == (404, str)
    assert httpx2.post(f"{url}/{handle.document_id}", json={}).status_code == 400


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"\x00\x01", "in.docx", "docx"),
        (b"123\n", "in.txt", "nothing to translate"),
        (b"", "in.txt", "nothing to translate"),
    ],
)
def test_a_document_that_cannot_be_translated_says_why(client, data, name, message):
    with pytest.raises(deepl.DocumentTranslationException, match=message):
        translated(client, data, name)


def test_a_zip_that_is_no_document_is_an_error_of_the_documents(client):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(deepl.DocumentTranslationException):
        translated(client, data.getvalue(), "in.docx")


def test_the_same_language_in_and_out_is_an_error_of_the_documents(live_server):
    url = f"{live_server.url}/v2/document"
    sent = {"file": ("in.txt", b"Guerra.")}
    handle = httpx2.post(url, files=sent, data={"target_lang": "ES", "source_lang": "ES"}).json()
    answer = httpx2.post(f"{url}/{handle['document_id']}", json={"document_key": handle["document_key"]}).json()
    assert answer["status"] == "error"
    assert "equal" in answer["error_message"]


@pytest.mark.parametrize(
    ("name", "fields", "message"),
    [
        ("in.exe", {}, "cannot be translated"),
        ("in", {}, "cannot be translated"),
        ("in.txt", {"target_lang": "XX"}, "target_lang"),
        ("in.txt", {"target_lang": ""}, "target_lang"),
        ("in.txt", {"source_lang": "XX"}, "source_lang"),
        ("in.txt", {"formality": "more"}, "formality"),
        ("in.txt", {"formality": "rude"}, "formality"),
        ("in.txt", {"output_format": "docx"}, "output_format"),
        ("in.txt", {"engine": "babel"}, "babel"),
        ("in.txt", {"glossary_id": "x", "source_lang": ""}, "source_lang"),
        ("in.txt", {"glossary_ids": "a,b,c,d,e,f"}, "glossary_ids"),
    ],
)
def test_an_upload_that_cannot_be_is_refused_before_anything_begins(live_server, name, fields, message):
    data = {"target_lang": "ES", "source_lang": "EN", **fields}
    answer = httpx2.post(f"{live_server.url}/v2/document", files={"file": (name, b"War.")}, data=data)
    assert answer.status_code == 400
    assert message in answer.json()["message"]


@pytest.mark.parametrize(
    "how",
    [
        {"data": {"target_lang": "ES"}},
        {"data": {"target_lang": "ES", "file": "text"}},
        {"json": {"target_lang": "ES", "file": "text"}},
        {"files": [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))], "data": {"target_lang": "ES"}},
        {"files": {"target_lang": ("a.txt", b"ES"), "file": ("b.txt", b"b")}},
        {"content": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
    ],
)
def test_an_upload_without_a_document_is_refused(live_server, how):
    answer = httpx2.post(f"{live_server.url}/v2/document", **how)
    assert (answer.status_code, type(answer.json()["message"])) == (400, str)


def test_a_documents_name_may_come_as_a_field(live_server):
    answer = httpx2.post(
        f"{live_server.url}/v2/document",
        files={"file": ("blob", b"War.")},
        data={"target_lang": "ES", "source_lang": "EN", "filename": "../../in.txt", "output_format": "txt"},
    )
    assert answer.status_code == 200
    found = live_server.server.store.documents.get(
        answer.json()["document_id"], kind="deepl", key=answer.json()["document_key"]
    )
    assert "/" not in found.file_name
