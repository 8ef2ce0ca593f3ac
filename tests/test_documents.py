"""Documents of every format: translated, opened again with the libraries that others write them with."""

import io
import re
import zipfile

import docx
import openpyxl
import pptx
import pytest
import xlsxwriter
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree
from marked_engines import echo, engine, spanish
from odf import style as odf_style
from odf import teletype
from odf import text as odf_text
from odf.draw import Frame, Page, TextBox
from odf.opendocument import OpenDocumentPresentation, OpenDocumentText, load
from odf.style import MasterPage, PageLayout
from odf.table import Table, TableCell, TableRow

from glossary import Concept, Glossary, Names
from service.documents import MEDIA_TYPES, SUFFIXES, translate_document
from service.engines import open_engine
from service.errors import InputError
from service.pipeline import Pipeline
from service.settings import Settings

HOUSE = Glossary(
    {
        "donbas": Concept(
            id="donbas",
            kind="place",
            names={
                "en": Names(preferred="Donbas", deprecated=("Donbass",)),
                "es": Names(preferred="Donbás", deprecated=("Donbas", "Donbass")),
            },
        )
    }
)


def saved(document):
    out = io.BytesIO()
    (document.write if hasattr(document, "write") else document.save)(out)
    return out.getvalue()


def translated(data, name, *, change=spanish, glossary=None):
    return translate_document(data, file_name=name, translate=engine(change, glossary=glossary))


def runs(paragraph):
    return [(run.text, bool(run.bold), bool(run.italic)) for run in paragraph.runs if run.text]


def word(build):
    document = docx.Document()
    build(document)
    return saved(document)


def reopened(result):
    return docx.Document(io.BytesIO(result.data))


# docx


def test_docx_runs_stay_on_their_words():
    def build(document):
        paragraph = document.add_paragraph("The ")
        paragraph.add_run("red").bold = True
        paragraph.add_run(" house is in ")
        paragraph.add_run("Donbass").italic = True
        paragraph.add_run(".")

    result = translated(word(build), "Über uns.docx", glossary=HOUSE)
    (paragraph,) = reopened(result).paragraphs
    assert runs(paragraph) == [
        ("El casa ", False, False),
        ("roja", True, False),
        (" está en ", False, False),
        ("Donbás", False, True),
        (".", False, False),
    ]
    assert (result.file_name, result.n_segments, result.lost_marks) == ("Über uns_es.docx", 1, ())
    assert [(mention.source.text, mention.target.text) for mention in result.mentions] == [("Donbass", "Donbás")]


def test_docx_runs_that_look_alike_are_one():
    def build(document):
        paragraph = document.add_paragraph()
        for piece in ("The r", "ed ho", "use sle", "eps"):
            run = paragraph.add_run(piece)
            run._r.set(qn("w:rsidR"), "00A1")
            run._r.get_or_add_rPr().append(OxmlElement("w:noProof")) if piece == "ed ho" else None

    (paragraph,) = reopened(translated(word(build), "a.docx")).paragraphs
    assert runs(paragraph) == [("El casa roja duerme", False, False)]


def test_docx_keeps_what_is_not_text():
    def build(document):
        paragraph = document.add_paragraph("The red house")
        paragraph.paragraph_format.left_indent = docx.shared.Pt(10)
        paragraph.add_run("\tThe dog")
        for kind, code in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "7"), ("end", "")):
            run = paragraph.add_run("7" if kind == "text" else "")
            if kind and kind != "text":
                char = OxmlElement("w:fldChar")
                char.set(qn("w:fldCharType"), kind)
                run._r.append(char)
            elif not kind:
                instruction = OxmlElement("w:instrText")
                instruction.text = code
                run._r.append(instruction)

    (paragraph,) = reopened(translated(word(build), "a.docx")).paragraphs
    assert paragraph.paragraph_format.left_indent == docx.shared.Pt(10)
    assert paragraph.text == "El casa roja\tEl perro7"
    kinds = [char.get(qn("w:fldCharType")) for char in paragraph._p.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]
    assert [text.text for text in paragraph._p.iter(qn("w:instrText"))] == ["PAGE"]


