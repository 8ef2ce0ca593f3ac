"""Find the names that texts spell in more than one way, and those that no concept covers.

Spellings belong together when their keys agree (romanise.sound) and they sound alike. Within one language that is a
wavering name; across a text and its translations it is one name in several languages. For each group there is a stub
in the form of the glossary file, ready to be looked over and pasted.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import regex

from glossary.discover.gazetteer import Offer, calendar, offers
from glossary.discover.sightings import Place, Sighting, Text, line_starts, places, sightings
from glossary.discover.stub import concept_id, stub
from glossary.errors import GlossaryError
from glossary.match import matcher, resolve
from glossary.romanise.sound import key, likeness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glossary.model import Glossary, Kind

__all__ = ["Discovery", "Found", "Group", "Place", "Text", "discover"]

MAX_CHARS = 50_000_000
MAX_TEXTS = 1000
_MIN_KEY_CHARS = 4
_MIN_NOUN_KEY_CHARS = 5  # where every noun is capitalised: Teil is not Tel
_NOUNS_LARGE = ("de", "lb")
_ALIKE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One spelling in one language: how often, the first places, the concept that covers it (empty when none does)."""

    spelling: str
    lang: str | None
    count: int
    places: tuple[Place, ...]
    concept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Spellings of one name, the most frequent first.

    `wavers_in` holds the languages (None where it is not known) that spell it in more than one way; `stub` is a
    concept for the glossary file, indented as there.
    """

    key: str
    spellings: tuple[Found, ...]
    wavers_in: tuple[str | None, ...]
    offers: tuple[Offer, ...]
    stub: str

    @property
    def count(self) -> int:
        """Return how often the name occurs, however spelt."""
        return sum(found.count for found in self.spellings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """All groups, those that waver first, and the names that no concept covers, each the most frequent first."""

    groups: tuple[Group, ...]
    uncovered: tuple[Found, ...]


def discover(texts: Sequence[Text], *, glossary: Glossary) -> Discovery:
    """Look through texts, which may be translations of each other, for names the glossary should know.

    A group all of whose spellings one concept covers is left out: the glossary has settled it. Texts in a script
    without capitals show no names.

    Raises: GlossaryError: more than 1,000 texts or 50 million characters.

    >>> from glossary.model import Glossary
    >>> found = discover([Text("a", "He left Donbass. In Donbas he stayed.", "en")], glossary=Glossary())
    >>> [spelling.spelling for spelling in found.groups[0].spellings]
    ['Donbass', 'Donbas']
    """
    n_chars = sum(len(text.text) for text in texts)
    if n_chars > MAX_CHARS or len(texts) > MAX_TEXTS:
        raise GlossaryError(
            f"{len(texts):,} texts with {n_chars:,} characters are more than {MAX_TEXTS:,} and {MAX_CHARS:,}; "
            "give fewer files at a time"
        )
    lines = {id(text): line_starts(text.text) for text in texts}
    seen = [entry for text in texts for entry in sightings(text, held=_held(text, glossary))]
    found = [(entry, _found(entry, lines[id(entry.text)])) for entry in seen]
    maker = _Maker(glossary, found)
    groups = sorted(maker.groups(), key=lambda group: (not group.wavers_in, -group.count, group.key))
    return Discovery(groups=tuple(groups), uncovered=_uncovered(found))


def _held(text: Text, glossary: Glossary) -> list[tuple[int, int, str]]:
    """Return what the glossary covers in a text; in every language that it has where the text's is not known."""
    langs = [text.lang] if text.lang else glossary.languages
    matches = itertools.chain.from_iterable(matcher(glossary, lang=lang).find(text.text) for lang in langs)
    return [(match.start, match.end, match.concept.id) for match in resolve(matches)]


def _found(entry: Sighting, starts: list[int]) -> Found:
    concept = entry.concepts.most_common(1)[0][0] if 2 * entry.concepts.total() > entry.count else ""
    where = places(entry, line_starts=starts)
    return Found(spelling=entry.spelling, lang=entry.lang, count=entry.count, places=where, concept=concept)


_Pairs: TypeAlias = list[tuple[Sighting, Found]]


