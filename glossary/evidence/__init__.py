"""Does a source speak of a concept? What answers when no listed form was found there.

The source has the last word on whether *Lemberg* in a translation is the city: *Львов* says yes, *Лемберг* says no. It
may name the concept in a way that no list has: as an adjective (киевский), by a stray spelling (Quatar), or in a
language in which the glossary does not name it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from glossary.edits import Span
from glossary.evidence.alike import lemmas, n_parts
from glossary.evidence.derive import all_names, bare, script, without_accents
from glossary.fold import UNSPACED, as_written, base, folded_name
from glossary.model import PersonNames
from glossary.romanise import key, likeness
from glossary.words import windows, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glossary.model import Concept
    from glossary.words import Word

#: `silent`: the source does not speak of it. `unreadable`: it cannot be told, as no name is in a comparable script.
Verdict: TypeAlias = Literal["silent", "unreadable"]

_CLEAR = 0.8
_NEARLY = 0.55  # between a script without vowels and another, where the glossary has no name in the former
_MIN_CHARS = 4
_MAX_SUFFIX_CHARS = 7
_SOFT = "аеёиоуыэюяьйіїєўaeiouyáéíóúýě"


def spoken_of(concept: Concept, source: str, *, lang: str, lenient: bool = False) -> Span | Verdict:
    """Return where `source` speaks of `concept` without a listed form, or why nothing was found.

    Where the glossary names the concept in the language of the source, only words like those names count.

    Args:
        lenient: take a word that sounds nearly like a name for it; right where the translation has a listed form.
    """
    names = _names(concept, lang)
    if base(lang) in UNSPACED:
        return _among_unspaced(names, concept, source, lang)
    found = words(source)
    borrowed = _borrowed(concept, found)
    if borrowed:
        return borrowed
    if concept.kind != "organisation" or concept.named_in(lang):
        for word in found:
            if any(_derived_from(word, name) for _, name in names):
                return Span(word.start, word.end, word.text)
    for n_words in sorted({n_parts(name) for _, name in names}):
        for window in windows(source, found, n_words=n_words, capitalised=True):
            if _sounds_like(window, n_words, names, lang, lenient):
                return Span(window.start, window.end, window.text)
    return "silent"


def _names(concept: Concept, lang: str) -> list[tuple[str, str]]:
    """Return (language, telling word) for the names to go by: those of the source's language, or all preferred ones."""
    own = concept.named_in(lang)
    if own is not None:
        whole = own.family if isinstance(own, PersonNames) else own
        named = [(lang, name) for name in (whole.preferred, *whole.admitted, *whole.deprecated)]
    else:
        named = list(all_names(concept, preferred_only=True))
    return [(origin, _telling(name, concept)) for origin, name in named]


def _borrowed(concept: Concept, found: Sequence[Word]) -> Span | None:
    """Return the word that is another language's name for the concept: Kiev in an English source."""
    names = {bare(name) for _, name in all_names(concept, preferred_only=True)}
    return next(
        (Span(w.start, w.end, w.text) for w in found if w.capitalised and bare(as_written(w.text)) in names), None
    )


def _among_unspaced(names: list[tuple[str, str]], concept: Concept, source: str, lang: str) -> Span | Verdict:
    readable = [name for _, name in names if script(name) in ("Han", "Latin")]
    for name in readable:
        at = source.find(name)
        if at >= 0:
            return Span(at, at + len(name), name)
    known = concept.named_in(lang) is not None or concept.kind not in ("place", "person")
    return "silent" if known else "unreadable"


def _telling(name: str, concept: Concept) -> str:
    """Return the word that tells: of a person the last, of St. Petersburg the long one; else the whole name."""
    parts = name.replace("-", " ").split()
    if len(parts) == 1:
        return name
    if concept.kind == "person":
        return parts[-1]
    longest = max(parts, key=len)
    return longest if len(longest) > 5 and 2 * len(longest) > len(name.replace(" ", "")) else name


def _derived_from(word: Word, name: str) -> bool:
    """Say whether a word begins like a name and goes on like an adjective or a demonym."""
    stem = folded_name(name, "").rstrip(_SOFT)
    shortest = 3 if script(name) == "Cyrillic" else 4
    if len(stem) < shortest or (word.text[0].islower() and len(stem) < shortest + 1):
        return False
    surface = folded_name(as_written(word.text), "")
    if len(surface) - len(stem) > _MAX_SUFFIX_CHARS:
        return False
    return surface.startswith(stem) or without_accents(surface).startswith(without_accents(stem))


def _sounds_like(window: Word, n_words: int, names: list[tuple[str, str]], lang: str, lenient: bool) -> bool:
    """Say whether a window has the sound of a name, or nearly so where a script leaves vowels out."""
    text = as_written(window.text)
    same = [(origin, name) for origin, name in names if n_parts(name) == n_words]
    if len(text) < _MIN_CHARS:
        return False
    if script(text) in ("Arabic", "Hebrew"):
        enough = _NEARLY if lenient else _CLEAR
        return any(likeness(lemma, name) >= enough for lemma in _without_clitics(text) for _, name in same)
    if lenient and any(likeness(lemma, name) >= _CLEAR for lemma in lemmas(text, lang) for _, name in same):
        return True
    keys = {key(lemma, lang=base(lang)) for lemma in lemmas(text, lang)}
    return any(key(name, lang=base(origin)) in keys for origin, name in same)


def _without_clitics(text: str) -> list[str]:
    """Return a Semitic word, and without the one or two letters that may be an article or a preposition."""
    return [text, *(text[n:] for n in (1, 2) if len(text) - n >= _MIN_CHARS)]
