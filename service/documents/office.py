"""Office Open XML files (ECMA-376): which parts of .docx, .pptx and .xlsx hold text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from service.documents.archive import open_archive
from service.documents.tree import Paragraph, Parts, parse, read_paragraph
from service.documents.word import Drawing, Sheet, Word, local
from service.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.markup import Carried, Marked

_TYPES = "[Content_Types].xml"
_OOXML = "application/vnd.openxmlformats-officedocument."
_MAIN = {
    "docx": ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml"),
    "pptx": ("presentationml.presentation.main+xml", "presentationml.slideshow.main+xml"),
    "xlsx": ("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml"),
}
_TEXT = {
    "docx": ("header", "footer", "footnotes", "endnotes", "comments", "chart", "diagramData"),
    "pptx": ("slide", "notesSlide", "chart", "diagramData"),
    "xlsx": ("sharedStrings", "worksheet", "drawing", "chart"),
}
_DRAWN = ("application/vnd.ms-office.drawingml.diagramDrawing+xml",)
_FAMILIES = ("wordprocessingml", "drawingml", "spreadsheetml")


class Office:
    """A .docx, .pptx or .xlsx file."""

    def __init__(self, data: bytes, *, what: str, max_bytes: int) -> None:
        self._archive = open_archive(data, what=what, max_bytes=max_bytes)
        members = self._archive.members
        if _TYPES not in members:
            raise InputError(f"the file is no {what}: it has no {_TYPES}; give it its own suffix")
        types = _content_types(parse(members[_TYPES], part=_TYPES))
        _check(types, set(members), what)
        parts = [part for part, kind in types.items() if part in members and _holds_text(kind, what)]
        roots = {part: parse(members[part], part=part) for part in parts}
        headers = _headers(types, members) if what == "xlsx" else frozenset()
        paragraphs = [paragraph for root in roots.values() for paragraph in _paragraphs(root, headers)]
        self._parts = Parts(roots, paragraphs)
        self.blocks: list[Marked] = self._parts.blocks

    def written(self, carried: Sequence[Carried | None]) -> bytes:
        """Return the file with its translated text."""
        return self._archive.written(self._parts.written(carried))


def _content_types(root: etree._Element) -> dict[str, str]:
    return {
        element.get("PartName", "").lstrip("/"): element.get("ContentType", "")
        for element in root
        if local(element) == "Override"
    }


def _check(types: dict[str, str], members: set[str], what: str) -> None:
    kinds = set(types.values())
    if any("macroEnabled" in kind for kind in kinds) or any(
        name.lower().endswith("vbaproject.bin") for name in members
    ):
        raise InputError(f"the {what} holds macros, which are not passed on; save it without them, as .{what}")
    if not any(f"{_OOXML}{kind}" in kinds for kind in _MAIN[what]):
        raise InputError(f"the file is no {what}; give it the suffix of what it is")


def _holds_text(kind: str, what: str) -> bool:
    if kind in _DRAWN:
        return True
    name = kind.removeprefix(_OOXML).removesuffix("+xml")
    family, _, part = name.partition(".")
    return family.endswith("ml") and (part in _TEXT[what] or f"{name}+xml" in _MAIN[what])


def _headers(types: dict[str, str], members: Mapping[str, bytes]) -> frozenset[str]:
    """Return the column names of tables: a cell that says otherwise makes the workbook broken to its program."""
    names: set[str] = set()
    for part, kind in types.items():
        if kind.endswith("spreadsheetml.table+xml") and part in members:
            root = parse(members[part], part=part)
            names |= {column.get("name", "") for column in root.iter("{*}tableColumn")}
    return frozenset(names)


def _paragraphs(root: etree._Element, headers: frozenset[str]) -> Iterator[Paragraph]:
    for element in root.iter("{*}p", "{*}si", "{*}is"):
        # http://schemas.openxmlformats.org/wordprocessingml/2006/main, or its strict twin without the year.
        namespace = (etree.QName(element).namespace or "").split("/")
        family = next((name for name in _FAMILIES if name in namespace and namespace[-1] == "main"), "")
        if family == "wordprocessingml":
            yield read_paragraph(element, Word())
        elif family == "drawingml":
            yield read_paragraph(element, Drawing())
        elif family == "spreadsheetml" and "".join(map(str, element.itertext())) not in headers:
            yield read_paragraph(element, Sheet())
