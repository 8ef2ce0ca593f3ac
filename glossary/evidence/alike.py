"""Find names of a glossary by spellings that no list has: another language's, or one that sounds the same.

A `Candidate` is a suspicion, not a match: it says what stands there, which name it may be and how near it is. Whoever
asks has to bring the evidence, from the source of a translation or from the words around.
"""

from __future__ import annotations

import bisect
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from glossary.evidence.derive import Spelling, all_names, bare, script, spellings, without_accents
from glossary.fold import as_written, base, folded_name
from glossary.inflect import suffixes
from glossary.match import Match, Part, case_fits
from glossary.model import Names, PersonNames
from glossary.romanise import key, latin, likeness, romanisations
from glossary.words import windows, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from glossary.model import Concept, Glossary
    from glossary.words import Word

#: How a spelling was recognised, the surest first: the preferred name but for its dress, another language's name, the
#: same sound, a similar sound.
Ground: TypeAlias = Literal["dress", "language", "sound", "likeness"]

MAX_CONCEPTS = 20_000  # a glossary with more is not indexed by sound: the index alone would take a minute
_MAX_WORDS = 3
_MAX_SPAN_CHARS = 240
_MIN_KEY_CHARS = 3
_MAX_PARTICLE_CHARS = 3
_NEARLY = 0.15  # by how much the citation form may sound less like a name than what it is a form of
_SAME_ENDS = {**dict.fromkeys("yj", "i"), **dict.fromkeys("wfu", "v"), **dict.fromkeys("çxz", "s"), "q": "k"}
_HUSHING = {
    **dict.fromkeys(("tsch", "tch", "cz", "č", "ć"), "č"), **dict.fromkeys(("sch", "sz", "sh", "š", "ş"), "š"),
    "ch": "č",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a name of `concept`: the spelling without its ending, on what ground, and how alike it sounds (0-1).

    `n_langs` is how many languages of the glossary spell the name just so; 0 where none does. `ended` says that the
    ending is known, if there is one: that `lemma` ends as names of the concept do.
    """

    start: int
    end: int
    concept: Concept
    names: Names
    lemma: str
    ground: Ground
    score: float
    n_langs: int = 0
    ended: bool = True

    def as_match(self) -> Match:
        """Return the candidate as a deprecated form found, one that cannot be mended where its ending is unknown."""
        form = self.lemma if self.ended else self.names.preferred
        part = Part(self.start, self.end, form, self.names, "deprecated")
        return Match(self.start, self.end, self.concept, "deprecated", (part,), exact=True)


class Alike:
    """The names that a glossary has in one language, indexed by derived spelling and by sound."""

    def __init__(self, glossary: Glossary, *, lang: str) -> None:
        self.lang = lang
        self._spelt: dict[str, list[tuple[Concept, Spelling]]] = {}
        self._sounding: dict[tuple[str, int], list[tuple[Concept, Names]]] = {}
        self._n_words = 1
        if len(glossary.concepts) > MAX_CONCEPTS:
            return
        for concept in glossary.concepts.values():
            names = concept.named_in(lang)
            if names and concept.romanise is not False:
                self._add(concept, names.family if isinstance(names, PersonNames) else names)

    def _add(self, concept: Concept, names: Names) -> None:
        for spelling in spellings(concept, lang=self.lang):
            self._spelt.setdefault(folded_name(spelling.text, self.lang), []).append((concept, spelling))
            self._n_words = max(self._n_words, min(_MAX_WORDS, n_parts(spelling.text)))
        wanted = n_parts(names.preferred)
        self._n_words = max(self._n_words, min(_MAX_WORDS, wanted))
        keys = {key(names.preferred, lang=base(self.lang))}
        keys.update(key(name, lang=base(lang)) for lang, name in all_names(concept) if n_parts(name) == wanted)
        for sound in keys:
            if len(sound) >= _MIN_KEY_CHARS:
                self._sounding.setdefault((sound, wanted), []).append((concept, names))

    def candidates(self, text: str, *, taken: Sequence[tuple[int, int]]) -> list[Candidate]:
        """Return what may be names in `text`, longest first.

        Args:
            taken: spans that belong to names already; only a longer piece that holds one whole may be a name.
        """
        found, spans = words(text), sorted(taken)
        candidates: list[Candidate] = []
        for n_words in range(self._n_words, 0, -1):
            for window in windows(text, found, n_words=n_words, capitalised=True):
                if is_free(window, spans):
                    new = list(self._of(window, n_words))
                    candidates += new
                    if new:
                        bisect.insort(spans, (window.start, window.end))
        return candidates

    def _of(self, window: Word, n_words: int) -> Iterator[Candidate]:
        """Yield one candidate for each concept that the window may name."""
        seen = set()
        written = as_written(window.text)
        every = lemmas(written, self.lang)
        for lemma in every:
            for concept, spelling in self._spelt.get(folded_name(lemma, self.lang), ()):
                if concept.id in seen or suffixes.may_be_form(written, spelling.names.preferred, lang=self.lang):
                    continue
                if case_fits(lemma, spelling.text, concept.match):
                    seen.add(concept.id)
                    cased = _capitals_of(spelling.text, lemma)
                    score = likeness(cased, spelling.names.preferred)
                    ground: Ground = "dress" if spelling.typographic else "language" if spelling.n_langs else "sound"
                    yield Candidate(
                        window.start, window.end, concept, spelling.names, cased, ground, score, spelling.n_langs
                    )
        yield from (each for each in self._of_sound(window, n_words, every) if each.concept.id not in seen)

    def _of_sound(self, window: Word, n_words: int, every: Sequence[str]) -> Iterator[Candidate]:
        """Yield one candidate for each concept whose sound the window has: with the ending that is likeliest."""
        seen = set()
        written = as_written(window.text)
        for lemma in every:
            sound = key(lemma, lang=base(self.lang))
            for concept, names in self._sounding.get((sound, n_words), ()):
                if concept.id in seen or suffixes.may_be_form(written, names.preferred, lang=self.lang):
                    continue
                if len(lemma) <= _MIN_KEY_CHARS or not case_fits(lemma, names.preferred, "smart"):
                    continue
                seen.add(concept.id)
                same = [other for other in every if key(other, lang=base(self.lang)) == sound]
                best, ended = cited(same, [name for _, name in all_names(concept)], lang=self.lang)
                score = likeness(best, names.preferred)
                ground: Ground = "dress" if bare(best) == bare(names.preferred) else "sound"
                yield Candidate(window.start, window.end, concept, names, best, ground, score, ended=ended)


def cited(options: Sequence[str], known: Sequence[str], *, lang: str) -> tuple[str, bool]:
    """Return which of `options` is the citation form of an unknown spelling, and whether that is sure.

    A name ends in much the same letter in every language: *Čečně* is no citation form where the others say *Чечня*,
    *Chechnya*, but *Čečna* may be one. Where names take no endings anything may be.

    Args:
        options: a surface, and it without the endings that it may carry.
        known: the names of the concept in all languages.
    """
    ends = Counter(map(_end, known))
    fitting = [text for text in options if _end(text) in ends]
    best = max(fitting, key=lambda text: ends[_end(text)]) if fitting else options[0]
    cased = best.title() if best.isupper() and not any(map(str.isupper, known)) else best
    return cased, bool(fitting) or base(lang) not in suffixes.INFLECTING


def ends_alike(text: str, known: Sequence[str]) -> bool:
    """Say whether a name ends in the letter, roughly, in which some known name does."""
    return _end(text) in set(map(_end, known))


@lru_cache(maxsize=4096)
def _end(name: str) -> str:
    """Return the last sound of a name, roughly: letters that languages write for one another are one."""
    plain = latin(name).lower().rstrip("'’ʹ.")
    hush = next((end for end in _HUSHING if plain.endswith(end)), "")
    return _HUSHING.get(hush) or _SAME_ENDS.get(without_accents(plain)[-1:], without_accents(plain)[-1:])


def _capitals_of(form: str, lemma: str) -> str:
    """Return `lemma` with small letters where it stands all in capitals and its name does not."""
    return lemma.title() if lemma.isupper() and not form.isupper() else lemma


def n_parts(name: str) -> int:
    """Return how many words a name has, those joined by a hyphen counted apart."""
    return len(name.replace("-", " ").split())


def is_free(window: Word, taken: Sequence[tuple[int, int]]) -> bool:
    """Say whether a window lies outside the spans that are taken, or holds each one it meets and more.

    Args:
        taken: in the order of the text, none longer than a sentence.
    """
    first = bisect.bisect_left(taken, (window.start - _MAX_SPAN_CHARS, 0))
    last = bisect.bisect_left(taken, (window.end, 0))
    return all(
        window.end <= start
        or end <= window.start
        or (window.start <= start and end <= window.end and window.end - window.start > end - start)
        for start, end in taken[first:last]
    )


def lemmas(surface: str, lang: str) -> list[str]:
    """Return what `surface` may be a form of: itself, and itself without each ending that it may carry."""
    return [surface, *suffixes.without_ending(surface, lang=lang)]


def likest(
    text: str, concept: Concept, *, lang: str, also: Iterable[str], taken: Sequence[tuple[int, int]]
) -> list[Candidate]:
    """Return the words of `text` that sound like a name of `concept`, the most alike first.

    A term that is written small is looked for among small words too, if they are the same in sound.

    Args:
        also: further spellings that count as its names, such as that of the source.
    """
    whole = concept.named_in(lang)
    if whole is None:
        return []
    names = whole.family if isinstance(whole, PersonNames) else whole
    taken = sorted(taken)
    known = {names.preferred, *also, *(name for _, name in all_names(concept))}
    wanted = n_parts(names.preferred)
    known = {name for name in known if n_parts(name) == wanted}
    small = concept.kind == "term" and names.preferred[:1].islower()
    candidates = []
    for window in windows(text, words(text), n_words=wanted):
        if suffixes.may_be_form(as_written(window.text), names.preferred, lang=lang):
            continue
        every = lemmas(as_written(window.text), lang)
        large = (
            window.capitalised
            or _has_particle(window, names.preferred)
            or (small and _has_key_of(every, concept, lang))
        )
        if large and is_free(window, taken) and script(window.text) == script(names.preferred):
            scores = {lemma: max(likeness(lemma, name) for name in known) for lemma in every}
            score = max(scores.values())
            near = sorted((lemma for lemma in every if scores[lemma] > score - _NEARLY), key=lambda x: -scores[x])
            lemma, ended = cited(near, [name for _, name in all_names(concept)], lang=lang)
            start, end = window.start, window.end
            candidates.append(Candidate(start, end, concept, names, lemma, "likeness", score, ended=ended))
    return sorted(candidates, key=lambda candidate: -candidate.score)


def _has_particle(window: Word, preferred: str) -> bool:
    """Say whether a window is a name that begins with a short small word, and not the preferred one: bin Laden."""
    first, *others = window.text.split()
    if window.text.casefold() == preferred.casefold():
        return False
    return len(first) <= _MAX_PARTICLE_CHARS and bool(others) and all(word[0].isupper() for word in others)


def _has_key_of(options: Sequence[str], concept: Concept, lang: str) -> bool:
    """Say whether a word written small, in some form, is the same in sound as a term, read as in either language."""
    names = list(all_names(concept))
    return any(
        key(text, lang=reading) == key(name, lang=base(origin))
        for text in options
        if len(text) >= _MIN_KEY_CHARS
        for origin, name in names
        for reading in {base(lang), base(origin)}
    )


def alike(glossary: Glossary, *, lang: str) -> Alike:
    """Return the index of a glossary in a language; made on first use and kept as long as the glossary."""
    return glossary.compiled(Alike, lang=lang)


def is_curated(concept: Concept) -> bool:
    """Say whether somebody listed deprecated forms for a concept, in any language."""
    return any(
        part.deprecated
        for names in concept.names.values()
        for part in ((names.given, names.family) if isinstance(names, PersonNames) else (names,))
    )


def is_scheme(candidate: Candidate, *, lang: str) -> bool:
    """Say whether a usual scheme romanises a Cyrillic name of the concept so."""
    return candidate.concept.romanised and any(
        candidate.lemma in romanisations(name, source_lang=base(origin), target_lang=base(lang))
        for origin, name in all_names(candidate.concept, preferred_only=True)
    )
