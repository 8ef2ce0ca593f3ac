"""Romanisation schemes as data, and the machine that runs them.

A rule `х=kh` says that *х* is written *kh*. Marks before and after the letters say where it holds: `^` at the start of
a word, `_` at the start of a word and after a vowel, a sign (ъ, ь) or an apostrophe, `~` between vowels,
`!` after a hush (ж, ч, ш, щ), `$` at its end. The rule with the most letters wins, then the one with more marks; a
later rule replaces an earlier one with the same left side.
`и=y|i` offers alternatives, the usual one first; within a name each rule takes one alternative throughout, so a
spelling never mixes two habits. A letter that no rule names stays as it is.

`STRICT` holds the published schemes, `HABITS` what the press of each target language writes. Marks that the schemes
write for soft and hard signs (ʹ, ’) are given with and without.

Source: Ukrainian: resolution 55 of the Cabinet of Ministers, 27 January 2010; resolution 858, 26 July 2007
(passports); BGN/PCGN 1965 and the agreement of 2019. Russian: BGN/PCGN 1947; interior ministry order 310 of 1997;
GOST R 52535.1-2006; ICAO Doc 9303; GOST 16876-71; GOST 7.79-2000 B. Both: ISO 9:1995, the scholarly system (ISO/R
9:1968), the ALA-LC tables. Belarusian: instruction on geographical names of 2000 as amended in 2007; BGN/PCGN 1979.
Bulgarian: transliteration law of 2009; BGN/PCGN 1952. Serbian: Gaj's alphabet. Macedonian: the digraphs and accents
in official use. Habits: what the language's own spelling rules say of Slavic names (Duden, RAE, PWN, Pravidla českého
pravopisu, Taalunie, MTA), and what newspapers write beside them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHARED = (
    "а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh "
    "щ=shch ъ= ы=y ь= э=e ю=yu я=ya ё=yo ґ=g є=ie і=i ї=i ў=w ђ=dj ѓ=gj ѕ=dz ј=j љ=lj њ=nj ћ=c ќ=kj џ=dz ’= ʼ= '="
)

STRICT: dict[str, dict[str, str]] = {
    "uk": {
        "national 2010": "г=h ^зг=zgh зг=zgh и=y ^є=ye ^ї=yi й=i ^й=y ю=iu ^ю=yu я=ia ^я=ya",
        "BGN/PCGN 1965": "г=h є=ye и=y ї=yi ь=|’",
        "BGN/PCGN 2019": "г=h зг=zgh и=y ^є=ye ^ї=yi й=i ^й=y ю=iu ^ю=yu я=ia ^я=ya ь=|ʹ",
        "ISO 9": "г=g є=ê ж=ž и=i і=ì|i ї=ï й=j х=h ц=c ч=č ш=š щ=ŝ ь=ʹ| ю=û я=â",
        "scholarly": "г=h є=je ж=ž и=y і=i ї=ï|ji й=j х=x|ch ц=c ч=č ш=š щ=šč ь=|’ ю=ju я=ja",
        "ALA-LC": "г=h и=y ї=ï й=ĭ|i ю=iu я=ia ь=|ʹ",
        "older passports": "г=g|h є=ye|ie и=y ї=yi|i й=y|i ю=yu|iu я=ya|ia ь=|'",
        "passport 2007": "г=g и=y й=y|i ^є=ye ^ї=yi ю=iu ^ю=yu я=ia ^я=ya",
    },
    "ru": {
        "BGN/PCGN 1947": "_е=ye ё=ë _ё=yë ь=|’ ъ=|”",
        "ISO 9": "ж=ž й=j ё=ë х=h ц=c ч=č ш=š щ=ŝ ъ=ʺ| ь=ʹ| э=è ю=û я=â",
        "scholarly": "ж=ž й=j ё=ë|e х=x|ch ц=c ч=č ш=š щ=šč ъ=|” ь=|’ э=è|e ю=ju я=ja",
        "passport 1997": "ъ= ё=e й=y _е=e|ye",
        "passport 2010 (GOST 52535)": "ё=e й=i ц=tc ю=iu я=ia",
        "passport 2013 (ICAO 9303)": "ё=e й=i ъ=ie ю=iu я=ia",
        "ALA-LC": "й=ĭ|i ё=ë э=ė|e ю=iu я=ia ь=|ʹ",
        "GOST 16876": "ж=zh й=jj|j х=kh ц=c щ=shh э=eh ю=ju я=ja ё=jo",
        "ASCII GOST 7.79 B": "й=j х=x ц=cz|c щ=shh ъ= ы=y э=e",
    },
    "be": {
        "national 2007": "г=h _е=je е=ie ё=io _ё=jo ж=ž й=j х=ch ц=c ч=č ш=š ў=ŭ ю=iu _ю=ju я=ia _я=ja",
        "passport 2008": "г=h _е=ie|ye е=e|ie ё=io|yo й=i|y ў=u ю=iu|yu я=ia|ya",
        "BGN/PCGN 1979": "г=h _е=ye|e е=ye|e ё=yo ў=w",
        "scholarly": "г=h е=e|je ё=ë ж=ž й=j х=x|ch ц=c ч=č ш=š ў=ŭ|w ю=ju я=ja",
    },
    "bg": {
        "law 2009": "ия$=ia х=h щ=sht ъ=a ь=y",
        "BGN/PCGN 1952": "х=kh щ=sht ъ=ŭ|u",
        "ISO 9": "ж=ž й=j х=h ц=c ч=č ш=š щ=št ъ=ǎ|ă ю=ju я=ja",
    },
    "sr": {
        "Latin": "ђ=đ ж=ž х=h ц=c ч=č ш=š ћ=ć џ=dž",
        "bare": "ђ=dj|d ж=z х=h ц=c ч=c ш=s ћ=c џ=dz",
        "press": "ђ=dj|j х=h ц=ts ћ=ch џ=dzh|dj љ=ly|li|lj њ=ny|ni|nj ј=y|i|j",
    },
    "mk": {
        "official": "ѓ=ǵ|gj ж=ž|zh х=h|kh ц=c ч=č|ch ш=š|sh ќ=ḱ|kj џ=dž|dzh",
        "press": "ѓ=gj|g ц=ts|c х=h џ=dzh|dj ќ=kj|k љ=ly|l|lj њ=ny|n|nj ј=y|j",
    },
}

# What stands in for each source language before a habit of the target language is laid over it.
_ORIGIN = {
    "uk": "г=h|g и=y|i й=y|i|j є=ie|e|ye _є=ye|ie|e ї=i|yi _ї=yi|i|ï ю=iu|yu _ю=yu|iu я=ia|ya _я=ya|ia ь=|'",
    "ru": "_е=e|ye ё=yo|e|io !ё=e|o|yo й=y|i|j",
    "be": "г=h|g е=e|ie _е=ye|e ё=yo|io й=y|i|j ў=u|w|v ы=y|i",
    "bg": "щ=sht ъ=a|u х=h|kh",
    "sr": STRICT["sr"]["Latin"],
    "mk": "ѓ=gj џ=dzh ќ=kj|k х=h",
}

# How each target language hears and writes: consonants, glides and, with a language before the colon, what differs for
# names from there. Where a language has no habit of its own, that of English is used.
HABITS: dict[str, str] = {
    "en": (
        "кс=ks|x ю=yu|iu|ju я=ya|ia|ja щ=shch|sch ru:_е=ye|e ru:ий$=y|iy|ii|i|ij|yi ru:ый$=y|yy|iy|yi "
        "ru:х=kh|h ru:ье=ye|ie|e uk:ий$=y|yy|yi|iy|i|yj uk:ій$=iy|ii|y uk:зг=zgh|zg|zh uk:ьо=io|yo|o "
        "uk:сс=ss|s"
    ),
    "de": (
        "в=w ж=sch|sh|zh з=s|z х=ch ц=z|ts ч=tsch ш=sch щ=schtsch ю=ju я=ja ё=jo|o|e э=e й=j|i с=s сс=ss "
        "~с=ss|s кс=x|ks !ё=o|e ru:_е=je|e ru:ий$=i|ij ru:ый$=y|i ru:ы=y|i uk:є=je|e uk:_є=je uk:ї=ji|i "
        "uk:_ї=ji|ï uk:ий$=yj|y|i sr:џ=dsch"
    ),
    "fr": (
        "ж=j х=kh ц=ts ч=tch ш=ch щ=chtch у=ou ю=iou|you|ou _ю=iou|you я=ia|ya ё=io|e э=e й=ï|i ~с=ss|s "
        "!ё=e|io|o ин$=ine|in кс=ks|x ru:ий$=i|ï|y ru:ый$=y|i ru:ы=y|i ru:_е=ïe|e|ie ^е=e|ie|ye uk:ий$=y|yi|i "
        "uk:є=ie|e uk:_є=ïe|ie|ye uk:ї=ï uk:^ї=ï uk:и=y|i жж=jj|j ге=gue|ge ги=gui|gi uk:ге=he|gue "
        "uk:ги=hy|hi"
    ),
    "es": (
        "ж=zh|y|j х=j|kh ц=ts ч=ch ш=sh|ch щ=sch|shch ю=iu|yu я=ia|ya ё=io|o|e !ё=o|e э=e й=i|y сс=s|ss "
        "ru:ий$=i|y ru:ый$=y|i ru:ы=y|i ru:_е=e|ye ^е=ye|e uk:ий$=i|y uk:є=ie|ye uk:_є=ie|ye uk:ї=yi|i|í "
        "uk:и=i|y ru:ге=gue|ge ru:ги=gui|gi"
    ),
    "pt": (
        "ж=j|zh х=kh|k ц=ts ч=tch|ch ш=ch|sh щ=shch|ch ю=iu|yu я=ia|ya ё=io|o|e !ё=o|e|io э=e й=i|y "
        "ru:ий$=i|y ru:ый$=i|y ru:ы=i|y ru:_е=ie|e uk:ий$=y|i uk:и=y|i uk:ї=i|yi ru:ге=gue|ge ru:ги=gui|gi"
    ),
    "it": (
        "ж=ž|zh|g х=ch|kh|k ц=c|ts ч=č|ci|c ш=š|sci|sh щ=šč|sci ю=ju|iu я=ja|ia ё=ë|io|e !ё=ë|o|e э=e й=j|i "
        "ru:ий$=ij|i|y ru:ый$=yj|y ru:_е=e uk:ий$=yj|y|i uk:є=je|ie uk:ї=ï|ji ru:ге=ghe|ge ru:ги=ghi|gi"
    ),
    "pl": (
        "в=w ж=ż|rz х=ch ц=c ч=cz ш=sz щ=szcz й=j л=ł лі=li ли=li ле=le лё=lo лю=lu ля=la ль=l _е=je е=ie "
        "ше=sze че=cze же=że це=ce ще=szcze ё=io _ё=jo !ё=o ю=iu _ю=ju я=ia _я=ja э=e сь=ś зь=ź нь=ń ць=ć "
        "ськ=sk цьк=ck зьк=zk ский$=ski цкий$=cki ший$=szy ий$=ij|i ый$=y ги=gi ки=ki хи=chi ru:ши=szy "
        "ru:чи=czy ru:жи=ży ru:ци=cy ru:щи=szczy ru:сь=ś ru:ри=ri ru:ти=ti uk:е=e uk:_е=e uk:ле=łe "
        "uk:ли=ły|li uk:и=y uk:г=h uk:ги=hy uk:ки=ky uk:ський$=ski uk:цький$=cki uk:ий$=yj|y uk:ї=ji uk:є=ie "
        "uk:_є=je uk:лє=le"
    ),
    "cs": (
        "ж=ž х=ch ц=c ч=č ш=š щ=šč й=j ю=ju я=ja ё=jo|o !ё=o э=e ь= ы=y е=e де=dě|de те=tě|te не=ně|ne _е=je "
        "ru:ий$=ij|yj ru:ый$=yj uk:ий$=yj uk:де=de uk:те=te uk:не=ne uk:_е=e uk:г=h uk:є=je uk:ї=ji uk:и=y"
    ),
    "hr": (
        "ж=ž х=h ц=c ч=č ш=š щ=šč й=j ю=ju я=ja ё=jo !ё=o э=e ль=lj нь=nj ы=i|y ru:_е=e|je ru:ий$=ij|i "
        "ru:ый$=ij|y uk:ий$=ij|i|yj uk:и=i|y uk:г=h uk:є=je uk:ї=ji"
    ),
    "nl": (
        "в=v ж=zj х=ch ц=ts ч=tsj ш=sj щ=sjtsj у=oe ю=joe я=ja ё=jo !ё=o э=e й=j ru:_е=je|e ru:ий$=i|y "
        "ru:ый$=y uk:ий$=y|yj uk:є=je uk:ї=ji"
    ),
    "sv": (
        "ж=zj|sj х=ch ц=ts ч=tj ш=sj щ=sjtj ю=ju я=ja ё=jo !ё=o э=e й=j ru:_е=je|e ru:ий$=ij|y ru:ый$=yj|y "
        "uk:ий$=yj|y uk:є=je uk:ї=ji"
    ),
    "hu": (
        "ж=zs з=z с=sz ш=s х=h ц=c ч=cs щ=scs й=j ю=ju я=ja ё=jo !ё=o э=e ль=l|ly нь=n|ny ru:_е=je|e "
        "ru:ий$=ij ru:ый$=ij uk:ий$=ij uk:и=i uk:є=je uk:ї=ji"
    ),
    "ro": (
        "ж=j х=h ц=ț|ţ ч=ci|ce ше=șe че=ce чё=cio чо=cio чу=ciu ча=cea чи=ci ш=ș|ş щ=șci|ști ю=iu я=ia ё=io "
        "э=e й=i ru:_е=e|ie ru:ий$=i ru:ый$=îi|y"
    ),
    "tr": ("ж=j х=h ц=ts ч=ç ш=ş щ=şç й=y ю=yu я=ya ё=yo э=e ы=ı ru:_е=ye ru:ий$=i|iy ru:ый$=ıy uk:и=ı|i uk:ий$=ıy|iy"),
    "ca": (
        "ж=j|zh х=kh ц=ts ч=tx|ch ш=x|sh щ=sx ю=iu я=ia ё=io|o э=e й=i кс=ks|x ru:ий$=i|y ru:_е=ie|e "
        "uk:ий$=i|yi uk:и=i|y uk:ї=ï ru:ге=gue|ge ru:ги=gui|gi"
    ),
    "eo": ("ж=ĵ х=ĥ|h ц=c ч=ĉ ш=ŝ щ=ŝĉ й=j ю=ju я=ja ё=jo э=e ы=i ru:_е=je|e ru:ий$=ij uk:ий$=ij uk:и=i|y uk:є=je"),
}
SAME_HABIT = {
    "sk": "cs", "sl": "hr", "bs": "hr", "sr": "hr", "gl": "es", "da": "sv", "nb": "sv", "no": "sv", "nn": "sv",
    "ast": "es", "oc": "ca", "az": "tr", "af": "nl", "lb": "de", "eu": "es",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    letters: str
    marks: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A compiled scheme: `find` has one group a rule, and a last one for the letters in `plain`."""

    rules: tuple[_Rule, ...]
    plain: dict[str, int]
    find: regex.Pattern[str]

    def spellings(self, name: str) -> Iterator[str]:
        """Yield every spelling of `name`, those that take fewer unusual alternatives first."""
        pieces = self._pieces(name)
        used = {rule: len(options) for rule, options in pieces if len(options) > 1}
        for n_unusual in range(len(used) + 1):
            for unusual in itertools.combinations(used, n_unusual):
                for choice in itertools.product(*(range(1, used[rule]) for rule in unusual)):
                    taken = dict(zip(unusual, choice, strict=True))
                    yield "".join([options[taken.get(rule, 0)] for rule, options in pieces])

    def _pieces(self, name: str) -> list[tuple[int, tuple[str, ...]]]:
        """Return the pieces of a name in order, each with the number of its rule and its spellings, the usual first."""
        # Offsets must hold for `name` too, and 'İ'.lower() is longer than 'İ'.
        lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in name)
        pieces: list[tuple[int, tuple[str, ...]]] = []
        end = 0
        for match in self.find.finditer(lower):
            start, rule = match.start(), (match.lastindex or 1) - 1
            rule = self.plain.get(match.group(), rule) if rule >= len(self.rules) - len(self.plain) else rule
            if start > end:
                pieces.append((-1, (name[end:start],)))
            end = match.end()
            spellings = self.rules[rule].spellings
            if name[start].isupper():
                spellings = tuple(_cased(spelling, name, start, end) for spelling in spellings)
            pieces.append((rule, spellings))
        return [*pieces, (-1, (name[end:],))]


