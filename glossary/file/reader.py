"""From the tree of a glossary file to its records, with every problem reported where it stands."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from glossary.file.report import nearest, shown
from glossary.file.tree import NULLS, Mapping, Scalar, Sequence
from glossary.model import Concept, Names, PersonNames

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from collections.abc import Mapping as Mapping_

    from glossary.file.report import Report
    from glossary.file.tree import Node

MAX_NAME_CHARS = 200
MAX_TEXT_CHARS = 10_000
MAX_ID_CHARS = 100
_MAX_TAG_CHARS = 35  # RFC 5646, section 4.4.1: what every implementation must accept

KINDS = ("place", "person", "organisation", "term")
MATCHES = ("smart", "sensitive", "any")
CONCEPT_KEYS = ("kind", "names", "except", "near", "match", "romanise", "note", "source")
NAMES_KEYS = ("preferred", "admitted", "deprecated", "forms")
PERSON_KEYS = ("given", "family", "alone")
# Cases as the dictionaries of Russian, Ukrainian, Polish, Czech and Serbo-Croatian name them, plural with `.pl`.
CASES = ("nom", "gen", "dat", "acc", "ins", "loc", "voc", "par", "abl", "ill", "ine", "ela", "all", "ade", "ess", "tra")

_CASE = re.compile(rf"(?:{'|'.join(CASES)})(?:\.(?:sg|pl))?(?:\.[mfn])?")
_NOTHING: Mapping_[str, Any] = MappingProxyType({})

_ID = re.compile(r"[^\W_][\w.-]*")
# What must not be in a name: controls, direction marks, zero-width and soft hyphens, halves of surrogate pairs, white
# space other than single inner spaces. Zero-width joiners belong to the spelling in Persian and the scripts of India.
_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SPACING = re.compile(r"^\s|\s$|\s\s|[^\S \u00a0\u202f]")
_LETTER = re.compile(r"[^\W_]")


@lru_cache(maxsize=4096)
def canonical_tag(tag: str) -> str | None:
    """Return a language tag as BCP-47 writes it (`pt-br` is `pt-BR`), None when it is none.

    >>> canonical_tag("zh-hans"), canonical_tag("english")
    ('zh-Hans', None)
    """
    import langcodes  # 50 ms, and no glossary is read without need
    from langcodes.tag_parser import LanguageTagError

    try:
        language = langcodes.get(tag) if tag and len(tag) <= _MAX_TAG_CHARS else None
    except LanguageTagError:
        return None
    if language is None or not language.is_valid() or language.language in (None, "und"):
        return None
    return str(language)


def read_concept(key: Scalar, node: Node, *, report: Report) -> Concept | None:
    """Return the concept that stands under `key`; None when it has no names that could be used."""
    report.concept = key.text[:MAX_ID_CHARS]
    try:
        return _Reader(report).concept(key, node)
    finally:
        report.concept = ""


def name_faults(name: str) -> list[tuple[str, str, str]]:
    """Return what is wrong with a name: code, message and remedy of each fault; empty for a good one."""
    faults = []
    if len(name) > MAX_NAME_CHARS:
        limit = f"shorten it to {MAX_NAME_CHARS} characters"
        faults.append(("G115", f"the name {shown(name)} is {len(name):,} characters long", limit))
    hidden = _HIDDEN.search(name)
    if hidden:
        what = f"the name {shown(name)} holds the invisible U+{ord(hidden.group()):04X}"
        faults.append(("G114", what, "type the name afresh"))
    elif _SPACING.search(name):
        faults.append(("G114", f"white space around or doubled in {shown(name)}", "keep single spaces inside the name"))
    if not _LETTER.search(name):
        what = f"the name {shown(name)} has no letter or digit" if name else "an empty name"
        faults.append(("G113", what, "write the name, or remove the entry"))
    return faults


class _Reader:
    def __init__(self, report: Report) -> None:
        self.report = report

    def concept(self, key: Scalar, node: Node) -> Concept | None:
        self._id(key)
        if not isinstance(node, Mapping):
            self._wrong(node, "a concept", "keys and values such as kind: and names:")
            return None
        fields = self._fields(node, CONCEPT_KEYS)
        kind = self._kind(node, fields)
        names = self._languages(fields["names"], kind) if "names" in fields else None
        if "names" not in fields or (isinstance(fields["names"], Mapping) and not fields["names"].items):
            remedy = "name the concept in at least one language: names: {en: ...}"
            self.report.error("G111", "a concept without names", remedy, at=fields.get("names", key))
        return Concept(
            id=key.text,
            kind=kind,  # type: ignore[arg-type]  # checked against KINDS
            names=names or {},
            excepts=self._phrases(fields, "except"),
            near=self._phrases(fields, "near"),
            match=self._choice(fields, "match", MATCHES, "smart"),  # type: ignore[arg-type]
            romanise=self._flag(fields, "romanise"),
            note=self._note(fields, "note"),
            source=self._note(fields, "source"),
            line=key.line,
        )

    def _id(self, key: Scalar) -> None:
        if not _ID.fullmatch(key.text) or len(key.text) > MAX_ID_CHARS:
            remedy = f"use up to {MAX_ID_CHARS} letters, digits, hyphens, dots and underscores, a letter or digit first"
            self.report.error("G110", f"the concept id {shown(key.text)} cannot be used", remedy, at=key)

    def _kind(self, node: Mapping, fields: dict[str, Node]) -> str:
        if "kind" not in fields:
            self.report.error("G116", "the concept has no kind", f"add kind: one of {', '.join(KINDS)}", at=node)
        return self._choice(fields, "kind", KINDS, "term")

    def _fields(self, node: Mapping, allowed: Collection[str]) -> dict[str, Node]:
        fields = {}
        for text, (key, value) in node.items.items():
            if text in allowed:
                fields[text] = value
            else:
                self.report.error("G108", f"unknown key {shown(text)}", nearest(text, allowed), at=key)
        return fields

    def _languages(self, node: Node, kind: str) -> dict[str, Names | PersonNames] | None:
        return self._by_language(node, "names", lambda value: self._entry(value, kind))

    def _by_language(self, node: Node, what: str, read: Callable[[Node], Any]) -> dict[str, Any] | None:
        if not isinstance(node, Mapping):
            self._wrong(node, what, "one line a language, such as en: ...")
            return None
        found: dict[str, Any] = {}
        for text, (key, value) in node.items.items():
            lang = canonical_tag(text)
            if lang is None:
                remedy = "use a BCP-47 tag such as en, uk, pt-BR or zh-Hans"
                self.report.error("G112", f"{shown(text)} is no language tag", remedy, at=key)
            elif lang in found:
                self.report.error("G105", f"the language {lang} stands twice", "keep one of the two", at=key)
            content = read(value)
            if lang is not None and content is not None:
                found.setdefault(lang, content)
        return found

    def _entry(self, node: Node, kind: str) -> Names | PersonNames | None:
        if isinstance(node, Mapping) and not node.items.keys().isdisjoint(PERSON_KEYS):
            if kind != "person":
                remedy = "write the whole name as one, or make it kind: person"
                self.report.error("G117", f"given and family are for a person, not a {kind}", remedy, at=node)
            return self._person(node)
        return self._names(node, "a language's entry")

    def _person(self, node: Mapping) -> PersonNames | None:
        fields = self._fields(node, PERSON_KEYS)
        for part in ("given", "family"):
            if part not in fields:
                remedy = f"add {part}:, or write the whole name as one"
                self.report.error("G117", f"the person's name has no {part} name", remedy, at=node)
        parts = {part: self._names(fields[part], part) for part in ("given", "family") if part in fields}
        alone = self._flag(fields, "alone")
        given, family = parts.get("given"), parts.get("family")
        if given is None or family is None:
            return None
        return PersonNames(given=given, family=family, alone=alone is not False)

    def _names(self, node: Node, what: str) -> Names | None:
        if isinstance(node, Scalar):
            preferred = self._name(node)
            return None if preferred is None else Names(preferred=preferred)
        if not isinstance(node, Mapping):
            self._wrong(node, what, "a name, or {preferred: ..., deprecated: [...]}")
            return None
        fields = self._fields(node, NAMES_KEYS)
        admitted, deprecated = self._list(fields, "admitted"), self._list(fields, "deprecated")
        forms = self._forms(fields)
        if "preferred" not in fields:
            self.report.error("G113", f"{what} has no preferred name", "add preferred:", at=node)
            return None
        preferred = self._name(fields["preferred"])
        if preferred is None:
            return None
        self._repeats(fields, preferred)
        return Names(preferred=preferred, admitted=admitted, deprecated=deprecated, forms=forms)

    def _name(self, node: Node) -> str | None:
        if not isinstance(node, Scalar):
            self._wrong(node, "a name", "text")
            return None
        if not node.is_text and node.text not in NULLS:
            remedy = f'put it in quotes: "{node.text[:40]}"'
            self.report.error("G109", f"{shown(node.text)} is not text but a number or yes/no value", remedy, at=node)
            return None
        faults = name_faults("" if not node.is_text else node.text)
        for code, message, remedy in faults:
            self.report.error(code, message, remedy, at=node)
        return None if faults else node.text

    def _list(self, fields: dict[str, Node], key: str) -> tuple[str, ...]:
        node = fields.get(key)
        return () if node is None else self._items(node, key)

    def _items(self, node: Node, what: str) -> tuple[str, ...]:
        if not isinstance(node, Sequence):
            example = f"[{node.text[:40]}]" if isinstance(node, Scalar) and node.text else "[...]"
            self._wrong(node, what, f"a list: {example}")
            return ()
        return tuple(name for name in map(self._name, node.items) if name is not None)

    def _repeats(self, fields: dict[str, Node], preferred: str) -> None:
        roles = {preferred: "preferred"}
        for role in ("admitted", "deprecated"):
            node = fields.get(role)
            for item in node.items if isinstance(node, Sequence) else ():
                if isinstance(item, Scalar):
                    before = roles.setdefault(item.text, "")
                    roles[item.text] = before or role
                    if before:
                        self._repeated(item, role, before)

    def _repeated(self, item: Scalar, role: str, before: str) -> None:
        name = shown(item.text)
        if role == "deprecated" and before != "deprecated":
            self.report.error("G118", f"{name} is {before} and deprecated at once", "remove one of the two", at=item)
        else:
            self.report.warning("G119", f"{name} stands twice: {before} and {role}", "remove one of the two", at=item)

    def _forms(self, fields: dict[str, Node]) -> Mapping_[str, str]:
        node = fields.get("forms")
        if node is None:
            return _NOTHING
        if not isinstance(node, Mapping):
            self._wrong(node, "forms", "one form a case, such as {gen: Donbasu, loc: Donbasie}")
            return _NOTHING
        forms = {}
        for text, (key, value) in node.items.items():
            if not _CASE.fullmatch(text):
                remedy = f"{nearest(text, CASES)}; a plural has .pl after it"
                self.report.warning("G124", f"{shown(text)} is no grammatical case", remedy, at=key)
            name = self._name(value)
            if name is not None:
                forms[text] = name
        return MappingProxyType(forms)

    def _phrases(self, fields: dict[str, Node], key: str) -> Mapping_[str, Any]:
        node = fields.get(key)
        if node is None:
            return _NOTHING
        found = self._by_language(node, key, lambda value: self._items(value, key))
        names = fields.get("names")
        named = {_base(text) for text in names.items} if isinstance(names, Mapping) else set()
        for text, (tag, _) in node.items.items() if isinstance(node, Mapping) and named else ():
            lang = canonical_tag(text)
            if lang and _base(text) not in named:
                what = f"{key} for {lang}, in which the concept has no name"
                self.report.warning("G123", what, f"add names: {{{lang}: ...}} or remove it", at=tag)
        return MappingProxyType(found or {})

    def _choice(self, fields: dict[str, Node], key: str, allowed: Collection[str], default: str) -> str:
        node = fields.get(key)
        if node is None:
            return default
        if isinstance(node, Scalar) and node.text in allowed:
            return node.text
        what = shown(node.text) if isinstance(node, Scalar) else "this"
        remedy = nearest(node.text if isinstance(node, Scalar) else "", allowed)
        self.report.error("G116", f"{what} is no {key}", remedy, at=node)
        return default

    def _flag(self, fields: dict[str, Node], key: str) -> bool | None:
        node = fields.get(key)
        if node is None:
            return None
        if isinstance(node, Scalar) and node.plain and node.text.lower() in ("true", "false"):
            return node.text.lower() == "true"
        self._wrong(node, key, "true or false")
        return None

    def _note(self, fields: dict[str, Node], key: str) -> str:
        node = fields.get(key)
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self._wrong(node, key, "text")
            return ""
        if len(node.text) > MAX_TEXT_CHARS:
            remedy = f"shorten it to {MAX_TEXT_CHARS:,} characters"
            self.report.error("G115", f"{key} is {len(node.text):,} characters long", remedy, at=node)
        return node.text

    def _wrong(self, node: Node, what: str, wanted: str) -> None:
        has = "a list" if isinstance(node, Sequence) else "keys and values" if isinstance(node, Mapping) else "one text"
        if isinstance(node, Scalar):
            has = f"the text {shown(node.text)}" if node.text else "nothing"
        self.report.error("G109", f"{what} is {has}", f"write {wanted}", at=node)


def _base(tag: str) -> str:
    return (canonical_tag(tag) or tag).partition("-")[0]
