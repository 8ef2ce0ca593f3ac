"""EPUB books (W3C EPUB 3.3, and EPUB 2): chapters, table of contents, title."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

import regex
from lxml import etree

from service.documents.archive import open_archive
from service.documents.texts import HTML, declared, decode, relabelled
from service.documents.word import local
from service.errors import InputError
from service.markup import Page, read_page
from service.records import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.markup import Carried, Marked

_CONTAINER = "META-INF/container.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html"})
_CONTENTS = "application/x-dtbncx+xml"
_LABELS = Markup(kind="xml", ignore_tags=frozenset({"head"}))
_LANGUAGE = regex.compile(r"(<dc:language(?:\s[^<>]*+)?>)[^<>]*+(</dc:language>)")
_FONTS = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
# Unlike office formats, books do have document types; none is loaded and none may declare anything.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


class Epub:
    """An .epub file."""

    def __init__(self, data: bytes, *, what: str, max_bytes: int) -> None:
        self._archive = open_archive(data, what=what, max_bytes=max_bytes)
        members = self._archive.members
        if members.get("mimetype", b"").strip() != b"application/epub+zip" or _CONTAINER not in members:
            raise InputError("the file is no epub: it does not say so in its mimetype; give it its own suffix")
        self._refuse_encrypted()
        self._pages: dict[str, tuple[Page, bytes, str]] = {}
        for name, markup in self._parts():
            text, bom, encoding = decode(members[name], what=name, encoding=declared(members[name]))
            self._pages[name] = read_page(text, markup=markup, xhtml=True), bom, encoding
        self.blocks: list[Marked] = [block for page, _, _ in self._pages.values() for block in page.blocks]

    def written(self, carried: Sequence[Carried | None]) -> bytes:
        """Return the book with its translated text."""
        changed, at = {}, 0
        for name, (page, bom, encoding) in self._pages.items():
            text, _, _ = page.written(carried[at : at + len(page.blocks)])
            at += len(page.blocks)
            done = carried[at - len(page.blocks) : at]
            changed[name] = bom + _named(relabelled(text, done), carried).encode(encoding, "xmlcharrefreplace")
        return self._archive.written(changed)

    def _refuse_encrypted(self) -> None:
        members = self._archive.members
        if "META-INF/rights.xml" in members:
            raise InputError("the epub is protected by its seller (rights.xml) and cannot be read")
        if data := members.get("META-INF/encryption.xml"):
            ways = {
                element.get("Algorithm", "") for element in _root(data, "encryption.xml").iter("{*}EncryptionMethod")
            }
            if ways - _FONTS:
                raise InputError("the epub is encrypted and cannot be read; save it without protection")

    def _parts(self) -> list[tuple[str, Markup]]:
        """Return the names of the parts that hold text, in the order of the manifest."""
        members = self._archive.members
        found: dict[str, Markup] = {}
        for rootfile in _root(members[_CONTAINER], _CONTAINER).iter("{*}rootfile"):
            path = rootfile.get("full-path", "")
            if path not in members:
                raise InputError(f"the epub has no {path[:100]!r}, which its container names; build it anew")
            root = _root(members[path], path)
            found[path] = _described(root)
            for item in root.iter("{*}item"):
                name = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(item.get("href", ""))))
                kind = item.get("media-type", "")
                if name in members and (kind in _PAGES or kind == _CONTENTS):
                    found[name] = HTML if kind in _PAGES else _LABELS
        if len(found) < 2:
            raise InputError("the epub's manifest names no chapters; build it anew")
        return list(found.items())


def _described(root: etree._Element) -> Markup:
    """Return how to read a package document: only what describes the book is text."""
    told = {"package", "metadata", "title", "description", "subject"}
    names = {
        f"{element.prefix}:{local(element)}" if element.prefix else local(element)
        for element in root.iter()
        if local(element) not in told
    }
    return Markup(kind="xml", ignore_tags=frozenset(names))


def _named(text: str, carried: Sequence[Carried | None]) -> str:
    """Return a package document that names the language of the translation."""
    target = next(one.translation.target for one in carried if one is not None)
    return _LANGUAGE.sub(rf"\g<1>{target}\2", text)


def _root(data: bytes, part: str) -> etree._Element:
    try:
        root = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InputError(f"the part {part[:100]} is not well-formed ({error}); build the book anew") from None
    if root.getroottree().docinfo.internalDTD is not None and b"<!ENTITY" in data:
        raise InputError(f"the part {part[:100]} declares entities, which are never read; remove them")
    return root
