"""Paragraphs of WordprocessingML and DrawingML (ECMA-376 parts 1 and 4): runs, links, fields, things between them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import regex
from lxml import etree

from service.documents.tree import Atom, Format, Thing, Wrapper, shell_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# Runs differ in these for no reason that a reader could see: when they were typed, and what a checker thought of them.
_UNSEEN = frozenset({"lang", "noProof", "webHidden"})
_UNSEEN_ATTRIBUTES = frozenset({"lang", "altLang", "dirty", "err", "noProof", "smtClean"})
_WRAPPERS = frozenset({"hyperlink", "ins", "smartTag", "customXml", "moveTo", "dir", "bdo"})
_DROPPED = frozenset({"proofErr", "lastRenderedPageBreak"})
_CHARACTERS = {"noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_SEPARATORS = frozenset({"tab", "cr", "ptab"})
_NAMES = {
    "footnoteReference": "footnote mark",
    "endnoteReference": "endnote mark",
    "commentReference": "comment mark",
    "drawing": "picture",
    "pict": "picture",
    "object": "embedded object",
    "AlternateContent": "shape",
    "oMath": "formula",
    "oMathPara": "formula",
    "sym": "symbol",
    "fld": "field",
    "fldSimple": "field",
}
_TEXT_FIELD = regex.compile(r"\s*HYPERLINK\b", regex.IGNORECASE)
_SENTENCE_END = regex.compile(r"[.!?:;…。！？]\W*\Z")


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace; empty for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


class Word:
    """Paragraphs `w:p` of a text document."""

    def kept(self, child: etree._Element) -> bool:
        """Keep the paragraph's properties."""
        return local(child) == "pPr"

    def text(self, text: str, format_: Format) -> list[etree._Element | str]:
        """Return text as a run."""
        run = _run(format_)
        for number, line in enumerate(text.split("\n")):
            if number:
                etree.SubElement(run, _same(run, "br"))
            if line:
                node = etree.SubElement(run, _same(run, "t"))
                node.text = line
                node.set(_SPACE, "preserve")
        return [run]

    def atoms(self, paragraph: etree._Element) -> Iterator[Atom]:
        """Take a paragraph apart; fields other than links are one thing with the text that they show."""
        yield from _with_breaks(_fields(list(self._children(paragraph, ()))))

    def _children(self, parent: etree._Element, wrappers: tuple[Wrapper, ...]) -> Iterator[Atom]:
        for child in list(parent):
            name = local(child)
            if name == "r":
                yield from self._run(child, wrappers)
            elif name in _WRAPPERS:
                known = "link" if name == "hyperlink" else ""
                yield from self._children(child, (*wrappers, Wrapper(known, child)))
            elif name == "sdt" and (content := _child(child, "sdtContent")) is not None:
                yield from self._children(content, (*wrappers, Wrapper("content control", child, content)))
            elif name not in _DROPPED and not self.kept(child):
                held = "" if name in ("oMath", "oMathPara", "fldSimple") else None
                yield Atom("thing", things=(Thing(child),), wrappers=wrappers, name=_NAMES.get(name, ""), held=held)

    def _run(self, run: etree._Element, wrappers: tuple[Wrapper, ...]) -> Iterator[Atom]:
        format_ = _format(run, "rPr")
        for child in list(run):
            name = local(child)
            if name == "t" or name in _CHARACTERS:
                text = _CHARACTERS.get(name, child.text or "")
                if text:
                    yield Atom("text", text, format_, wrappers=wrappers)
            elif name != "rPr" and name not in _DROPPED:
                kind: Literal["separator", "thing"] = "separator" if name in _SEPARATORS or name == "br" else "thing"
                yield Atom(kind, "", format_, (Thing(child, format_.elements),), wrappers, _NAMES.get(name, ""))


class Drawing:
    """Paragraphs `a:p` of slides, charts and shapes."""

    def kept(self, child: etree._Element) -> bool:
        """Keep the paragraph's properties, those of its end among them."""
        return local(child) in ("pPr", "endParaRPr")

    def text(self, text: str, format_: Format) -> list[etree._Element | str]:
        """Return text as a run."""
        return [_texts_run(format_, text)]

    def atoms(self, paragraph: etree._Element) -> Iterator[Atom]:
        """Take a paragraph apart."""
        yield from _with_breaks(list(self._atoms(paragraph)))

    def _atoms(self, paragraph: etree._Element) -> Iterator[Atom]:
        for child in list(paragraph):
            name = local(child)
            if name == "r":
                text = _child(child, "t")
                # A tab in a slide is a character; cells of a sort, too.
                for number, piece in enumerate((text.text or "").split("\t") if text is not None else ()):
                    format_ = _format(child, "rPr")
                    if number:
                        tab = _texts_run(format_, "\t")
                        yield Atom("separator", things=(Thing(tab),))
                    if piece:
                        yield Atom("text", piece, format_)
            elif name == "br":
                yield Atom("separator", things=(Thing(child),))
            elif not self.kept(child):
                yield Atom("thing", things=(Thing(child),), name=_NAMES.get(name, ""), held="" if name != "" else None)


