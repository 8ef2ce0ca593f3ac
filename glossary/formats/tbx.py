"""TBX, the term base exchange format of ISO 30042: version 3 (2019) in both styles, and version 2 (2008).

Read with expat and a handler for each thing that makes XML unsafe: entities are refused, a document type is passed
over (many version 2 files name a DTD) and never fetched, depth is bounded.

Source: ISO 30042:2019, TBX-Basic dialect; the older names of elements are those of ISO 30042:2008.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from glossary.file.reader import canonical_tag, name_faults
from glossary.file.report import shown
from glossary.file.tree import Point
from glossary.formats.table import full_names, slug
from glossary.model import Concept, Kind, Names, PersonNames

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glossary.file.report import Report
    from glossary.model import Glossary

_MAX_DEPTH = 32
_XML_LANG = "xml:lang"
_ENTRY, _LANGUAGE, _TERM = {"conceptEntry", "termEntry"}, {"langSec", "langSet"}, {"termSec", "tig", "ntig"}
# administrativeStatus and, in older files, what stood for it.
_STATUS = {
    "preferredTerm-admn-sts": "preferred", "preferred": "preferred", "preferredTerm": "preferred",
    "admittedTerm-admn-sts": "admitted", "admitted": "admitted", "admittedTerm": "admitted",
    "deprecatedTerm-admn-sts": "deprecated", "deprecated": "deprecated", "deprecatedTerm": "deprecated",
    "supersededTerm-admn-sts": "deprecated", "superseded": "deprecated", "supersededTerm": "deprecated",
    "notRecommended": "deprecated", "obsolete": "deprecated",
}  # fmt: skip
_STATUS_NOTES = {"administrativeStatus", "normativeAuthorization"}


class _RefusedError(Exception):
    """The file is not read: what is wrong and what to do."""


@dataclass(slots=True)
class _Term:
    text: str = ""
    role: str = ""
    line: int = 0


@dataclass(slots=True)
class _Entry:
    id: str
    line: int
    kind: str = ""
    note: str = ""
    source: str = ""
    terms: list[tuple[str, _Term]] = field(default_factory=list)


def read(data: bytes, *, report: Report, kind: Kind) -> list[Concept]:
    """Read a TBX file; an entry that cannot be used is reported with its line, and the rest is returned."""
    concepts: dict[str, Concept] = {}
    for entry in _Reader(report).entries(data):
        report.concept = entry.id
        concept = _concept(entry, kind, report)
        if concept is not None and concept.id in concepts:
            remedy = f"line {concepts[concept.id].line} has it already"
            report.error("G202", f"the entry {shown(concept.id)} stands twice", remedy, at=Point(entry.line, 1))
        elif concept is not None:
            concepts[concept.id] = concept
        report.concept = ""
    return list(concepts.values())


def write(glossary: Glossary, *, version: int) -> str:
    """Return the glossary as TBX-Basic of version 3 (DCA style) or 2."""
    entry, language, term = ("conceptEntry", "langSec", "termSec") if version == 3 else ("termEntry", "langSet", "tig")
    lines = []
    for concept in glossary.concepts.values():
        lines.append(f"<{entry} id={quoteattr(concept.id)}>")
        lines.append(f'  <descrip type="subjectField">{concept.kind}</descrip>')
        if concept.source:
            lines.append(f'  <admin type="source">{escape(concept.source)}</admin>')
        if concept.note:
            lines.append(f"  <note>{escape(concept.note)}</note>")
        for lang, names in concept.names.items():
            lines.append(f"  <{language} {_XML_LANG}={quoteattr(lang)}>")
            lines += (
                f"    <{term}><term>{escape(name)}</term>"
                f'<termNote type="administrativeStatus">{role}Term-admn-sts</termNote></{term}>'
                for name, role in _roles(names)
            )
            lines.append(f"  </{language}>")
        lines.append(f"</{entry}>")
    body = "\n".join(f"      {line}" for line in lines)
    return (_VERSION_3 if version == 3 else _VERSION_2).format(body=body)


_VERSION_3 = """\
<?xml version="1.0" encoding="UTF-8"?>
<tbx style="dca" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">
  <tbxHeader>
    <fileDesc>
      <sourceDesc><p>A glossary of names, written by exonym.</p></sourceDesc>
    </fileDesc>
  </tbxHeader>
  <text>
    <body>
{body}
    </body>
  </text>
</tbx>
"""
_VERSION_2 = """\
<?xml version="1.0" encoding="UTF-8"?>
<martif type="TBX-Basic" xml:lang="en">
  <martifHeader>
    <fileDesc>
      <sourceDesc><p>A glossary of names, written by exonym.</p></sourceDesc>
    </fileDesc>
  </martifHeader>
  <text>
    <body>
{body}
    </body>
  </text>