def test_docx_links_and_line_breaks():
    def build(document):
        paragraph = document.add_paragraph("The ")
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), "here")
        paragraph._p.append(link)
        for piece, bold in (("red", True), (" house", False)):
            run = paragraph.add_run(piece)
            run.bold = bold
            link.append(run._r)
        run = paragraph.add_run(" sleeps")
        run.add_break()
        paragraph.add_run("in the garden.")
        run = paragraph.add_run()
        run.add_break()
        paragraph.add_run("One dog")

    (paragraph,) = reopened(translated(word(build), "a.docx")).paragraphs
    (link,) = paragraph.hyperlinks
    assert link.address == "" or link.fragment == "here"
    assert [(run.text, bool(run.bold)) for run in link.runs] == [("casa ", False), ("roja", True)]
    assert paragraph.text.replace(" \n", "\n") == "El casa roja duerme\nen el jardín.\nUno perro"


def test_docx_tables_headers_notes_boxes():
    def build(document):
        document.add_paragraph("The dog")
        table = document.add_table(1, 2)
        table.cell(0, 0).text = "The red house"
        table.cell(0, 1).add_table(1, 1).cell(0, 0).text = "The cell"
        document.sections[0].header.paragraphs[0].text = "The head"
        document.sections[0].footer.paragraphs[0].text = "The foot"
        box = etree.fromstring(
            f'<w:r xmlns:w="{W}"><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>'
            "<w:txbxContent><w:p><w:r><w:t>The garden</w:t></w:r></w:p></w:txbxContent>"
            "</v:textbox></v:shape></w:pict></w:r>"
        )
        document.add_paragraph("The city").runs[0]._r.addnext(box)

    notes = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r>'
        '<w:t xml:space="preserve"> The note.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    data = with_part(word(build), "word/footnotes.xml", notes.encode(), kind)
    result = translated(data, "a.docx")
    document = reopened(result)
    assert [paragraph.text for paragraph in document.paragraphs[:1]] == ["El perro"]
    assert document.tables[0].cell(0, 0).text == "El casa roja"
    assert document.tables[0].cell(0, 1).tables[0].cell(0, 0).text == "El celda"
    assert document.sections[0].header.paragraphs[0].text == "El cabeza"
    assert document.sections[0].footer.paragraphs[0].text == "El pie"
    texts = "".join(node.text or "" for node in document.element.iter(qn("w:t")))
    assert "El jardín" in texts
    assert "El ciudad" in texts
    footnotes = zipfile.ZipFile(io.BytesIO(result.data)).read("word/footnotes.xml").decode()
    assert " El nota." in footnotes
    assert footnotes.index("footnoteRef") < footnotes.index("El nota")


def test_docx_deleted_text_stays_deleted():
    def build(document):
        paragraph = document.add_paragraph("The dog")
        paragraph._p.append(
            etree.fromstring(f'<w:del xmlns:w="{W}" w:id="1"><w:r><w:delText> the house</w:delText></w:r></w:del>')
        )
        paragraph._p.append(etree.fromstring(f'<w:ins xmlns:w="{W}" w:id="2"><w:r><w:t> sleeps</w:t></w:r></w:ins>'))

    (paragraph,) = reopened(translated(word(build), "a.docx")).paragraphs
    assert [node.text for node in paragraph._p.iter(qn("w:delText"))] == [" the house"]
    assert "".join(node.text for node in paragraph._p.iter(qn("w:t"))) == "El perro duerme"
    assert [node.text for ins in paragraph._p.iter(qn("w:ins")) for node in ins.iter(qn("w:t"))] in (
        ["duerme"],
        [" duerme"],
    )


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def with_part(data, name, content, kind):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            member = old.read(info)
            if info.filename == "[Content_Types].xml":
                override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
                member = member.replace(b"</Types>", override.encode())
            new.writestr(info, member)
        new.writestr(name, content)
    return out.getvalue()


# pptx, xlsx


