"""Find the names of a glossary in a text of one language.

`Matcher.find` gives every match, `resolve` those that stay when each character has one owner: longest first, then
earliest. All names are looked up in one pass of an Aho-Corasick automaton over the folded text; a hit becomes a match
when word boundaries, case, grammatical form, `near` and `except` agree. In languages that inflect the automaton holds
the beginnings of names, and the forms of a name are worked out when its beginning is met for the first time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import regex
from ahocorasick_rs import AhoCorasick

from glossary import suffixes
from glossary.fold import UNSPACED, as_written, base, fold, folded_name, is_word
from glossary.model import Names, PersonNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glossary.fold import Folded
    from glossary.model import Concept, Glossary

Role: TypeAlias = Literal["preferred", "admitted", "deprecated"]

_RANK = {"preferred": 0, "admitted": 1, "deprecated": 2}
_LETTERS = regex.compile(r"\p{L}[\p{L}\p{M}]*")
# Letters that are written together with the word before which they stand: articles, prepositions, conjunctions.
_CLITICS = {
    "ar": ("وال", "بال", "كال", "فال", "لل", "ال", "و", "ف", "ب", "ك", "ل", "س"),
    "fa": (), "ur": (),
    "he": ("וב", "ול", "ומ", "וה", "שב", "של", "שה", "מה", "כש", "ב", "ל", "מ", "ה", "ו", "ש", "כ"),
}  # fmt: skip
_SUFFIXES = {
    "en": regex.compile(r"'s(?![\p{L}\p{M}])"), "nl": regex.compile(r"'s(?!\p{L})"),
    "tr": regex.compile(r"'\p{Ll}{1,8}(?!\p{L})"), "az": regex.compile(r"'\p{Ll}{1,8}(?!\p{L})"),
}  # fmt: skip
_MAX_CACHED = 24


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a match that one name covers: the whole of it, or the given or the family name of a person.

    `start`/`end` are offsets into the original text, endings included; `form` is the listed name found there.
    """

    start: int
    end: int
    form: str
    names: Names
    role: Role


@dataclass(frozen=True, slots=True)
class Match:
    """A name found: `text[start:end]`, in code points of the original text, its ending included."""

    start: int
    end: int
    concept: Concept
    role: Role
    parts: tuple[Part, ...]
    exact: bool

    @property
    def preferred(self) -> str:
        """Return the preferred name for what was found: a full name for a full name."""
        return " ".join(part.names.preferred for part in self.parts)