class Sheet:
    """Strings `si` and `is` of a workbook, with runs or without."""

    def kept(self, child: etree._Element) -> bool:
        """Drop nothing but what is read; how a string is pronounced goes, as its words do."""
        return False

    def text(self, text: str, format_: Format) -> list[etree._Element | str]:
        """Return text as a run, or as the plain text of the string."""
        plain = format_.key == ""
        outer = shell_of(format_.elements[0]) if plain else _run(format_)
        inner = outer if plain else etree.SubElement(outer, _same(outer, "t"))
        inner.text = text
        inner.set(_SPACE, "preserve")
        return [outer]

    def atoms(self, paragraph: etree._Element) -> Iterator[Atom]:
        """Take a string apart."""
        for child in list(paragraph):
            if local(child) == "t" and child.text:
                yield Atom("text", child.text, Format("", (child,)))
            elif local(child) == "r" and (text := _child(child, "t")) is not None and text.text:
                yield Atom("text", text.text, _format(child, "rPr"))


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in element if local(child) == name), None)


def _same(element: etree._Element, name: str) -> str:
    return f"{{{etree.QName(element).namespace}}}{name}"


def _format(run: etree._Element, properties: str) -> Format:
    """Return the format of a run; the element is the run without its content."""
    shell = etree.Element(run.tag, nsmap=run.nsmap)  # type: ignore[arg-type]
    found = _child(run, properties)
    if found is None:
        return Format("plain", (shell,))
    shell.append(deepcopy(found))
    seen = deepcopy(found)
    for child in list(seen):
        if local(child) in _UNSEEN:
            seen.remove(child)
    for name in _UNSEEN_ATTRIBUTES & set(map(str, seen.attrib)):
        del seen.attrib[name]
    plain = not len(seen) and not seen.attrib
    return Format("plain" if plain else _canonical(seen), (shell,))


def _canonical(element: etree._Element) -> str:
    written: bytes = etree.tostring(element, method="c14n")
    return written.decode()


def _texts_run(format_: Format, text: str) -> etree._Element:
    run = _run(format_)
    etree.SubElement(run, _same(run, "t")).text = text
    return run


def _run(format_: Format) -> etree._Element:
    return deepcopy(format_.elements[0])


def _with_breaks(atoms: list[Atom]) -> Iterator[Atom]:
    """Let a line break in the middle of a sentence be a thing, so that the sentence stays whole."""
    for n, atom in enumerate(atoms):
        if atom.kind == "separator" and _is_break(atom) and not _ends_sentence(atoms, n):
            # The space keeps the words on both sides apart.
            yield Atom("text", " ", _near(atoms, n), wrappers=atom.wrappers)
            yield Atom("thing", things=atom.things, format=atom.format, wrappers=atom.wrappers)
        else:
            yield atom


def _is_break(atom: Atom) -> bool:
    element = atom.things[0].element
    return local(element) == "br" and not element.attrib


def _near(atoms: list[Atom], n: int) -> Format:
    return next((atom.format for atom in reversed(atoms[:n]) if atom.kind == "text"), atoms[n].format)


def _ends_sentence(atoms: list[Atom], n: int) -> bool:
    before, after = atoms[n - 1] if n else None, atoms[n + 1] if n + 1 < len(atoms) else None
    if before is None or after is None or before.kind != "text" or after.kind != "text":
        return True
    if before.wrappers != atoms[n].wrappers or after.wrappers != atoms[n].wrappers:
        return True
    return bool(_SENTENCE_END.search(before.text[-50:])) or not after.text.lstrip()[:1].islower()


def _fields(atoms: list[Atom]) -> list[Atom]:
    """Join each complex field, from its begin to its end, into one thing, or into a link around its text."""
    found: list[Atom] = []
    n = 0
    while n < len(atoms):
        end = _field_end(atoms, n) if _field_char(atoms[n]) == "begin" else None
        if end is None:
            found.append(atoms[n])
            n += 1
        else:
            found += _field(atoms[n : end + 1])
            n = end + 1
    return found


def _field_char(atom: Atom) -> str:
    for thing in atom.things:
        if local(thing.element) == "fldChar":
            return next((str(value) for name, value in thing.element.items() if str(name).endswith("fldCharType")), "")
    return ""


def _field_end(atoms: list[Atom], start: int) -> int | None:
    depth = 0
    for n in range(start, len(atoms)):
        depth += {"begin": 1, "end": -1}.get(_field_char(atoms[n]), 0)
        if depth == 0:
            return n if atoms[n].wrappers == atoms[start].wrappers else None
    return None


def _field(atoms: list[Atom]) -> list[Atom]:
    cut = next((n for n, atom in enumerate(atoms) if _field_char(atom) == "separate"), len(atoms) - 1)
    code = "".join(
        thing.element.text or "" for atom in atoms[:cut] for thing in atom.things if local(thing.element) == "instrText"
    )
    shown = atoms[cut + 1 : -1]
    outer = atoms[0].wrappers
    if not _TEXT_FIELD.match(code):
        held = "".join(atom.text for atom in shown)
        things = tuple(thing for atom in atoms for thing in _as_things(atom))
        return [Atom("thing", things=things, wrappers=outer, name="field", held=held)]
    if any(atom.kind == "separator" or _field_char(atom) for atom in shown):
        return atoms
    before = tuple(thing for atom in atoms[: cut + 1] for thing in atom.things)
    if not shown:
        return [Atom("thing", things=(*before, *atoms[-1].things), wrappers=outer)]
    link = Wrapper("link", before=before, after=atoms[-1].things)
    return [replace(atom, wrappers=(*outer, link, *atom.wrappers[len(outer) :])) for atom in shown]


def _as_things(atom: Atom) -> tuple[Thing, ...]:
    if atom.kind != "text":
        return atom.things
    run = _run(atom.format)
    node = etree.SubElement(run, _same(run, "t"))
    node.text = atom.text
    node.set(_SPACE, "preserve")
    return (Thing(run),)
