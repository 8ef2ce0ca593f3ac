"""What the glossary knows: concepts, and per language the names they go by.

The words are those of ISO 30042 (TBX): a *concept* has, per language, one *preferred* name, *admitted* names that
are left alone and *deprecated* ones that are rewritten. Everything here is frozen; `fingerprint` identifies the
content and is part of the signature of every translation.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping  # noqa: TC003 - the JSON Schema is made from these types at run time
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, TypeVar

Kind: TypeAlias = Literal["place", "person", "organisation", "term"]
MatchCase: TypeAlias = Literal["smart", "sensitive", "any"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _nothing() -> Mapping[str, Any]:
    """Give the empty default; Python 3.11 takes a mapping proxy itself for a mutable one."""
    return _NOTHING


_Compiled = TypeVar("_Compiled")
_compiling = threading.RLock()  # what is compiled may need something else that is


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of one concept, or of one part of a person's name, in one language.

    `forms` maps a grammatical label (`gen`, `loc`, `dat.pl`, ...) to that form of the preferred name, for languages
    that no dictionary here inflects and for words that the dictionary gets wrong.
    """

    preferred: str
    admitted: tuple[str, ...] = ()
    deprecated: tuple[str, ...] = ()
    forms: Mapping[str, str] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNames:
    """A person's name in one language, given and family apart.

    Any variant of `given` may stand before any variant of `family`; the family name alone is a mention too unless
    `alone` is false; the given name alone never is.
    """

    given: Names
    family: Names
    alone: bool = True

    @property
    def preferred(self) -> str:
        """Return the full name as the house writes it: given, space, family."""
        return f"{self.given.preferred} {self.family.preferred}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One person, place, organisation or term.

    Args:
        names: canonical BCP-47 tag to names; a language that is not there has no rule.
        excepts: language to phrases in which the words mean something else (`Donbass Arena`).
        near: language to words of which one must stand in the sentence for a match to count.
        match: how case is treated; `smart` lets *Donbas* match DONBAS, but a capitalised name never a lower-case word.
        romanise: whether spellings derived from the Cyrillic names count as deprecated in Latin-script languages;
            None is the default of the kind (true for places and people).
        line: 1-based line in the glossary file, 0 when the concept did not come from one; not part of the content.
    """

    id: str
    kind: Kind
    names: Mapping[str, Names | PersonNames]
    excepts: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    near: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    match: MatchCase = "smart"
    romanise: bool | None = None
    note: str = ""
    source: str = ""
    line: int = field(default=0, compare=False)

    @property
    def romanised(self) -> bool:
        """Say whether romanisations are derived for this concept."""
        return self.kind in ("place", "person") if self.romanise is None else self.romanise

    def named_in(self, lang: str) -> Names | PersonNames | None:
        """Return the names in `lang` or, failing that, in the longest parent tag that has them (pt-BR, then pt)."""
        tag = lang
        while tag not in self.names:
            tag, dash, _ = tag.rpartition("-")
            if not dash:
                return None
        return self.names[tag]


@dataclass(frozen=True)
class Glossary:
    """All concepts, in the order of the file."""

    concepts: Mapping[str, Concept] = field(default_factory=_nothing)

    @cached_property
    def fingerprint(self) -> str:
        """Return 16 hexadecimal digits that change when, and only when, the content does; line numbers are none."""
        digest = hashlib.sha256()
        for concept in self.concepts.values():
            digest.update(_JSON.encode(_content(concept)).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:16]

    def compiled(self, kind: Callable[..., _Compiled], *, lang: str) -> _Compiled:
        """Return `kind(self, lang=lang)`, made on first use, whatever the threads, and kept as long as the glossary."""
        found: _Compiled | None = self._compiled.get((kind, lang))
        if found is None:
            with _compiling:
                found = self._compiled.get((kind, lang)) or kind(self, lang=lang)
                self._compiled[kind, lang] = found
        return found

    @cached_property
    def _compiled(self) -> dict[tuple[Any, str], Any]:
        return {}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Return every language in which some concept has a name, sorted."""
        return tuple(sorted({lang for concept in self.concepts.values() for lang in concept.names}))


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _content(concept: Concept) -> list[Any]:
    """Return what counts of a concept as JSON data; written out, for there may be a hundred thousand."""
    names = [(lang, _names(entry)) for lang, entry in sorted(concept.names.items())]
    words = [sorted(concept.excepts.items()), sorted(concept.near.items())]
    rest = [concept.match, concept.romanise, concept.note, concept.source]
    return [concept.id, concept.kind, names, *words, *rest]


def _names(names: Names | PersonNames) -> list[Any]:
    if isinstance(names, PersonNames):
        return [_names(names.given), _names(names.family), names.alone]
    return [names.preferred, names.admitted, names.deprecated, sorted(names.forms.items())]