</martif>
"""


def _roles(names: Names | PersonNames) -> Iterator[tuple[str, str]]:
    """Yield every name with its role; a person in parts gives full names, and family names where they stand alone."""
    if not isinstance(names, PersonNames):
        yield names.preferred, "preferred"
        for role in ("admitted", "deprecated"):
            yield from ((name, role) for name in getattr(names, role))
        return
    kept = {
        f"{given} {family}"
        for given in (names.given.preferred, *names.given.admitted)
        for family in (names.family.preferred, *names.family.admitted)
    }
    yield names.preferred, "preferred"
    for name in full_names(names):
        if name != names.preferred:
            yield name, "admitted" if name in kept else "deprecated"
    for name, role in _roles(names.family) if names.alone else ():
        # A deprecated family name has no preferred full name to become, so it stays out.
        if role != "deprecated":
            yield name, "admitted"


def _concept(entry: _Entry, kind: Kind, report: Report) -> Concept | None:
    found: dict[str, list[_Term]] = {}
    fine = True
    for lang, term in entry.terms:
        tag = canonical_tag(lang.replace("_", "-"))
        faults = name_faults(term.text)
        if tag is None:
            faults = [("G112", f"{shown(lang)} is no language tag", "use a BCP-47 tag such as en, uk or pt-BR")]
        for _, message, remedy in faults:
            report.error("G202", message, remedy, at=Point(term.line, 1))
        if tag is not None and not faults:
            found.setdefault(tag, []).append(term)
        fine = fine and not faults
    if not found:
        if fine:
            report.error("G202", "the entry has no term", "add one, or remove the entry", at=Point(entry.line, 1))
        return None
    names = {lang: _names(terms) for lang, terms in found.items()}
    id_ = entry.id or slug(next(iter(names.values())).preferred)
    subject = next((known for known in get_args(Kind) if known == entry.kind.lower()), kind)
    return Concept(id=id_, kind=subject, names=names, note=entry.note, source=entry.source, line=entry.line)


def _names(terms: list[_Term]) -> Names:
    """Return the names of one language; preferred is the first that says so, or else the first without a status."""
    order = {"preferred": 0, "": 1, "admitted": 2, "deprecated": 3}
    preferred = min(terms, key=lambda term: order[term.role])
    rest = [term for term in terms if term.text != preferred.text]
    deprecated = dict.fromkeys(term.text for term in rest if term.role == "deprecated")
    admitted = dict.fromkeys(term.text for term in rest if term.text not in deprecated)
    return Names(preferred=preferred.text, admitted=tuple(admitted), deprecated=tuple(deprecated))


class _Reader:
    """Follows the elements of a TBX file and gathers entries."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._entries: list[_Entry] = []
        self._path: list[tuple[str, dict[str, str]]] = []
        self._text: list[str] = []
        self._lang = ""
        self._is_tbx = False
        self._parser = expat.ParserCreate(namespace_separator=None)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append
        self._parser.EntityDeclHandler = self._entity
        self._parser.SkippedEntityHandler = self._entity
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self._parser.buffer_text = True

    def entries(self, data: bytes) -> list[_Entry]:
        try:
            self._parser.Parse(data, True)
        except _RefusedError as error:
            self._report.error("G203", str(error), "write the text out, or export the file afresh", at=self._here())
            return []
        except expat.ExpatError as error:
            what = f"not XML: {expat.ErrorString(error.code)}"
            self._report.error("G203", what, "mend the element", at=Point(error.lineno, error.offset + 1))
            return []
        if not self._is_tbx:
            self._report.error(
                "G203", "the file is no TBX", "it begins with <tbx> or, of 2008, <martif>", at=Point(1, 1)
            )
        return self._entries

    def _here(self) -> Point:
        return Point(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)

    def _entity(self, name: str, *_: object) -> None:
        raise _RefusedError(f"the entity {shown(name)} is not allowed")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if len(self._path) >= _MAX_DEPTH:
            raise _RefusedError(f"elements are nested more than {_MAX_DEPTH} deep")
        self._path.append((name, attributes))
        if name != "hi":  # marks words inside a term or note
            self._text.clear()
        line = self._parser.CurrentLineNumber
        if name in ("tbx", "martif"):
            self._is_tbx = True
        elif name in _ENTRY:
            self._entries.append(_Entry(attributes.get("id", ""), line))
        elif name in _LANGUAGE:
            self._lang = attributes.get(_XML_LANG, "")
        elif name in _TERM and self._entries:
            self._entries[-1].terms.append((self._lang, _Term(line=line)))

    def _end(self, tag: str) -> None:
        del tag
        name, attributes = self._path.pop()
        text = " ".join("".join(self._text).split())
        if name == "hi":
            return
        self._text.clear()
        if not self._entries or not self._is_inside(_ENTRY):
            return
        entry, kind = self._entries[-1], attributes.get("type", name)
        if self._is_inside(_TERM) and entry.terms:
            term = entry.terms[-1][1]
            if name == "term":
                term.text = text
            elif kind in _STATUS_NOTES:
                term.role = _STATUS.get(text, "")
        elif not self._is_inside(_LANGUAGE):
            if kind == "subjectField":
                entry.kind = text
            elif name == "note":
                entry.note = text
            elif kind == "source":
                entry.source = text

    def _is_inside(self, names: set[str]) -> bool:
        return any(name in names for name, _ in self._path)