class _Maker:
    """Puts spellings into groups, and remembers what it has told already."""

    def __init__(self, glossary: Glossary, found: _Pairs) -> None:
        self._glossary = glossary
        self._found = found
        self._told: set[str] = set()
        self._ids = set(glossary.concepts)
        self._langs = list(dict.fromkeys(what.lang for _, what in found))
        phrases = (_words(what.spelling) for entry, what in found if entry.n_words == 2)
        self._surnames = {_folded(words[-1]) for words in phrases if words}

    def groups(self) -> Iterator[Group]:
        """Yield the groups, single words first: a phrase makes one only where its words do not explain it."""
        by_key: dict[str, _Pairs] = defaultdict(list)
        for entry, what in self._found:
            sound = key(entry.spelling, lang=entry.lang)
            if len(sound) >= (_MIN_NOUN_KEY_CHARS if entry.lang in _NOUNS_LARGE else _MIN_KEY_CHARS):
                by_key[sound].append((entry, what))
        for sound, members in sorted(by_key.items(), key=lambda item: min(entry.n_words for entry, _ in item[1])):
            if len(members) > 1 and any(entry.within for entry, _ in members):
                spellings = _merged(what for _, what in _alike(members))
                if self._is_news(spellings):
                    self._told.update(_folded(what.spelling) for what in spellings)
                    yield self._group(sound, spellings)

    def _is_news(self, spellings: tuple[Found, ...]) -> bool:
        """Say whether there are two spellings that neither the glossary nor an earlier group has settled."""
        concepts = {what.concept for what in spellings}
        settled = len(concepts) == 1 and "" not in concepts
        explained = all(_explained(what.spelling, self._told) for what in spellings)
        return len({_folded(what.spelling) for what in spellings}) > 1 and not settled and not explained

    def _group(self, sound: str, spellings: tuple[Found, ...]) -> Group:
        by_lang: dict[str | None, set[str]] = {}
        for what in sorted(spellings, key=lambda what: self._langs.index(what.lang)):
            by_lang.setdefault(what.lang, set()).add(_folded(what.spelling))
        langs = [lang for lang in by_lang if lang]
        known = offers([what.spelling for what in spellings], langs=langs or ["en"])
        names = {lang or "und": _preferred_first(spellings, lang, known) for lang in by_lang}
        concept = next((what.concept for what in spellings if what.concept), "")
        if not concept:
            concept = concept_id(next(iter(names.values()))[0], taken=self._ids)
            self._ids.add(concept)
        return Group(
            key=sound,
            spellings=spellings,
            wavers_in=tuple(lang for lang, forms in by_lang.items() if len(forms) > 1),
            offers=known,
            stub=self._stub(concept, names, known, spellings),
        )

    def _stub(
        self, concept: str, names: dict[str, list[str]], known: tuple[Offer, ...], spellings: tuple[Found, ...]
    ) -> str:
        have = self._glossary.concepts.get(concept)
        person = not known and any(_folded(what.spelling) in self._surnames for what in spellings)
        kind: Kind = have.kind if have else "person" if person else "place"
        return stub(concept, kind=kind, names=names, offers=known, known=have is not None)


def _alike(members: _Pairs) -> _Pairs:
    """Return the members that sound like the most frequent one."""
    first = max(members, key=lambda pair: pair[1].count)[0].spelling
    return [(entry, what) for entry, what in members if likeness(first, entry.spelling) >= _ALIKE]


def _preferred_first(spellings: Iterable[Found], lang: str | None, known: Iterable[Offer]) -> list[str]:
    """Return the spellings of one language, the most frequent first; of two as frequent the one that a list has."""
    offered = {offer.spelling for offer in known}
    own = [what for what in spellings if what.lang == lang]
    own.sort(key=lambda what: (-what.count, what.spelling not in offered))
    return list({_folded(what.spelling): what.spelling for what in reversed(own)}.values())[::-1]


def _merged(found: Iterable[Found]) -> tuple[Found, ...]:
    """Return one entry a spelling and language, counts added, the most frequent first."""
    merged: dict[tuple[str, str | None], Found] = {}
    for what in found:
        known = merged.get((what.spelling, what.lang))
        merged[what.spelling, what.lang] = Found(
            spelling=what.spelling,
            lang=what.lang,
            count=what.count + (known.count if known else 0),
            places=((*known.places, *what.places) if known else what.places),
            concept=what.concept or (known.concept if known else ""),
        )
    return tuple(sorted(merged.values(), key=lambda what: (-what.count, what.places[:1])))


def _uncovered(found: _Pairs) -> tuple[Found, ...]:
    """Return the names that no concept covers; a word only if it also stands outside longer names."""
    phrases: Counter[tuple[str | None, str]] = Counter()
    for _, what in found:
        if " " in what.spelling or "-" in what.spelling:
            phrases.update({(what.lang, _folded(word)): what.count for word in _words(what.spelling)})
    alone = [
        what
        for entry, what in found
        if not what.concept
        and entry.within
        and _folded(what.spelling) not in calendar(what.lang or "en")
        and (entry.n_words > 1 or what.count > phrases[what.lang, _folded(what.spelling)])
    ]
    return _merged(alone)


def _explained(spelling: str, told: set[str]) -> bool:
    words = _words(spelling)
    return len(words) > 1 and any(_folded(word) in told for word in words)


def _words(spelling: str) -> list[str]:
    return [word for word in regex.split(r"[\s\-‐‑]+", spelling) if word]


@lru_cache(maxsize=65536)
def _folded(spelling: str) -> str:
    """Return a spelling without what is mere dress: capitals, kinds of apostrophes, hyphens and spaces."""
    dressed = regex.sub(r"[\u00a0\u202f]", " ", regex.sub(r"[‐‑]", "-", regex.sub(r"[’ʼ‘]", "'", spelling)))
    return unicodedata.normalize("NFC", dressed).casefold()
