"""Term lists as tables: one row a concept and columns by language, or DeepL's pairs.

A column is named by its language, with a part of a person's name and a role where there is one: `en`, `en:deprecated`,
`uk.family`, `uk.family:admitted`, `pl:forms`, `en:except`, `en:near`. Several names in one cell are parted by `|`.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from glossary.file.reader import MATCHES, canonical_tag, name_faults
from glossary.file.report import nearest, shown
from glossary.file.tree import Point
from glossary.model import Concept, Kind, Names, PersonNames

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from glossary.file.report import Report
    from glossary.model import Glossary

_FIELDS = ("concept", "kind", "match", "romanise", "source", "note")
_ROLES = ("preferred", "admitted", "deprecated", "forms", "except", "near", "alone")
_COLUMN = re.compile(r"(?P<lang>[A-Za-z]{2,3}(?:[-_]\w{2,8})*)(?:\.(?P<part>given|family))?(?::(?P<role>\w+))?")
_ITEM = re.compile(r"(?:[^|\\]|\\.)+")
_DEEPL_COLUMNS = (2, 4)


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column holds: a field of the concept, or a language, a part of a name and a role."""

    field: str = ""
    lang: str = ""
    part: str = ""
    role: str = ""


class _RowError(Exception):
    """A row that cannot be used; the message says why, `remedy` what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def read(text: str, *, report: Report, kind: Kind, langs: tuple[str, str] | None) -> list[Concept]:
    """Read a table with a header; without one, the two or four columns that DeepL has."""
    rows = _rows(text, report)
    line, header = next(rows, (1, []))
    columns = [_column(cell) for cell in header]
    if not any(column is not None and column.lang for column in columns):
        if len(header) in _DEEPL_COLUMNS:
            return read_pairs(text, report=report, kind=kind, langs=langs)
        remedy = "name a column for each language, such as concept,kind,en,en:deprecated,es"
        report.error(
            "G201", f"no column of the table is a language: {shown(', '.join(header))}", remedy, at=Point(line, 1)
        )
        return []
    for n, cell in enumerate(header):
        if columns[n] is None:
            report.error("G201", f"the column {shown(cell)} is unknown", _advice(cell), at=Point(line, n + 1))
    concepts: dict[str, Concept] = {}
    for line, row in rows:
        try:
            concept = _concept(row, columns, kind, line, concepts)
            concepts[concept.id] = concept
        except _RowError as error:
            report.error("G202", str(error), error.remedy, at=Point(line, 1))
    return list(concepts.values())


def read_pairs(text: str, *, report: Report, kind: Kind, langs: tuple[str, str] | None) -> list[Concept]:
    """Read DeepL's two or four columns; rows of one source term become one concept."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    lines: dict[tuple[str, str], int] = {}
    for line, row in _rows(text, report):
        try:
            source, target, source_lang, target_lang = _pair(row, langs)
            entry = found.setdefault((source_lang, source), {source_lang: source})
            lines.setdefault((source_lang, source), line)
            if entry.setdefault(target_lang, target) != target:
                raise _RowError(
                    f"{shown(source)} is {shown(entry[target_lang])} in {target_lang} already, not {shown(target)}",
                    "keep one of the rows",
                )
        except _RowError as error:
            report.error("G202", str(error), error.remedy, at=Point(line, 1))
    concepts: dict[str, Concept] = {}
    for key, entry in found.items():
        id_ = _free(slug(key[1]), concepts)
        names = {lang: Names(preferred=name) for lang, name in entry.items()}
        concepts[id_] = Concept(id=id_, kind=kind, names=names, line=lines[key])
    return list(concepts.values())


def write(glossary: Glossary, *, delimiter: str) -> str:
    """Return the table of a glossary; `read` gives the same concepts back."""
    rows = [dict(_cells(concept)) for concept in glossary.concepts.values()]
    used = {key for row in rows for key in row}
    languages = sorted((key for key in used if key not in _FIELDS), key=_order)
    header = [field for field in _FIELDS if field in used or field in _FIELDS[:2]] + languages
    return _csv([header, *([row.get(key, "") for key in header] for row in rows)], delimiter)