class Scan(NamedTuple):
    """What a text holds: names in the order of the text, and places where a name is ruled out by the glossary."""

    matches: list[Match]
    ruled_out: list[Match]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One listed form behind a pattern of the automaton; `given` are the given names that may stand before it."""

    form: str
    concept: Concept
    names: Names
    role: Role
    given: Names | None = None
    alone: bool = True
    shield: bool = False


class Matcher:
    """All names of a glossary in one language, compiled; safe to share between threads."""

    def __init__(self, glossary: Glossary, *, lang: str) -> None:
        self.lang = lang
        self._spaced = base(lang) not in UNSPACED
        self._clitics = _CLITICS.get(base(lang), ())
        patterns: dict[str, list[_Entry]] = {}
        for concept in glossary.concepts.values():
            for entry in _entries(concept, lang):
                key = suffixes.stem(folded_name(entry.form, lang), lang=lang)
                if key:
                    patterns.setdefault(key, []).append(entry)
        self._entries = list(patterns.values())
        self._automaton = AhoCorasick(list(patterns), store_patterns=False) if patterns else None

    def find(self, text: str) -> list[Match]:
        """Return every match in the order of the text, overlapping ones too."""
        return self.scan(text).matches

    def scan(self, text: str) -> Scan:
        """Return every match, and those that `except` or `near` rules out."""
        if self._automaton is None:
            return Scan([], [])
        folded = fold(text, lang=self.lang)
        matches: list[Match] = []
        shields: list[Match] = []
        for index, start, end in self._automaton.find_matches_as_indexes(folded.text, overlapping=True):
            for entry in self._entries[index]:
                match = self._match(entry, text, folded, start, end)
                if match:
                    (shields if entry.shield else matches).append(match)
        matches.sort(key=lambda match: (match.start, -match.end))
        if not shields and not any(match.concept.near for match in matches):
            return Scan(matches, [])
        out = [m for m in matches if _shielded(m, shields) or is_near(m.concept, folded.text, lang=self.lang) is False]
        return Scan([match for match in matches if match not in out], [*out, *shields])

    def _match(self, entry: _Entry, text: str, folded: Folded, start: int, end: int) -> Match | None:
        if self._spaced:
            if start and not self._begins(folded.text, start):
                return None
            end = self._form_end(entry, folded.text, start, end)
            if end < 0:
                return None
        whole = folded.span(start, end)
        surface = text[slice(*whole)]
        exact = surface.startswith(entry.form)
        if not exact and not case_fits(as_written(surface), as_written(entry.form), entry.concept.match):
            return None
        role = entry.role
        if role != "deprecated" and not exact and _miscased(as_written(surface), entry.form):
            role = "deprecated"
        part = Part(*whole, entry.form, entry.names, role)
        last = folded.span(start, end + _suffix_length(folded.text, end, self.lang))[1]
        given = self._given(entry, text, folded, start) if entry.given else None
        if given:
            both: Role = max(role, given.role, key=_RANK.__getitem__)
            return Match(given.start, last, entry.concept, both, (given, part), exact)
        return Match(part.start, last, entry.concept, role, (part,), exact) if entry.alone else None

    def _begins(self, text: str, start: int) -> bool:
        """Say whether a word begins at `start`, counting letters that are written together with it as none of it."""
        if not is_word(text[start - 1]):
            return True
        for clitic in self._clitics:
            before = start - len(clitic)
            if text.startswith(clitic, max(before, 0)) and (before <= 0 or not is_word(text[before - 1])):
                return before >= 0
        return False

    def _form_end(self, entry: _Entry, text: str, start: int, end: int) -> int:
        """Return where the form that begins at `start` ends, its ending included; -1 if there is none."""
        name = folded_name(entry.form, self.lang)
        if end - start == len(name) and (end == len(text) or not is_word(text[end])):
            return end
        stop = _same_words_end(text, start, name)
        if stop < 0 or stop - start > len(name) + 8:
            return -1
        fits = suffixes.is_form(
            text[start:stop], entry.form, lang=self.lang, kind=entry.concept.kind, explicit=entry.names.forms
        )
        return stop if fits else -1

    def _given(self, entry: _Entry, text: str, folded: Folded, start: int) -> Part | None:
        """Return the given name that stands right before `start`, if it is one of this person's."""
        given = entry.given
        before = regex.compile(r"[^\s]+ $").search(folded.text, max(0, start - 60), start)
        if given is None or before is None:
            return None
        for form, role in _forms(given):
            found = self._given_start(form, entry, folded.text, start)
            if found < 0:
                continue
            whole = folded.span(found, start - 1)
            if case_fits(as_written(text[slice(*whole)]), as_written(form), entry.concept.match):
                return Part(*whole, form, given, role)
        return None

    def _given_start(self, form: str, entry: _Entry, text: str, start: int) -> int:
        """Return where `form`, in any case, begins if it ends at the space before `start`; -1 otherwise."""
        name = folded_name(form, self.lang)
        n_words = name.count(" ") + 1
        at = start - 1
        for _ in range(n_words):
            at = text.rfind(" ", 0, at)
            if at < 0:
                break
        surface = text[at + 1 : start - 1]
        lead = len(surface) - len(surface.lstrip("\"'«»„“”‘(["))
        surface = surface[lead:]
        explicit = entry.given.forms if entry.given else {}
        if suffixes.is_form(surface, form, lang=self.lang, kind="person", explicit=explicit):
            return at + 1 + lead
        return -1


def is_near(concept: Concept, text: str, *, lang: str) -> bool | None:
    """Say whether a word that must stand near a name stands in `text`, folded; None if none is asked for in `lang`."""
    words = concept.near.get(lang) or concept.near.get(base(lang))
    return any(_stands_in(folded_name(word, lang), text) for word in words) if words else None


def resolve(matches: Iterable[Match]) -> list[Match]:
    """Return the matches that stay when each character has one owner: longest, then earliest; in text order.

    Of matches of the same piece the one in the exact case stays, then the preferred before the admitted before the
    deprecated, then the first concept of the file.
    """
    chosen: list[Match] = []
    taken: list[tuple[int, int]] = []
    for match in sorted(matches, key=lambda m: (m.start - m.end, m.start, not m.exact, _RANK[m.role])):
        if all(match.end <= start or end <= match.start for start, end in taken):
            chosen.append(match)
            taken.append((match.start, match.end))
    return sorted(chosen, key=lambda match: match.start)


