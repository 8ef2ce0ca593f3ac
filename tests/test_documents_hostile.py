"""Documents that are broken, or made to do harm: each is refused in words, and nothing is left on the disk."""

import io
import random
import struct
import tempfile
import time
import tracemalloc
import zipfile

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marked_engines import echo, engine, spanish
from test_documents import documents, epub, odt, with_part, word

from service.documents import translate_document
from service.errors import InputError, ServiceError, TooLongError

DOCX = word(lambda document: document.add_paragraph("The dog"))


@pytest.fixture(autouse=True)
def nothing_on_the_disk(tmp_path, monkeypatch):
    """Let temporary files go to a folder of the test's own, and see that none stays."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


def refused(data, name="a.docx", *, says, error=InputError, **limits):
    with pytest.raises(error, match=says):
        translate_document(data, file_name=name, translate=echo, **limits)


def changed(data, *, parts=None, drop=(), add=()):
    """Return an archive with the content of members changed by functions of it, members dropped and added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in drop:
                member = old.read(info)
                new.writestr(info, (parts or {}).get(info.filename, lambda same: same)(member))
        for name, content in add:
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["a.pdf", "a", "", "docx", "a.docx.exe", "a.doc", "a.\u202etxt", "." + "x" * 1000])
def test_suffixes_that_are_not_known(name):
    refused(b"The dog", name, says="cannot be translated; send one of docx")


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.xlsx", "a.odt", "a.odp", "a.epub"])
@pytest.mark.parametrize("data", [b"", b"The dog", b"PK\x03\x04" + b"\0" * 40, DOCX[: len(DOCX) // 2], DOCX[40:]])
def test_what_is_no_archive(name, data):
    refused(data, name, says="no |broken")


@pytest.mark.parametrize("name", ["a.pptx", "a.xlsx", "a.odt", "a.odp", "a.epub"])
def test_a_docx_under_another_suffix(name):
    refused(DOCX, name, says="suffix")


def test_an_odt_under_other_suffixes():
    refused(odt(), "a.docx", says="suffix")
    refused(odt(), "a.odp", says="application/vnd.oasis.opendocument.text")
    refused(DOCX, "a.txt", says="NUL|UTF-8")
    refused(DOCX, "a.html", says="NUL|UTF-8")


def test_encrypted_files():
    refused(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, says="encrypted|password")
    flagged = bytearray(DOCX)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = flagged.find(signature)
        flagged[at + offset] |= 1
    refused(bytes(flagged), says="encrypted")
    manifest = {
        "META-INF/manifest.xml": lambda same: same.replace(b"</manifest", b"<manifest:encryption-data/></manifest")
    }
    refused(changed(odt(), parts=manifest), "a.odt", says="encrypted")
    aes = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData>'
        '<EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    )
    protected = epub(**{"META-INF/encryption.xml": aes.format("http://www.w3.org/2001/04/xmlenc#aes256-cbc")})
    refused(protected, "a.epub", says="encrypted")
    fonts = epub(**{"META-INF/encryption.xml": aes.format("http://www.idpf.org/2008/embedding")})
    assert translate_document(fonts, file_name="a.epub", translate=echo).n_segments


def test_macros():
    kind = "application/vnd.ms-office.vbaProject"
    refused(with_part(DOCX, "word/vbaProject.bin", b"x", kind), says="macros")
    enabled = {
        "[Content_Types].xml": lambda same: same.replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )
    }
    refused(changed(DOCX, parts=enabled), says="macros")
    refused(changed(odt(), add=[("Basic/Standard/Module1.xml", "<x/>")]), "a.odt", says="macros")


@pytest.mark.parametrize(
    "member", ["../../etc/passwd", "/etc/passwd", "word/../../x", "C:\\x", "..\\x", "word\\..\\..\\x"]
)
def test_members_that_lead_out(member):
    refused(changed(DOCX, add=[(member, b"x")]), says="leads out")


def test_a_link_as_a_member():
    info = zipfile.ZipInfo("word/link")
    info.external_attr = 0o120777 << 16
    refused(changed(DOCX, add=[(info, "/etc/passwd")]), says="leads out")


def test_members_of_one_name(recwarn):
    data = changed(DOCX, add=[("word/document.xml", b"<x/>")])
    recwarn.clear()
    refused(data, says="same name")


def test_too_many_members():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(20_001):
            archive.writestr(f"{n}", b"")
    refused(out.getvalue(), says="20000 are the limit")


def test_a_bomb_by_its_ratio():
    data = changed(DOCX, add=[("word/bomb.xml", b" " * (8 << 20))])
    refused(data, says="more than 500 times over: this is a zip bomb")


def test_a_bomb_by_its_size():
    data = changed(DOCX, add=[("word/bomb.xml", random.Random(1).randbytes(5 << 20))])
    refused(data, says="4 MiB are the limit", error=TooLongError, max_unpacked_bytes=4 << 20)


def test_a_bomb_that_lies_about_its_size():
    data = bytearray(changed(DOCX, add=[("word/bomb.xml", b" " * (64 << 20))]))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.rfind(signature)
        data[at + offset : at + offset + 4] = struct.pack("<I", 10)
    tracemalloc.start()
    try:
        with pytest.raises(ServiceError, match=r"limit|broken"):
            translate_document(bytes(data), file_name="a.docx", translate=echo, max_unpacked_bytes=4 << 20)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


def test_files_over_the_limit():
    refused(b"a" * 11, "a.txt", says="11 bytes and 10 are the limit", error=TooLongError, max_bytes=10)


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "the dog"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'ha'>" + b"".join(b"<!ENTITY a%d '&a;&a;'>" % n for n in range(20)) + b"]>"


@pytest.mark.parametrize("declared", [ENTITIES, LAUGHS, b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'])
@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("a.docx", "word/document.xml"),
        ("a.docx", "[Content_Types].xml"),
        ("a.odt", "content.xml"),
        ("a.pptx", "ppt/slides/slide1.xml"),
        ("a.xlsx", "xl/worksheets/sheet1.xml"),
    ],
)
def test_document_types_in_office_files(name, part, declared):
    def insert(same):
        head, mark, rest = same.partition(b"?>") if same.startswith(b"<?xml") else (b"", b"", same)
        return head + mark + declared + rest

    refused(changed(documents()[name], parts={part: insert}), name, says="document type")


@pytest.mark.parametrize("declared", [ENTITIES, LAUGHS])
@pytest.mark.parametrize("part", ["OEBPS/toc.ncx", "OEBPS/c.opf"])
def test_document_types_in_books(part, declared):
    def insert(same):
        head, _, rest = same.partition(b"?>")
        return head + b"?>" + declared + rest[rest.find(b"<", 1) if rest.startswith(b"<!DOCTYPE") else 0 :]

    refused(changed(epub(), parts={part: insert}), "a.epub", says="declares entities")


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.xlsx"])
@pytest.mark.parametrize(
    "content", [b"", b"<a>", b"<a " + b"x" * 100, b"\x00", b"<w:p/>", b"<?xml version='1.0' encoding='x'?><a/>"]
)
def test_broken_parts(name, content):
    part = {"a.docx": "word/document.xml", "a.odt": "content.xml", "a.xlsx": "xl/worksheets/sheet1.xml"}[name]
    refused(changed(documents()[name], parts={part: lambda same: content}), name, says="not well-formed|nothing")


def test_parts_nested_too_deeply():
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    refused(changed(DOCX, parts={"word/document.xml": lambda same: deep}), says="not well-formed")


def test_parts_that_are_too_long():
    long = zipfile.ZipInfo("word/document.xml")
    data = changed(DOCX, drop=["word/document.xml"], add=[(long, b"<a>" + b" " * (65 << 20) + b"</a>")])
    refused(data, says="65 MiB of XML, and 64 are the limit", error=TooLongError)


@pytest.mark.parametrize("drop", ["content.xml", "mimetype"])
def test_odt_without_its_parts(drop):
    refused(changed(odt(), drop=[drop]), "a.odt", says="content.xml|of no kind")


def test_books_without_their_parts():
    refused(changed(epub(), drop=["OEBPS/c.opf"]), "a.epub", says="names")
    refused(changed(epub(), drop=["META-INF/container.xml"]), "a.epub", says="no epub")
    refused(changed(epub(), drop=["OEBPS/text/a b.xhtml", "OEBPS/toc.ncx"]), "a.epub", says="no chapters")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("Привет, собака".encode("cp1251"), "not UTF-8 at byte 0"),
        (b"\xff\xfeT\x00h", "UTF-16"),
        (b"the\x00dog", "NUL"),
        (b"\xef\xbb\xbf\xff", "at byte 3"),
    ],
)
def test_encodings_that_nothing_tells(data, says):
    refused(data, "a.txt", says=says)