def test_pptx_slides_tables_and_notes():
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "The news"
    paragraph = slide.placeholders[1].text_frame.paragraphs[0]
    for piece, bold in (("The ", None), ("red", True), (" house", None)):
        run = paragraph.add_run()
        run.text, run.font.bold = piece, bold
    table = slide.shapes.add_table(1, 1, 0, 0, 99, 99).table
    table.cell(0, 0).text = "The cell"
    slide.notes_slide.notes_text_frame.text = "This is a note."
    result = translated(saved(deck), "a.pptx")
    (slide,) = pptx.Presentation(io.BytesIO(result.data)).slides
    assert slide.shapes.title.text == "El noticias"
    found = [(run.text, run.font.bold) for run in slide.placeholders[1].text_frame.paragraphs[0].runs]
    assert found == [("El casa ", None), ("roja", True)]
    assert slide.shapes[2].table.cell(0, 0).text == "El celda"
    assert slide.notes_slide.notes_text_frame.text == "Esto está un nota."
    assert result.n_segments == 4


def test_xlsx_strings_but_not_formulas_nor_names_of_columns():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["The title", "House"], ["The dog", 5], ["the red house", "=B2*2"]):
        sheet.append(row)
    sheet.add_table(openpyxl.worksheet.table.Table(displayName="T", ref="A1:B3"))
    sheet["D1"] = openpyxl.cell.rich_text.CellRichText(
        "the ", openpyxl.cell.rich_text.TextBlock(openpyxl.cell.text.InlineFont(b=True), "red"), " house"
    )
    result = translated(saved(book), "a.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(result.data), rich_text=True).active
    assert [[cell.value for cell in row[:2]] for row in sheet.rows] == [
        ["The title", "House"],
        ["El perro", 5],
        ["el casa roja", "=B2*2"],
    ]
    rich = sheet["D1"].value
    assert str(rich) == "el casa roja"
    assert [piece.text for piece in rich if getattr(getattr(piece, "font", None), "b", None)] == ["roja"]


def test_xlsx_shared_strings():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_string("A1", "The dog")
    sheet.write_rich_string("A2", "the ", book.add_format({"bold": True}), "red", " house")
    sheet.write_string("A3", "The dog")
    book.close()
    result = translated(out.getvalue(), "a.xlsx")
    assert "El perro" in zipfile.ZipFile(io.BytesIO(result.data)).read("xl/sharedStrings.xml").decode()
    cells = openpyxl.load_workbook(io.BytesIO(result.data), rich_text=True).active["A"]
    assert [str(cell.value) for cell in cells] == ["El perro", "el casa roja", "El perro"]
    assert [piece.text for piece in cells[1].value if getattr(getattr(piece, "font", None), "b", None)] == ["roja"]


# odt, odp


def odt():
    document = OpenDocumentText()
    bold = odf_style.Style(name="B", family="text")
    bold.addElement(odf_style.TextProperties(fontweight="bold"))
    document.automaticstyles.addElement(bold)
    paragraph = odf_text.P(text="The ")
    paragraph.addElement(odf_text.Span(stylename=bold, text="red"))
    paragraph.addText(" house")
    note = odf_text.Note(noteclass="footnote", id="n1")
    note.addElement(odf_text.NoteCitation(text="1"))
    body = odf_text.NoteBody()
    body.addElement(odf_text.P(text="The note."))
    note.addElement(body)
    paragraph.addElement(note)
    paragraph.addText(" sleeps near the ")
    paragraph.addElement(odf_text.A(href="http://example.org/", text="old city"))
    paragraph.addText(".")
    paragraph.addElement(odf_text.Tab())
    paragraph.addText("The dog")
    document.text.addElement(odf_text.H(outlinelevel=1, text="The news"))
    document.text.addElement(paragraph)
    table = Table(name="T")
    row = TableRow()
    cell = TableCell()
    cell.addElement(odf_text.P(text="The cell"))
    row.addElement(cell)
    table.addElement(row)
    document.text.addElement(table)
    layout = PageLayout(name="L")
    document.automaticstyles.addElement(layout)
    master = MasterPage(name="Standard", pagelayoutname=layout)
    head = odf_style.Header()
    head.addElement(odf_text.P(text="The head"))
    master.addElement(head)
    document.masterstyles.addElement(master)
    return saved(document)


def test_odt_spans_links_notes_tables_headers():
    result = translated(odt(), "a.odt")
    document = load(io.BytesIO(result.data))
    heading, paragraph, table = document.text.childNodes[-3:]
    assert teletype.extractText(heading) == "El noticias"
    assert [teletype.extractText(span) for span in paragraph.getElementsByType(odf_text.Span)] == ["roja"]
    assert [teletype.extractText(link) for link in paragraph.getElementsByType(odf_text.A)] == ["ciudad viejo"]
    (note,) = paragraph.getElementsByType(odf_text.NoteBody)
    assert teletype.extractText(note) == "El nota."
    assert teletype.extractText(paragraph) == "El casa roja1El nota. duerme cerca el ciudad viejo.\tEl perro"
    assert teletype.extractText(table) == "El celda"
    assert "El cabeza" in zipfile.ZipFile(io.BytesIO(result.data)).read("styles.xml").decode()
    assert result.lost_marks == ()


def test_odt_spaces_are_kept():
    document = OpenDocumentText()
    paragraph = odf_text.P(text="The dog")
    paragraph.addElement(odf_text.S(c=3))
    paragraph.addText("sleeps")
    document.text.addElement(paragraph)
    written = zipfile.ZipFile(io.BytesIO(translated(saved(document), "a.odt").data)).read("content.xml").decode()
    (spaces,) = re.findall(r"El perro( ?)<text:s text:c=\"(\d)\"/>duerme", written)
    assert len(spaces[0]) + int(spaces[1]) == 3


def test_odp_slides():
    document = OpenDocumentPresentation()
    layout = PageLayout(name="L")
    document.automaticstyles.addElement(layout)
    master = MasterPage(name="M", pagelayoutname=layout)
    document.masterstyles.addElement(master)
    page = Page(masterpagename=master)
    document.presentation.addElement(page)
    frame = Frame(width="9cm", height="9cm", x="0cm", y="0cm")
    page.addElement(frame)
    box = TextBox()
    frame.addElement(box)
    box.addElement(odf_text.P(text="The red house"))
    result = translated(saved(document), "a.odp")
    assert teletype.extractText(load(io.BytesIO(result.data)).presentation) == "El casa roja"


def assert_mimetype_first(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert archive.testzip() is None
    assert data[30:38] == b"mimetype"


# epub

OPF = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>The book</dc:title><dc:language>en</dc:language>
<dc:identifier id="i">x</dc:identifier></metadata><manifest>
<item id="a" href="text/a%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/><item id="s" href="s.css" media-type="text/css"/>
</manifest><spine><itemref idref="a"/></spine></package>"""
CHAPTER = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en"><head><title/><script src="a.js"/></head><body>
<p>The <b>red</b> house&#160;&amp; the dog.<a id="p1"/></p><p><![CDATA[The cell]]></p><hr/></body></html>"""
NCX = """<?xml version="1.0"?><!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN"
"http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><head>
<meta name="x" content="y"/></head><docTitle><text>The book</text>
</docTitle><navMap><navPoint id="a"><navLabel><text>The first note</text></navLabel></navPoint></navMap></ncx>"""
CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/c.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""


def epub(**parts):
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/c.opf": OPF,
        "OEBPS/text/a b.xhtml": CHAPTER,
        "OEBPS/toc.ncx": NCX,
        "OEBPS/s.css": "p { }",
        **parts,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def test_epub_chapters_and_contents():
    result = translated(epub(), "book.EPUB")
    with zipfile.ZipFile(io.BytesIO(result.data)) as archive:
        chapter = archive.read("OEBPS/text/a b.xhtml").decode()
        contents = archive.read("OEBPS/toc.ncx").decode()
        package = archive.read("OEBPS/c.opf").decode()
        assert archive.read("OEBPS/s.css") == b"p { }"
    assert '<p>El casa <b>roja</b>&#160;&amp; el perro.<a id="p1"/></p>' in chapter
    assert "<![CDATA[El celda]]>" in chapter
    assert '<script src="a.js"/>' in chapter
    etree.fromstring(chapter.encode())
    assert "<text>El libro</text>" in contents
    assert "<text>El primero nota</text>" in contents
    assert "<dc:title>El libro</dc:title>" in package
    assert "<dc:language>es</dc:language>" in package
    assert 'xml:lang="es"' in chapter
    assert_mimetype_first(result.data)


@pytest.mark.parametrize("name", ["a.odt", "a.epub"])
def test_the_mimetype_comes_first(name):
    assert_mimetype_first(translated({"a.odt": odt, "a.epub": epub}[name](), name).data)


# texts

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>The red house is
near the old city and</i>

2
00:00:02,500 --> 00:00:04,000 X1:1
the dog sleeps in the garden.

3
00:00:05,000 --> 00:00:06,000
- Hello.
- {\\an8}The <b>red</b> dog
"""


def test_srt_times_stay_and_sentences_run_on():
    asked = []
    result = translate_document(SRT.encode(), file_name="a.srt", translate=engine(spanish, asked=asked))
    text = result.data.decode()
    assert "The red house is near the old city and the dog sleeps in the garden." in asked[0]
    assert re.findall(".*-->.*", text) == re.findall(".*-->.*", SRT)
    first, second, third = text.strip().split("\n\n")
    assert first.split("\n", 2)[2] == "<i>El casa roja está cerca\nel ciudad viejo y</i>"
    assert second.split("\n", 2)[2] == "el perro duerme en el jardín."
    assert third.split("\n", 2)[2] == "- Hola.\n- {\\an8}El perro <b>roja</b>"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_cues_and_their_parts_are_neither_lost_nor_emptied(newline):
    source = (
        "WEBVTT\n\nNOTE the dog\n\nSTYLE\n::cue {}\n\nid\n00:01.000 --> 00:02.000 align:start\nThe dog &amp; one\n\n"
    )
    source += "00:02.000 --> 00:03.000\nred house\n\n00:03.000 --> 00:04.000\nsleeps now\n"
    text = translated(source.replace("\n", newline).encode(), "a.vtt").data.decode()
    assert text.count(newline) == source.count("\n")
    assert text.replace("\r", "").startswith("WEBVTT\n\nNOTE the dog\n\nSTYLE\n::cue {}\n\nid\n00:01.000")
    cues = re.findall(r"-->.*\n((?:.+\n)*)", text.replace("\r", ""))
    assert len(cues) == 3
    assert all(cue.strip() for cue in cues)
    assert " ".join("".join(cues).split()) == "El perro &amp; uno casa roja duerme ahora"


MD = """---
title: The house
---
# The **red** house #

The [red house](http://a.b/c_(d)_e "The title") is in `the house` and
the *old* city\\*.  
One dog <http://the.dog> ![the picture](a.png)

- The dog
- [x] The __big__ house
  goes on

> The first note
> and the second.

```sh
the house
```

    the house

| The dog | The house |
|:--|--:|
| one | **red** house |

<div>the dog</div>

[the]: http://the.house
"""


def test_markdown():
    text = translated(MD.encode(), "a.md").data.decode()
    assert text == (
        MD.replace("# The **red** house #", "# El casa **roja** #")
        .replace('[red house](http://a.b/c_(d)_e "The title") is', '[casa roja](http://a.b/c_(d)_e "The title") está')
        .replace("The [", "El [")
        .replace("in `the house` and\nthe *old* city\\*.", "en `the house` y el ciudad *viejo*\\*.")
        .replace("One dog <", "Uno perro <")
        .replace("![the picture]", "![el imagen]")
        .replace("- The dog", "- El perro")
        .replace("[x] The __big__ house\n  goes on", "[x] El casa __grande__ goes on")
        .replace("The first note\n> and the second.", "El primero nota y el segundo.")
        .replace("| The dog | The house |", "| El perro | El casa |")
        .replace("| one | **red** house |", "| uno | casa **roja** |")
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom", "utf-32"])
def test_txt_keeps_its_encoding_and_lines(encoding):
    if encoding == "utf-16-be-bom":
        data = b"\xfe\xff" + "The dog.\r\n\r\n  The city\n".encode("utf-16-be")
        result = translated(data, "a.txt").data
        assert result == b"\xfe\xff" + "El perro.\r\n\r\n  El ciudad\n".encode("utf-16-be")
        return
    result = translated("The dog.\r\n\r\n  The city\n".encode(encoding), "a.txt")
    assert result.data == "El perro.\r\n\r\n  El ciudad\n".encode(encoding)
    assert result.n_segments == 2


def test_html_keeps_its_encoding():
    page = '<html lang="en"><head><meta charset="iso-8859-1"><title>The caf\xe9</title></head><p>The dog</html>'
    result = translated(page.encode("latin-1"), "a.HTM", change=lambda text: spanish(text) + " ł")
    text = result.data.decode("latin-1")
    assert "<title>El caf\xe9 &#322;</title>" in text
    assert '<html lang="es">' in text


# all


def documents():
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "The dog"
    book = openpyxl.Workbook()
    book.active["A1"] = "The dog"
    return {
        "a.docx": word(lambda document: document.add_paragraph("The dog")),
        "a.pptx": saved(deck),
        "a.xlsx": saved(book),
        "a.odt": odt(),
        "a.epub": epub(),
        "a.srt": SRT.encode(),
        "a.md": b"# The dog\n\nThe *red* house.\n",
        "a.html": b"<p>The <b>dog</b></p>",
        "a.txt": b"The dog",
    }


@pytest.mark.parametrize("name", documents())
def test_an_engine_that_changes_nothing(name):
    data = documents()[name]
    result = translate_document(data, file_name=name, translate=echo)
    assert result.n_segments >= 1
    assert result.media_type == MEDIA_TYPES[name.rpartition(".")[2]]
    if data.startswith(b"PK"):
        assert texts(result.data) == texts(data)
    else:
        assert result.data == data


def texts(data):
    """Return the text of each XML part, and the bytes of every other."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {}
        for name in archive.namelist():
            member = archive.read(name)
            if name.endswith((".xml", ".rels")):
                found[name] = etree.tostring(etree.fromstring(member), method="c14n")
            elif not name.endswith((".opf", ".xhtml")):
                found[name] = member
        return found


@pytest.mark.parametrize("name", documents())
def test_every_word_is_translated_and_nothing_is_left(name):
    asked = []
    document = translate_document(
        documents()[name], file_name=name, translate=engine(lambda text: text.upper(), asked=asked)
    )
    assert len(asked) == 1
    again = []
    translate_document(document.data, file_name=name, translate=engine(str, asked=again))
    assert [text for text in again[0] if text != text.upper()] == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b"123\n\n456"),
        ("a.html", b"<p>1</p><script>the dog</script>"),
        ("a.md", b"```\nthe dog\n```\n"),
        ("a.docx", word(lambda document: document.add_paragraph("12"))),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\n...\n"),
        ("a.txt", b""),
    ],
)
def test_nothing_to_translate_is_an_error(name, data):
    with pytest.raises(InputError, match="nothing to translate"):
        translate_document(data, file_name=name, translate=echo)