def matcher(glossary: Glossary, *, lang: str) -> Matcher:
    """Return the matcher of a glossary in a language; compiled on first use and kept for the next."""
    key = (glossary.fingerprint, lang)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    made = Matcher(glossary, lang=lang)
    with _lock:
        _cache[key] = made
        while len(_cache) > _MAX_CACHED:
            _cache.popitem(last=False)
    return made


_cache: OrderedDict[tuple[str, str], Matcher] = OrderedDict()
_lock = threading.Lock()


def case_fits(surface: str, form: str, rule: str) -> bool:
    """Say whether the capitals of `surface` allow it to be `form`.

    `smart`: a capitalised word never matches a lower-case one (but Kim Jong-un is Kim Jong Un), and an acronym only
    capitals.
    """
    if rule == "any":
        return True
    if rule == "sensitive":
        return all(a == b or a.lower() != b.lower() for a, b in zip(surface, form, strict=False))
    for found, wanted in zip(_LETTERS.finditer(surface), _LETTERS.findall(form), strict=False):
        if wanted[0].isupper() and found.group()[0].islower() and surface[found.start() - 1 : found.start()] != "-":
            return False
        if len(wanted) > 1 and wanted.isupper() and not found.group()[: len(wanted)].isupper():
            return False
    return True


def _miscased(surface: str, form: str) -> bool:
    """Say whether `surface` lacks the inner capitals of a form such as VKontakte, and is not all capitals."""
    return not surface.isupper() and any(
        wanted[1:] != wanted[1:].lower() and not wanted.isupper() and found[1 : len(wanted)] != wanted[1:]
        for found, wanted in zip(_LETTERS.findall(surface), _LETTERS.findall(form), strict=False)
    )


def _entries(concept: Concept, lang: str) -> Iterator[_Entry]:
    names = concept.named_in(lang)
    if isinstance(names, PersonNames):
        for form, role in _forms(names.family):
            yield _Entry(form, concept, names.family, role, names.given, names.alone)
    elif names:
        for form, role in _forms(names):
            yield _Entry(form, concept, names, role)
    if names:
        for phrase in concept.excepts.get(lang) or concept.excepts.get(base(lang)) or ():
            yield _Entry(phrase, concept, Names(preferred=phrase), "admitted", shield=True)


def _forms(names: Names) -> Iterator[tuple[str, Role]]:
    yield names.preferred, "preferred"
    for form in names.admitted:
        yield form, "admitted"
    for form in names.deprecated:
        yield form, "deprecated"


def _same_words_end(text: str, start: int, name: str) -> int:
    """Return where the words end that begin at `start` and are parted as those of `name` are; -1 if they are not."""
    at = start
    for word, gap in zip(_pieces(name), [*_gaps(name), ""], strict=True):
        apostrophes = word.count("'")
        while at < len(text) and (is_word(text[at]) or (text[at] == "'" and apostrophes)):
            apostrophes -= text[at] == "'"
            at += 1
        if gap and not text.startswith(gap, at):
            return -1
        at += len(gap)
    return at


def _suffix_length(text: str, end: int, lang: str) -> int:
    """Return how long the ending after an apostrophe is: Kharkiv's, Kiev'de."""
    pattern = _SUFFIXES.get(base(lang))
    suffix = pattern.match(text, end) if pattern and text.startswith("'", end) else None
    return len(suffix.group()) if suffix else 0


def _pieces(name: str) -> list[str]:
    return regex.split(r"[^\p{L}\p{M}\p{N}_']+", name)


def _gaps(name: str) -> list[str]:
    return regex.findall(r"[^\p{L}\p{M}\p{N}_']+", name)


def _shielded(match: Match, shields: Iterable[Match]) -> bool:
    return any(s.concept is match.concept and s.start <= match.start and match.end <= s.end for s in shields)


def _stands_in(word: str, text: str) -> bool:
    """Say whether a word of `text` begins with `word`: `near` words are met with any ending."""
    at = text.find(word)
    while at >= 0:
        if at == 0 or not is_word(text[at - 1]):
            return True
        at = text.find(word, at + 1)
    return False
