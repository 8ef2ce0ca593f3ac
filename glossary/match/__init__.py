"""Find the names of a glossary in a text of one language.

`Matcher.find` gives every match, `resolve` those that stay when each character has one owner: longest first, then
earliest. One pass (`lookup`) says where a form may begin; it is a match when word boundaries, case, grammatical
form, `near` and `except` agree. The forms of a name are worked out when its beginning is met for the first time.
"""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import regex

from glossary.fold import UNSPACED, as_written, base, fold, folded_name, is_word, word_end
from glossary.inflect import suffixes
from glossary.match.lookup import Lookup, spellings
from glossary.model import Names, PersonNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from glossary.fold import Folded
    from glossary.model import Concept, Glossary

Role: TypeAlias = Literal["preferred", "admitted", "deprecated"]

_RANK = {"preferred": 0, "admitted": 1, "deprecated": 2}
_LETTERS = regex.compile(r"\p{L}[\p{L}\p{M}]*")
_SUFFIXES = {
    "en": regex.compile(r"'s(?![\p{L}\p{M}])"), "nl": regex.compile(r"'s(?!\p{L})"),
    "tr": regex.compile(r"'\p{Ll}{1,8}(?!\p{L})"), "az": regex.compile(r"'\p{Ll}{1,8}(?!\p{L})"),
}  # fmt: skip
_GAP = regex.compile(r"[^\p{L}\p{M}\p{N}_']+")
_JOINTS = frozenset({" ", "-"})
_STOP = regex.compile(r"[.!?…](?=\s+\p{Lu})|\n|[。！？]")
_MAX_SENTENCE_CHARS = 600
_MAX_ENDING_CHARS = 8
_KEPT_ENTRIES = 4096
_KEPT_SCANS = 256
_SENTENCE_CHARS = 1000  # longest text whose names are kept
_MAX_FORMS = 1 << 32  # of one concept, so that a concept and a form of it make one number


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
    """A name found: `text[start:end]`, in code points of the original text, its ending included.

    `exact` says that it has the capitals of the listed form, `literal` that it is that form without any ending.
    """

    start: int
    end: int
    concept: Concept
    role: Role
    parts: tuple[Part, ...]
    exact: bool
    literal: bool = False

    @property
    def preferred(self) -> str:
        """Return the preferred name for what was found: a full name for a full name."""
        return " ".join(part.names.preferred for part in self.parts)


class Scan(NamedTuple):
    """What a text holds: names in the order of the text, and places where a name is ruled out by the glossary."""

    matches: tuple[Match, ...]
    ruled_out: tuple[Match, ...]


class _Entry(NamedTuple):
    """One listed form behind a pattern of the automaton; `given` are the given names that may stand before it.

    `name` is its compare-form, there when the entry is used.
    """

    form: str
    concept: Concept
    names: Names
    role: Role
    given: Names | None = None
    alone: bool = True
    shield: bool = False
    name: str = ""