def write_pairs(glossary: Glossary, *, source_lang: str, target_langs: Sequence[str]) -> str:
    """Return pairs from every spelling of a name in one language to the preferred one in others."""
    rows: dict[tuple[str, str], list[str]] = {}
    for concept in glossary.concepts.values():
        source = concept.named_in(source_lang)
        for lang in target_langs:
            target = concept.named_in(lang)
            for form, name in _pairs(source, target) if source and target else ():
                rows.setdefault((form, lang), [form, name, source_lang, lang])
    width = 2 if len(target_langs) == 1 else 4
    return _csv([row[:width] for row in rows.values()], ",")


def slug(name: str) -> str:
    """Return a concept id made of a name.

    >>> slug("Kryvyi Rih (city)")
    'kryvyi-rih-city'
    """
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:60].strip("-") or "concept"


def _rows(text: str, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of each row that is not empty; the line is the one on which the row begins."""
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    while True:
        line = before + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            report.error("G202", f"the row cannot be read: {error}", "close its quotation marks", at=Point(line, 1))
            row = []
        if row is None:
            return
        before = reader.line_num
        if any(cell.strip() for cell in row):
            yield line, [cell.strip() for cell in row]


def _column(cell: str) -> _Column | None:
    if cell.lower() in _FIELDS:
        return _Column(field=cell.lower())
    found = _COLUMN.fullmatch(cell)
    lang = canonical_tag(found["lang"]) if found else None
    if found is None or lang is None or (found["role"] or "preferred") not in _ROLES:
        return None
    return _Column(lang=lang, part=found["part"] or "", role=found["role"] or "preferred")


def _advice(cell: str) -> str:
    head, colon, role = cell.partition(":")
    return nearest(role, _ROLES) if colon and _column(head) else nearest(cell, _FIELDS)


def _concept(
    row: list[str], columns: Sequence[_Column | None], kind: Kind, line: int, others: dict[str, Concept]
) -> Concept:
    if len(row) != len(columns):
        remedy = "quote names that hold the separator, and leave no cell out"
        raise _RowError(f"the row has {len(row)} cells where the header has {len(columns)}", remedy)
    cells = [(column, cell) for column, cell in zip(columns, row, strict=True) if column is not None and cell]
    fields = {column.field: cell for column, cell in cells if column.field}
    parts: dict[str, dict[tuple[str, str], str]] = {}
    for column, cell in cells:
        if column.lang:
            parts.setdefault(column.lang, {})[column.part, column.role] = cell
    words = {
        role: {lang: _split(roles["", role]) for lang, roles in parts.items() if ("", role) in roles}
        for role in ("except", "near")
    }
    names = {lang: entry for lang, roles in parts.items() if (entry := _entry(lang, roles)) is not None}
    if not names:
        raise _RowError("the row has no name", "fill the column of a language")
    id_ = fields.get("concept") or _free(slug(next(iter(names.values())).preferred), others)
    if id_ in others:
        raise _RowError(f"the concept {shown(id_)} stands twice", f"line {others[id_].line} has it already")
    return Concept(
        id=id_,
        kind=_choice(fields, "kind", get_args(Kind), kind),
        names=names,
        excepts=words["except"],
        near=words["near"],
        match=_choice(fields, "match", MATCHES, "smart"),
        romanise={"true": True, "false": False, "": None}[_choice(fields, "romanise", ("true", "false"), "")],
        note=fields.get("note", ""),
        source=fields.get("source", ""),
        line=line,
    )


def _choice(fields: dict[str, str], key: str, allowed: Sequence[str], default: str) -> Any:  # noqa: ANN401 - a literal
    value = fields.get(key, default)
    if value != default and value not in allowed:
        raise _RowError(f"{shown(value)} is no {key}", nearest(value, allowed))
    return value


def _entry(lang: str, roles: dict[tuple[str, str], str]) -> Names | PersonNames | None:
    parted = {part for part, _ in roles if part}
    if not parted:
        return _names(lang, "", roles)
    given, family = _names(lang, "given", roles), _names(lang, "family", roles)
    if given is None or family is None:
        raise _RowError(f"the person has no {'family' if given else 'given'} name in {lang}", "fill both columns")
    return PersonNames(given=given, family=family, alone=roles.get(("", "alone"), "true") != "false")


def _names(lang: str, part: str, roles: dict[tuple[str, str], str]) -> Names | None:
    preferred = roles.get((part, "preferred"), "")
    lists = {role: _split(roles.get((part, role), "")) for role in ("admitted", "deprecated")}
    forms = [form.partition("=")[::2] for form in _split(roles.get((part, "forms"), ""))]
    for name in (preferred, *lists["admitted"], *lists["deprecated"], *(form for _, form in forms)):
        for _, message, remedy in name_faults(name) if name or any(lists.values()) or forms else ():
            raise _RowError(f"{lang}: {message}", remedy)
    if not preferred:
        return None
    return Names(preferred=preferred, **lists, forms=dict(forms))


def _split(cell: str) -> tuple[str, ...]:
    items = (re.sub(r"\\(.)", r"\1", item.strip()) for item in _ITEM.findall(cell))
    return tuple(item for item in items if item)


def _pair(row: list[str], langs: tuple[str, str] | None) -> tuple[str, str, str, str]:
    if len(row) not in _DEEPL_COLUMNS:
        raise _RowError(f"the row has {len(row)} cells; DeepL's lists have 2 or 4", "quote names that hold a comma")
    if len(row) == _DEEPL_COLUMNS[0] and langs is None:
        raise _RowError("the row does not say which languages it pairs", "give both, such as --from en --to es")
    pair = langs if langs and len(row) == _DEEPL_COLUMNS[0] else (row[2], row[3])
    tags = [canonical_tag(tag) for tag in pair]
    for tag, lang in zip(pair, tags, strict=True):
        if lang is None:
            raise _RowError(f"{shown(tag)} is no language tag", "use a BCP-47 tag such as en, uk or pt-BR")
    for name in row[:2]:
        for _, message, remedy in name_faults(name):
            raise _RowError(message, remedy)
    return row[0], row[1], str(tags[0]), str(tags[1])


def _free(id_: str, taken: dict[str, Concept]) -> str:
    number, free = 1, id_
    while free in taken:
        number += 1
        free = f"{id_}-{number}"
    return free


def _cells(concept: Concept) -> Iterator[tuple[str, str]]:
    yield "concept", concept.id
    yield "kind", concept.kind
    if concept.match != "smart":
        yield "match", concept.match
    if concept.romanise is not None:
        yield "romanise", str(concept.romanise).lower()
    yield from ((key, value) for key, value in (("source", concept.source), ("note", concept.note)) if value)
    for lang, names in concept.names.items():
        if isinstance(names, PersonNames):
            yield from _name_cells(f"{lang}.given", names.given)
            yield from _name_cells(f"{lang}.family", names.family)
            if not names.alone:
                yield f"{lang}:alone", "false"
        else:
            yield from _name_cells(lang, names)
    for role, words in (("except", concept.excepts), ("near", concept.near)):
        yield from ((f"{lang}:{role}", _joined(items)) for lang, items in words.items())


def _name_cells(column: str, names: Names) -> Iterator[tuple[str, str]]:
    yield column, names.preferred
    forms = tuple(f"{label}={form}" for label, form in names.forms.items())
    for role, items in (("admitted", names.admitted), ("deprecated", names.deprecated), ("forms", forms)):
        if items:
            yield f"{column}:{role}", _joined(items)


def _joined(items: Sequence[str]) -> str:
    return "|".join(re.sub(r"([|\\])", r"\\\1", item) for item in items)


def _order(column: str) -> tuple[str, str, int]:
    head, _, role = column.partition(":")
    lang, _, part = head.partition(".")
    return lang, "" if not part else "ab"[part == "family"], _ROLES.index(role or "preferred")


def _pairs(source: Names | PersonNames, target: Names | PersonNames) -> Iterator[tuple[str, str]]:
    """Yield each spelling of the source name and what it is in the target; family names pair with family names."""
    yield from ((form, target.preferred) for form in full_names(source))
    if isinstance(source, PersonNames) and isinstance(target, PersonNames) and source.alone:
        yield from ((form, target.family.preferred) for form in full_names(source.family))


def full_names(names: Names | PersonNames) -> list[str]:
    """Return every spelling of a name, the preferred first; of a person in parts, each given with each family name."""
    if isinstance(names, PersonNames):
        return [f"{given} {family}" for given in full_names(names.given) for family in full_names(names.family)]
    return list(dict.fromkeys((names.preferred, *names.admitted, *names.deprecated)))


def _csv(rows: list[list[str]], delimiter: str) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n" if delimiter == "," else "\n").writerows(rows)
    return stream.getvalue()