def test_an_encoding_that_does_not_exist():
    refused(b"<meta charset=klingon><p>The dog", "a.html", says="klingon")


def test_subtitles_without_cues():
    refused(b"The dog", "a.srt", says="no cues")


def test_pieces_of_files_never_crash():
    """Cut, flip and double bytes of good files: each comes out translated or is refused."""
    chance = random.Random(7)
    for name, data in documents().items():
        for _ in range(25):
            broken = bytearray(data)
            for _ in range(chance.randint(1, 8)):
                at = chance.randrange(len(broken))
                match chance.randrange(3):
                    case 0:
                        broken[at] ^= 1 << chance.randrange(8)
                    case 1:
                        del broken[at : at + chance.randrange(20)]
                    case _:
                        broken[at:at] = broken[at : at + chance.randrange(50)]
                if not broken:
                    break
            try:
                translate_document(bytes(broken), file_name=name, translate=engine(spanish))
            except ServiceError as error:
                assert len(str(error)) < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="the dog*_[]()`<>#|-~\\!&\n\r1.:\u00e9猫", max_size=80), st.sampled_from(["md", "txt", "html"]))
def test_any_text_is_translated_or_refused(text, suffix):
    data = text.encode()
    try:
        same = translate_document(data, file_name=f"a.{suffix}", translate=echo)
    except InputError:
        return
    assert same.data == data
    other = translate_document(data, file_name=f"a.{suffix}", translate=engine(str.upper))
    if suffix != "html":
        # What is escaped once may be escaped everywhere.
        assert shown(other.data.decode()) == shown(text.upper())


