"""Read a concept that is written as nearly all are, in a fraction of the time; leave any other to the real parser.

What is taken here is a small part of YAML that can mean one thing only: keys below each other, names without quotes,
lists and mappings on one line in the order of the model, or lists with a dash a line. A quotation mark, a comment
after a value, a repeated name, an unknown key, anything at all out of the ordinary: None, and libyaml decides. So
every problem is found and reported in one place, `reader`, and this module has no messages.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from glossary.file.reader import (
    CASES,
    CONCEPT_KEYS,
    KINDS,
    MATCHES,
    MAX_ID_CHARS,
    MAX_NAME_CHARS,
    MAX_TEXT_CHARS,
    canonical_tag,
)
from glossary.model import Concept, Names, PersonNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_Block: TypeAlias = "dict[str, str | list[str] | _Block]"
_Row: TypeAlias = tuple[str, str | None, str | None, str]

# A line: indentation, then a dash or a key, then what follows.
_LINE = re.compile(r"( *)(?:(-) |([\w.-]+):(?: |$))(.*)")
_REST = re.compile(r" *(?:#.*)?")
# Words of letters, digits and marks that mean nothing to YAML, parted by single spaces, a letter first.
_WORDS = r"[^\W\d_][\w.'’()/–-]*(?: [\w.'’()/–-]+)*"
_LIST = rf"\[({_WORDS}(?:, {_WORDS})*)\]"
_FORM = rf"[a-z]{{3}}(?:\.sg|\.pl)?: {_WORDS}"
_FORMS = rf"\{{({_FORM}(?:, {_FORM})*)\}}"
_BY_LANG = rf"[\w-]+: {_LIST}"
_NAME = re.compile(_WORDS)
_NAMES = re.compile(
    rf"\{{preferred: ({_WORDS})(?:, admitted: {_LIST})?(?:, deprecated: {_LIST})?(?:, forms: {_FORMS})?\}}"
)
_PART = rf"{_WORDS}|\{{[^{{}}]*\}}"
_PARTS = re.compile(rf"\{{given: ({_PART}), family: ({_PART})(?:, alone: (true|false))?\}}")
_ONE_LIST = re.compile(_LIST)
_ONE_FORMS = re.compile(_FORMS)
_PHRASES = re.compile(rf"\{{{_BY_LANG}(?:, {_BY_LANG})*\}}")
_PHRASE = re.compile(rf"([\w-]+): {_LIST}")
_TEXT = re.compile(r"[^\W\d_](?:[\w.'’()/,;+-]| (?![# ])|:(?=\w))*(?<! )")
_ID = re.compile(r"[^\W_][\w.-]*")

_NO_TEXT = frozenset({"null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"})
_KEYS = frozenset(CONCEPT_KEYS)
_TRUTH = {"true": True, "false": False, None: None}
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class _Unusual(Exception):  # noqa: N818 - no error: another reader takes over
    """This is none of what is read here."""


def read(text: str, *, line: int) -> Concept | None:
    """Return the concept that a piece of a glossary file holds; None when the real parser must look at it.

    Args: line: the line of the file on which the piece begins.
    """
    try:
        rows = _rows(text)
        fields, at = _block(rows, 1, len(rows[1][0]))
        indent, _, id_, rest = rows[0]
        if at != len(rows) or len(rows[1][0]) <= len(indent) or rest or id_ is None or not _ID.fullmatch(id_):
            return None
        return _concept(id_, fields, line) if len(id_) <= MAX_ID_CHARS else None
    except (_Unusual, IndexError):
        return None


def _rows(text: str) -> list[_Row]:
    rows = []
    for line in text.split("\n"):
        row = _LINE.fullmatch(line)
        if row is not None:
            rows.append(row.groups())
        elif not _REST.fullmatch(line):
            raise _Unusual
    return rows  # type: ignore[return-value]  # the four groups of _LINE


def _block(rows: list[_Row], at: int, indent: int) -> tuple[_Block, int]:
    """Return the keys that stand at `indent` from row `at` on, and the row after them."""
    fields: _Block = {}
    while at < len(rows):
        spaces, dash, key, rest = rows[at]
        if len(spaces) != indent or dash or key is None:
            break
        if key in fields:
            raise _Unusual
        at += 1
        if rest:
            fields[key] = rest
        elif rows[at][1] and len(rows[at][0]) >= indent:
            fields[key], at = _items(rows, at)
        elif len(rows[at][0]) > indent:
            fields[key], at = _block(rows, at, len(rows[at][0]))
        else:
            raise _Unusual
    return fields, at


def _items(rows: list[_Row], at: int) -> tuple[list[str], int]:
    items, indent = [], rows[at][0]
    while at < len(rows) and rows[at][1] and rows[at][0] == indent:
        items.append(rows[at][3])
        at += 1
    return items, at


def _concept(id_: str, fields: _Block, line: int) -> Concept:
    kind, names = fields.get("kind"), fields.get("names")
    match, romanise = fields.get("match", "smart"), fields.get("romanise")
    if not fields.keys() <= _KEYS or kind not in KINDS or match not in MATCHES or not isinstance(names, dict):
        raise _Unusual
    by_language: dict[str, Names | PersonNames] = {}
    for tag, value in names.items():
        lang = canonical_tag(tag)
        if lang is None or lang in by_language:
            raise _Unusual
        by_language[lang] = _entry(value, kind)
    if romanise not in ("true", "false", None):
        raise _Unusual
    return Concept(
        id=id_,
        kind=kind,  # type: ignore[arg-type]  # one of KINDS
        names=by_language,
        excepts=_phrases(fields.get("except"), by_language),
        near=_phrases(fields.get("near"), by_language),
        match=match,  # type: ignore[arg-type]  # one of MATCHES
        romanise=_TRUTH[romanise],
        note=_text(fields.get("note")),
        source=_text(fields.get("source")),
        line=line,
    )


def _entry(value: str | list[str] | _Block, kind: object) -> Names | PersonNames:
    if isinstance(value, dict) and "given" in value and kind == "person":
        if not value.keys() <= {"given", "family", "alone"} or value.get("alone", "true") not in ("true", "false"):
            raise _Unusual
        given, family = _names(value["given"]), _names(value.get("family", []))
        return PersonNames(given=given, family=family, alone=value.get("alone") != "false")
    if isinstance(value, str) and kind == "person":
        parts = _PARTS.fullmatch(value)
        if parts is not None:
            own, shared, alone = parts.groups()
            return PersonNames(given=_names(own), family=_names(shared), alone=alone != "false")
    return _names(value)


def _names(value: str | list[str] | _Block) -> Names:
    if isinstance(value, str):
        if _NAME.fullmatch(value):
            return Names(preferred=_checked((value,))[0])
        found = _NAMES.fullmatch(value)
        if found is None:
            raise _Unusual
        preferred, admitted, deprecated, forms = found.groups()
        lists = [tuple(items.split(", ")) if items else () for items in (admitted, deprecated)]
        return _made(preferred, lists[0], lists[1], _labelled(forms.split(", ")) if forms else _NOTHING)
    if isinstance(value, list) or not value.keys() <= {"preferred", "admitted", "deprecated", "forms"}:
        raise _Unusual
    preferred, forms = value.get("preferred"), value.get("forms")
    if not isinstance(preferred, str) or not _NAME.fullmatch(preferred):
        raise _Unusual
    return _made(preferred, _list(value.get("admitted")), _list(value.get("deprecated")), _forms(forms))


def _made(preferred: str, admitted: tuple[str, ...], deprecated: tuple[str, ...], forms: Mapping[str, str]) -> Names:
    names = (preferred, *admitted, *deprecated)
    if len(set(names)) != len(names):
        raise _Unusual
    _checked(names)
    return Names(preferred=preferred, admitted=admitted, deprecated=deprecated, forms=forms)


def _checked(names: Iterable[str]) -> Any:  # noqa: ANN401 - what was given
    for name in names:
        if len(name) > MAX_NAME_CHARS or name in _NO_TEXT:
            raise _Unusual
    return names


def _list(value: str | list[str] | _Block | None) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list):
        if all(map(_NAME.fullmatch, value)):
            return tuple(value)
        raise _Unusual
    found = _ONE_LIST.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _Unusual
    return tuple(found[1].split(", "))


def _forms(value: str | list[str] | _Block | None) -> Mapping[str, str]:
    if value is None:
        return _NOTHING
    if isinstance(value, dict):
        return _labelled(f"{label}: {form}" for label, form in value.items())
    found = _ONE_FORMS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _Unusual
    return _labelled(found[1].split(", "))


def _labelled(pairs: Iterable[str]) -> Mapping[str, str]:
    forms: dict[str, str] = {}
    for pair in pairs:
        label, _, form = pair.partition(": ")
        if label in forms or label[:3] not in CASES or label[3:] not in ("", ".sg", ".pl") or not _NAME.fullmatch(form):
            raise _Unusual
        forms[label] = form
    _checked(forms.values())
    return MappingProxyType(forms)


def _phrases(value: str | list[str] | _Block | None, names: Mapping[str, object]) -> Mapping[str, tuple[str, ...]]:
    if value is None:
        return _NOTHING
    if isinstance(value, str) and _PHRASES.fullmatch(value):
        pairs = [(tag, tuple(items.split(", "))) for tag, items in _PHRASE.findall(value)]
    elif isinstance(value, dict):
        pairs = [(tag, _list(items)) for tag, items in value.items()]
    else:
        raise _Unusual
    found: dict[str, tuple[str, ...]] = {}
    named = {lang.partition("-")[0] for lang in names}
    for tag, items in pairs:
        lang = canonical_tag(tag)
        if lang is None or lang in found or lang.partition("-")[0] not in named:
            raise _Unusual
        found[lang] = _checked(items)
    return MappingProxyType(found)


def _text(value: str | list[str] | _Block | None) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not _TEXT.fullmatch(value) or len(value) > MAX_TEXT_CHARS:
        raise _Unusual
    return value
