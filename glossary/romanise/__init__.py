"""Names in Latin letters: the spellings that usual schemes give, and how alike two spellings sound.

`romanisations` goes forward, from a Cyrillic name to the spellings that newspapers, passports and maps print. `key` and
`likeness` (glossary.romanise.sound) go back, from spellings to the question whether they can be one name. `latin`
(glossary.romanise.latin) is the plain way from any script.
"""

from __future__ import annotations

import itertools
from functools import lru_cache

from glossary.romanise.latin import latin
from glossary.romanise.schemes import HABITS, SAME_HABIT, STRICT, habit, strict
from glossary.romanise.sound import key, likeness

__all__ = ["key", "latin", "likeness", "romanisations"]

MAX_SPELLINGS = 160
_MAX_OF_ONE = 48
_MAX_NAME_CHARS = 120
# Habits that machine translation carries into other languages, for it has read them most.
_CARRIED = ("de", "fr", "es", "it", "pl", "cs")


@lru_cache(maxsize=16384)
def romanisations(name: str, *, source_lang: str, target_lang: str) -> frozenset[str]:
    """Return the spellings in Latin letters that usual schemes give to a Cyrillic name.

    The published schemes come first, then the habits of the target language's press, of the English press, and of
    six others (machine translation carries *Milinkewitsch* into English). Within one spelling one habit rules
    throughout.

    Args:
        name: a name of one word or more, any case; longer than 120 code points gives nothing.
        source_lang: language of the name: uk, ru, be, bg, sr, mk (a region after the tag is ignored).
        target_lang: language in which the spelling is met.
    Returns: at most 160 spellings, those of the schemes before rarer combinations; empty for another source language
        or a name without Cyrillic letters.
    Source: see glossary.romanise.schemes.

    >>> {"Lviv", "L'viv", "Lwiw"} <= romanisations("Львів", source_lang="uk", target_lang="en")
    True
    """
    source, target = source_lang.partition("-")[0], target_lang.partition("-")[0]
    if source not in STRICT or len(name) > _MAX_NAME_CHARS or name.isascii():
        return frozenset()
    target = SAME_HABIT.get(target, target)
    found: dict[str, None] = {}
    for habits in dict.fromkeys(["", target if target in HABITS else "en", "en", *_CARRIED]):
        found.update(_spellings(name, source, habits))
    found.pop(name, None)
    return frozenset(itertools.islice(found, MAX_SPELLINGS))


@lru_cache(maxsize=65536)
def _spellings(name: str, source: str, habits: str) -> dict[str, None]:
    """Return the spellings by the habits of one target language, by the published schemes when that is empty."""
    schemes = (habit(source, target_lang=habits),) if habits else strict(source)
    return dict.fromkeys(
        spelling for scheme in schemes for spelling in itertools.islice(scheme.spellings(name), _MAX_OF_ONE)
    )