@pytest.mark.parametrize(
    ("name", "renamed"),
    [
        ("../../etc/passwd.txt", "passwd_es.txt"),
        ("C:\\x\\Der Hund.TXT", "Der Hund_es.txt"),
        ("...txt", "document_es.txt"),
        ('a"\r\nb;\x00.txt', "a_b__es.txt"),
        ("собака.txt", "собака_es.txt"),
        ("x" * 500 + ".txt", "x" * 120 + "_es.txt"),
    ],
)
def test_file_names_lead_nowhere(name, renamed):
    assert translated(b"the dog", name).file_name == renamed


def test_suffixes():
    assert {"txt", "html", "md", "docx", "odt", "pptx", "odp", "epub", "srt"} <= SUFFIXES
    assert set(MEDIA_TYPES) == SUFFIXES


@pytest.mark.parametrize("kind", ["argos", "apertium"])
def test_real_engines(kind, argos_settings):
    def build(document):
        paragraph = document.add_paragraph("The officials spoke in ")
        paragraph.add_run("Donbass").bold = True
        paragraph.add_run(" and the city.")

    opened = open_engine(kind, argos_settings if kind == "argos" else Settings())
    pipeline = Pipeline({kind: opened}, HOUSE)
    try:
        result = translate_document(
            word(build),
            file_name="a.docx",
            translate=lambda texts: [pipeline.translate(text, source="en", targets=["es"])[0] for text in texts],
        )
    finally:
        opened.close()
    (paragraph,) = reopened(result).paragraphs
    assert [run.text for run in paragraph.runs if run.bold] == ["Donbás"]
    assert "city" not in paragraph.text
    assert result.signature.startswith("exonym:")