def shown(text):
    return sorted("".join(text.upper().replace("\\", "").split()))


CUE = "00:00:01,000 --> 00:00:02,000\n"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet="the dog.<i></>{}\\-\n1:é猫 ", max_size=40), min_size=1, max_size=5))
def test_any_subtitles(texts):
    source = "".join(f"{n}\n{CUE}{text}\n\n" for n, text in enumerate(texts))
    try:
        same = translate_document(source.encode(), file_name="a.srt", translate=echo)
    except InputError:
        return
    assert same.data == source.encode()
    other = translate_document(source.encode(), file_name="a.srt", translate=engine(spanish)).data.decode()
    assert other.count(CUE) == source.count(CUE)
    assert sorted(other.replace(" ", "").count(mark) for mark in "{}\\") == sorted(
        source.count(mark) for mark in "{}\\"
    )


def test_a_long_text_is_quick_and_small():
    text = ("The dog sleeps. " * 50 + "\n").encode() * 1250
    assert len(text) > 1_000_000
    assert translate_document(text, file_name="a.txt", translate=echo).data == text


def test_a_text_that_is_too_long_costs_little():
    """The callable knows the limit on characters; what comes before it must be cheap."""

    def translate(texts):
        raise TooLongError(f"{sum(map(len, texts))} characters are too long")

    data = ("The dog sleeps. " * 50 + "\n").encode() * 50_000
    started = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(TooLongError):
            translate_document(data, file_name="a.txt", translate=translate)
        assert tracemalloc.get_traced_memory()[1] < 4 * len(data)
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < 5


def test_a_long_document():
    def build(document):
        for n in range(300):
            paragraph = document.add_paragraph("The ")
            paragraph.add_run(f"red {n}").bold = True
            paragraph.add_run(" house sleeps.")

    result = translate_document(word(build), file_name="a.docx", translate=engine(spanish))
    paragraphs = docx.Document(io.BytesIO(result.data)).paragraphs
    assert len(paragraphs) == 300
    assert all(run.text.startswith("roja") for paragraph in paragraphs for run in paragraph.runs if run.bold)