def _cased(spelling: str, name: str, start: int, end: int) -> str:
    around = name[start : end + 1] if end < len(name) and name[end].isalpha() else name[max(0, start - 1) : end]
    return spelling.upper() if len(around) > 1 and around.isupper() else spelling[:1].upper() + spelling[1:]


@lru_cache(maxsize=256)
def compiled(rules: str, *, source_lang: str) -> Scheme:
    """Compile rules in the notation of this module, laid over the letters that all schemes write alike."""
    table: dict[tuple[str, str], _Rule] = {}
    for rule in f"{_SHARED} {rules}".split():
        left, _, right = rule.partition("=")
        origin, _, left = left.rpartition(":")
        if origin in ("", source_lang):
            letters = left.strip("^_~!$")
            marks = left.replace(letters, "") if letters else left
            table[letters, marks] = _Rule(letters, marks, tuple(right.split("|")))
    ordered = sorted(table.values(), key=lambda rule: (-len(rule.letters), -len(rule.marks), "^" not in rule.marks))
    special = [rule for rule in ordered if rule.marks or len(rule.letters) > 1]
    plain = [rule for rule in ordered if rule not in special]
    patterns = [*map(_pattern, special), f"[{''.join(rule.letters for rule in plain)}]"]
    numbers = {rule.letters: number for number, rule in enumerate(plain, len(special))}
    return Scheme((*special, *plain), numbers, regex.compile("(?V1)" + "|".join(f"({p})" for p in patterns)))


_BEFORE = {
    "^": r"(?<![\p{L}’ʼ'])",
    "_": r"(?<![\p{L}--[аеёиоуыэюяєіїўъьй]])",
    "~": r"(?<=[аеёиоуыэюяєії])",
    "!": r"(?<=[жчшщ])",
}
_AFTER = {"$": r"(?!\p{L})", "~": r"(?=[аеёиоуыэюяєії])"}


def _pattern(rule: _Rule) -> str:
    before = "".join(_BEFORE[mark] for mark in rule.marks if mark in _BEFORE)
    return before + regex.escape(rule.letters) + "".join(_AFTER[mark] for mark in rule.marks if mark in _AFTER)


def strict(source_lang: str) -> tuple[Scheme, ...]:
    """Return the published schemes for a language written in Cyrillic; none for another language."""
    return tuple(compiled(rules, source_lang=source_lang) for rules in STRICT.get(source_lang, {}).values())


def habit(source_lang: str, *, target_lang: str) -> Scheme:
    """Return how the press of `target_lang` writes names of `source_lang`, both with an entry in the tables above."""
    rules = HABITS[SAME_HABIT.get(target_lang, target_lang)]
    return compiled(f"{_ORIGIN[source_lang]} {rules}", source_lang=source_lang)
