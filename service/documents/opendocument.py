"""OpenDocument texts and presentations (OASIS ODF 1.3): paragraphs and headings of `content.xml` and `styles.xml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex
from lxml import etree

from service.documents.archive import Archive, open_archive
from service.documents.tree import (
    Atom,
    Format,
    Paragraph,
    Parts,
    Thing,
    Wrapper,
    nested,
    parse,
    read_paragraph,
    shell_of,
)
from service.documents.word import local
from service.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.markup import Carried, Marked

_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_PARTS = ("content.xml", "styles.xml")
_WRAPPERS = {f"{{{_TEXT}}}a": "link", f"{{{_TEXT}}}meta": "", f"{{{_TEXT}}}meta-field": ""}
_SEPARATORS = frozenset({f"{{{_TEXT}}}tab", f"{{{_TEXT}}}line-break"})
_NAMES = {"note": "note", "annotation": "comment", "frame": "frame", "ruby": "ruby text"}
_SPAN = f"{{{_TEXT}}}span"
_SPACES = f"{{{_TEXT}}}s"
_COUNT = f"{{{_TEXT}}}c"
_MANY = regex.compile(r"[ \t\n\r]+")
# Islands hold paragraphs of their own and show no text in this one.
_ISLANDS = frozenset({"note", "annotation", "annotation-end", "frame", "custom-shape", "g", "rect", "text-box"})
_MAX_SPACES = 1000


class OpenText:
    """Paragraphs `text:p` and `text:h`."""

    def kept(self, child: etree._Element) -> bool:
        """Keep nothing aside: properties of a paragraph are attributes here."""
        return False

    def text(self, text: str, format_: Format) -> list[etree._Element | str]:
        """Return text inside copies of its spans; more than one space is an element."""
        nodes: list[etree._Element | str] = []
        for number, piece in enumerate(regex.split(r"((?<= ) +|\A {2,})", text)):
            if piece and number % 2:
                nodes.append(etree.Element(_SPACES, {_COUNT: str(len(piece))}, nsmap={"text": _TEXT}))
            elif piece:
                nodes.append(piece)
        return nested(nodes, format_.elements)

    def atoms(self, paragraph: etree._Element) -> Iterator[Atom]:
        """Take a paragraph apart; white space counts once, as in any reader of the format."""
        ended = True
        for atom in self._inside(paragraph, (), ()):
            if atom.kind == "text" and not atom.name:
                text = _MANY.sub(" ", atom.text)
                text = text[1:] if ended and text.startswith(" ") else text
                ended = text.endswith(" ") if text else ended
                if text:
                    yield Atom("text", text, atom.format, wrappers=atom.wrappers)
            elif atom.kind == "text":
                ended = False
                yield Atom("text", atom.text, atom.format, wrappers=atom.wrappers)
            else:
                ended = ended and atom.held is None
                yield atom

    def _inside(
        self, element: etree._Element, spans: tuple[etree._Element, ...], wrappers: tuple[Wrapper, ...]
    ) -> Iterator[Atom]:
        format_ = Format("|".join(_look(span) for span in spans), spans)
        if element.text:
            yield Atom("text", element.text, format_, wrappers=wrappers)
        for child in list(element):
            yield from self._child(child, spans, wrappers, format_)
            if child.tail:
                yield Atom("text", child.tail, format_, wrappers=wrappers)

    def _child(
        self,
        child: etree._Element,
        spans: tuple[etree._Element, ...],
        wrappers: tuple[Wrapper, ...],
        format_: Format,
    ) -> Iterator[Atom]:
        name = local(child)
        if child.tag == _SPAN:
            yield from self._inside(child, (*spans, shell_of(child)), wrappers)
        elif child.tag in _WRAPPERS:
            yield from self._inside(child, spans, (*wrappers, Wrapper(_WRAPPERS[child.tag], child)))
        elif child.tag == _SPACES:
            count = child.get(_COUNT, "1")
            many = min(int(count), _MAX_SPACES) if count.isdecimal() and len(count) < 8 else 1
            yield Atom("text", " " * many, format_, wrappers=wrappers, name="spaces")
        elif child.tag in _SEPARATORS:
            yield Atom("separator", "", format_, (Thing(child, spans),), wrappers)
        elif name != "soft-page-break":
            shown = "" if name in _ISLANDS or not name else "".join(str(text) for text in child.itertext()).strip()
            held = shown or None
            known = _NAMES.get(name, "field" if shown else "")
            yield Atom("thing", "", format_, (Thing(child, spans),), wrappers, known, held)


def _look(span: etree._Element) -> str:
    return repr(sorted(span.attrib.items()))


class OpenDocument:
    """An .odt or .odp file."""

    def __init__(self, data: bytes, *, what: str, max_bytes: int) -> None:
        self._archive: Archive = open_archive(data, what=what, max_bytes=max_bytes)
        self._check(what)
        members = self._archive.members
        roots = {part: parse(members[part], part=part) for part in _PARTS if part in members}
        self._parts = Parts(roots, [paragraph for root in roots.values() for paragraph in _paragraphs(root)])
        self.blocks: list[Marked] = self._parts.blocks

    def _check(self, what: str) -> None:
        members = self._archive.members
        kind = members.get("mimetype", b"").decode("ascii", "replace").strip()
        wanted = {"odt": "text", "odp": "presentation"}[what]
        if not regex.fullmatch(rf"application/vnd\.oasis\.opendocument\.{wanted}(-template)?", kind):
            raise InputError(
                f"the file says that it is {kind[:80] or 'of no kind'!r}, not an {what}; give it its own suffix"
            )
        if b"encryption-data" in members.get("META-INF/manifest.xml", b""):
            raise InputError(f"the {what} is encrypted; save it without password")
        if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in members):
            raise InputError(f"the {what} holds macros, which are not passed on; save it without them")
        if "content.xml" not in members:
            raise InputError(f"the {what} has no content.xml; open it in its program and save it anew")

    def written(self, carried: Sequence[Carried | None]) -> bytes:
        """Return the file with its translated text."""
        return self._archive.written(self._parts.written(carried))


def _paragraphs(root: etree._Element) -> Iterator[Paragraph]:
    dialect = OpenText()
    for element in root.iter(f"{{{_TEXT}}}p", f"{{{_TEXT}}}h"):
        if next(element.iterancestors(f"{{{_TEXT}}}tracked-changes"), None) is None:
            yield read_paragraph(element, dialect)