class Matcher:
    """All names of a glossary in one language, compiled; safe to share between threads."""

    def __init__(self, glossary: Glossary, *, lang: str) -> None:
        self.lang = lang
        self._spaced = base(lang) not in UNSPACED
        self._keeps_letters = base(lang) != "ru"  # which may write ё for a listed е
        self._concepts = list(glossary.concepts.values())
        self._lookup = Lookup(self._forms(), lang=lang)
        self._entry = lru_cache(_KEPT_ENTRIES)(self._made_entry)
        self._scan_again = lru_cache(_KEPT_SCANS)(self._scan)

    def _forms(self) -> Iterator[tuple[str, bool, int]]:
        for i, concept in enumerate(self._concepts):
            for j, entry in enumerate(_entries(concept, self.lang)):
                yield entry.form, concept.match == "smart" and entry.form[:1].isupper(), i * _MAX_FORMS + j

    def _made_entry(self, number: int) -> _Entry:
        """Return the form of that number; made when it is met, since a million of them would fill the memory."""
        i, j = divmod(number, _MAX_FORMS)
        entry = next(itertools.islice(_entries(self._concepts[i], self.lang), j, None))
        return entry._replace(name=folded_name(entry.form, self.lang))

    def find(self, text: str) -> list[Match]:
        """Return every match in the order of the text, overlapping ones too."""
        return list(self.scan(text).matches)

    def scan(self, text: str) -> Scan:
        """Return every match, and those that `except` or `near` rules out.

        What was found in the latest sentences is kept: one is settled against every language and every hypothesis.
        """
        return self._scan_again(text) if len(text) <= _SENTENCE_CHARS else self._scan(text)

    def _scan(self, text: str) -> Scan:
        folded = fold(text, lang=self.lang)
        matches: list[Match] = []
        shields: list[Match] = []
        for number, start in self._lookup.hits(folded):
            entry = self._entry(number)
            match = self._match(entry, text, folded, start)
            if match:
                (shields if entry.shield else matches).append(match)
        matches.sort(key=lambda match: (match.start, -match.end))
        shields.sort(key=lambda match: match.start)
        if not shields and not any(match.concept.near for match in matches):
            return Scan(tuple(matches), ())
        out = [m for m in matches if _shielded(m, shields) or is_near(m, text, lang=self.lang) is False]
        ruled_out = set(map(id, out))
        return Scan(tuple(match for match in matches if id(match) not in ruled_out), (*out, *shields))

    def _match(self, entry: _Entry, text: str, folded: Folded, start: int) -> Match | None:
        end = self._form_end(entry, folded, start)
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
        last = folded.span(start, end + _suffix_length(folded.lower(end, end + 12), self.lang))[1]
        given = self._given(entry, text, folded, start) if entry.given else None
        if given:
            both: Role = max(role, given.role, key=_RANK.__getitem__)
            return Match(given.start, last, entry.concept, both, (given, part), exact, surface == entry.form)
        if not entry.alone:
            return None
        return Match(part.start, last, entry.concept, role, (part,), exact, surface == entry.form)

    def _form_end(self, entry: _Entry, folded: Folded, start: int) -> int:
        """Return where the form that begins at `start` ends, its ending included; -1 if there is none."""
        name = entry.name
        text = folded.lower(start, start + 2 * len(name) + _MAX_ENDING_CHARS)
        for spelt in spellings(name):
            after = text[len(spelt) : len(spelt) + 1]
            if text.startswith(spelt) and not (self._spaced and after and is_word(after)):
                return start + len(spelt)
        lax = entry.role == "deprecated" and not entry.shield
        fixed = self._keeps_letters and not entry.names.forms
        stop = _same_words_end(text, name, lax=lax, fixed=fixed) if self._spaced else -1
        if stop < 0 or stop > len(name) + _MAX_ENDING_CHARS:
            return -1
        surface = joined_as(text[:stop], name) if lax else text[:stop]
        kind, explicit = entry.concept.kind, entry.names.forms
        if suffixes.is_form(surface, entry.form, lang=self.lang, kind=kind, explicit=explicit):
            return start + stop
        return -1

    def _given(self, entry: _Entry, text: str, folded: Folded, start: int) -> Part | None:
        """Return the given name that stands right before `start`, if it is one of this person's."""
        if entry.given is None or start < 2 or folded.cased[start - 1] != " ":
            return None
        for form, role in _forms(entry.given):
            found = self._given_start(form, entry.given, folded, start - 1)
            if found < 0:
                continue
            whole = folded.span(found, start - 1)
            if case_fits(as_written(text[slice(*whole)]), as_written(form), entry.concept.match):
                return Part(*whole, form, entry.given, role)
        return None

    def _given_start(self, form: str, given: Names, folded: Folded, end: int) -> int:
        """Return where `form`, in any case, begins if it ends at `end`; -1 otherwise."""
        name = folded_name(form, self.lang)
        text = folded.lower(end - len(name) - _MAX_ENDING_CHARS, end)
        begin = len(text)
        for _ in range(len(_gaps(name)) + 1):
            while begin and not is_word(text[begin - 1]):
                begin -= 1
            while begin and is_word(text[begin - 1]):
                begin -= 1
        fits = suffixes.is_form(text[begin:], form, lang=self.lang, kind="person", explicit=given.forms)
        return end - len(text) + begin if fits else -1


def is_near(match: Match, text: str, *, lang: str) -> bool | None:
    """Say whether a word that must stand near the name stands in its sentence; None if none is asked for in `lang`."""
    words = match.concept.near.get(lang) or match.concept.near.get(base(lang))
    if not words:
        return None
    sentence = fold(sentence_around(text, match.start, match.end), lang=lang).text
    return any(_stands_in(folded_name(word, lang), sentence) for word in words)


def sentence_around(text: str, start: int, end: int) -> str:
    """Return the sentence that holds `text[start:end]`, near enough: what stands between two full stops or lines."""
    stops = _STOP.finditer(text, max(0, start - _MAX_SENTENCE_CHARS), start + 1)
    begin = max((found.end() for found in stops), default=0)
    stop = _STOP.search(text, end, end + _MAX_SENTENCE_CHARS)
    return text[max(begin, start - _MAX_SENTENCE_CHARS) : stop.start() + 1 if stop else end + _MAX_SENTENCE_CHARS]


def by_start(matches: Iterable[Match]) -> list[Match]:
    """Return matches in the order of the text."""
    return sorted(matches, key=lambda match: (match.start, match.end))


def resolve(matches: Iterable[Match]) -> list[Match]:
    """Return the matches that stay when each character has one owner: longest, then earliest; in text order.

    Of matches of the same piece the one that is a listed form to the letter stays (a listed *Hamass* is not *Hamas*
    with an ending), then the one in the exact case, then the preferred before the admitted before the deprecated, then
    the first concept of the file.
    """
    chosen: list[Match] = []
    for match in sorted(matches, key=_precedence):
        at = bisect.bisect_left(chosen, match.start, key=lambda other: other.start)
        before, after = chosen[at - 1 : at] if at else [], chosen[at : at + 1]
        if all(other.end <= match.start for other in before) and all(match.end <= other.start for other in after):
            chosen.insert(at, match)
    return chosen


def _precedence(match: Match) -> tuple[int, int, bool, bool, int]:
    return match.start - match.end, match.start, not match.literal, not match.exact, _RANK[match.role]


def matcher(glossary: Glossary, *, lang: str) -> Matcher:
    """Return the matcher of a glossary in a language; made on first use and kept as long as the glossary."""
    return glossary.compiled(Matcher, lang=lang)


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


def _same_words_end(text: str, name: str, *, lax: bool, fixed: bool) -> int:
    """Return where the words end that `text` begins with, if they are parted as those of `name` are; -1 otherwise.

    Args:
        lax: a hyphen parts as a space does.
        fixed: each word keeps its first letter in all its forms.
    """
    at = 0
    for word, gap in _words_and_gaps(name):
        if fixed and not text.startswith(word[:1], at):
            return -1
        at = word_end(text, at)
        for _ in range(word.count("'")):
            at = word_end(text, at + 1) if text.startswith("'", at) else at
        if gap and not (text.startswith(gap, at) or (lax and gap in _JOINTS and text[at : at + 1] in _JOINTS)):
            return -1
        at += len(gap)
    return at


def joined_as(surface: str, name: str) -> str:
    """Return folded words with the hyphens and spaces of `name` between them: ahmadi-nejad as ahmadi nejad."""
    gaps, found = _gaps(name), _gaps(surface)
    if gaps == found or len(gaps) != len(found) or not {*gaps, *found} <= _JOINTS:
        return surface
    pieces = _pieces(surface)
    return pieces[0] + "".join(map(str.__add__, gaps, pieces[1:]))


def _suffix_length(text: str, lang: str) -> int:
    """Return how long the ending after an apostrophe is that `text` begins with: Kharkiv's, Kiev'de."""
    pattern = _SUFFIXES.get(base(lang)) if text.startswith("'") else None
    suffix = pattern.match(text) if pattern else None
    return len(suffix.group()) if suffix else 0


@lru_cache(maxsize=16384)
def _pieces(name: str) -> list[str]:
    return _GAP.split(name)


@lru_cache(maxsize=16384)
def _words_and_gaps(name: str) -> list[tuple[str, str]]:
    return list(zip(_pieces(name), [*_gaps(name), ""], strict=True))


@lru_cache(maxsize=16384)
def _gaps(name: str) -> list[str]:
    return _GAP.findall(name)


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
