"""How a name sounds, whatever the convention it is spelt by.

`key` is for certainty: spellings of one name have one key. `likeness` is for evidence: how near two spellings are.

A spelling is read by a *convention*, that is a table from letters to sounds (ch is /x/ in Charkiw, /ʃ/ in Loukachenko,
/tʃ/ in Chernobyl). The letters themselves usually betray it (sch, tch, ł, č); where they do not, the language of the
text decides, and where that is not told, English. `likeness` tries every convention that the letters allow.

Sounds are single letters: consonants p b t d k g h x(kh) f v m n l r s z S(sh) Z(zh) C(ch) J(dzh) c(ts), vowels
a e i o u and the glide y.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex
from rapidfuzz.distance import Levenshtein

from glossary.romanise.latin import is_abjad, latin

_MAX_CHARS = 200

_UNIVERSAL = (
    "skaya\\b=ska skaja\\b=ska skaia\\b=ska shch=SC šč=SC schtsch=SC chtch=SC szcz=SC tsch=C tch=C tsj=C č=C cz=C "
    "ć=C ĉ=C ç=C sch=S sh=S š=S ş=S ș=S ŝ=S ŝĉ=SC sz=S ś=S zh=Z ž=Z ż=Z ź=Z zj=Z ĵ=Z dzh=J dsch=J dž=J đ=J "
    "dj=J kh=x ḫ=x ĥ=x ẖ=x gh=g ğ=g ch=C ts=c tz=c ț=c ţ=c ph=f th=t dh=d ck=k (?<=[^aeiou])ck=ck (?<=ie)ck=ck "
    "ic\\b=iC qu(?=[aeioy])=k q=k c(?=[eiy])=s cc(?=[eiy])=ks c=k \\bx(?=[iu])=S \\bx=x x=ks w=v "
    "\\bj(?=[^aeiouy])=x j(?=[iy])=J (?<=[aeiou])j(?=[aou])=J j=y ff\\b=v h\\b= ł=l ß=s ı=i æ=e œ=e ø=o ľ=l"
)
_CONVENTIONS = {
    "german": "ch=x s(?=[aeiouy])=z z=c j=y dj=dy",
    "french": "ch=S j=Z ou=u ine\\b=in ov\\b=ov",
    "spanish": "j=x ll=l ñ=n",
    "polish": "ch=x c=c ck=ck j=y rz=Z dj=dy",
    "czech": "ch=x c=c ck=ck j=y dj=dy",
    "italian": "ch=k sci(?=[aou])=S sc(?=[ei])=S ci(?=[aou])=C c(?=[ei])=C gi(?=[aou])=J gh=g j=y",
    "turkish": "c=J j=Z",
}
_OF_LANG = {
    "de": "german", "fr": "french", "es": "spanish", "gl": "spanish", "pl": "polish", "cs": "czech", "sk": "czech",
    "hr": "czech", "sl": "czech", "bs": "czech", "sr": "czech", "lv": "czech", "lt": "czech", "it": "italian",
    "tr": "turkish", "az": "turkish",
}  # fmt: skip
_BETRAYED = (
    ("polish", regex.compile(r"[łąęśźżń]|sz|cz|[ptkbdgwc]rz|rz(?:[eyn]|\b)|dź")),
    ("turkish", regex.compile(r"[ığ]")),
    ("czech", regex.compile(r"[čšžřěůđ]")),
    ("spanish", regex.compile(r"\bj[^aeiouyáéíóúï]")),
    ("german", regex.compile(r"sch|[ßä]|[eoi]w(?:\b|a\b|sk|its|n|j)|w[jln]|\bw[lno]")),
    ("french", regex.compile(r"ou|tch|[êèûôœ]")),
)
_CLASS = str.maketrans("kxghszSZCcJ", "KKGGSSSSSSS")
_TELLING = frozenset("ščćĉçşșŝśžżźĵđḫĥẖğțţłßıæœøľ")
_SILENT = regex.compile(r"[\p{M}'’ʼʹʺ”`‘\-‐‑·. \u00ad]+")
_VOWELS = regex.compile(r"([^aeiouy]?)([aeiouy]+)(?=(.?))")
_ABJAD_ARTICLE = regex.compile(r"\b(?:ال|הַ)(?=\p{L}{2})")
_PINYIN = regex.compile(
    r"(?:(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:[iu]?a(?:n|ng|i|o)?|[iu]?[eo](?:n|ng|i|u)?|o(?:ng|u)|i(?:n|ng|u|ong)?|"
    r"u(?:n|i)?|er)[\s’'-]?){2,}"
)
_CHINESE = regex.compile(
    r"\bx[iu]|[aeiougn ’'-]x[iu]|qi|zh(?:ou|u[aion]|ang|eng|ong|ao|ai|en(?![a-z])|e(?![a-z]))|[jcs]h?[iu]ang"
)
_KIN = dict(zip("kxghszSZCcJpbfvtdmnlr", "KKKKSSSSSSSPPVVTTMNLR", strict=True))
_VOWEL = {"a": "Aa", "e": "Ee", "i": "Ei", "o": "Oo", "u": "Ou"}
_SAME_KEY = 0.9
_DOUBLED = regex.compile(r"(.)\1+")
_GLIDE_BEFORE_E = regex.compile(r"i+(?=e)")
_SPREAD_E = regex.compile(r"[ae][ie]+")
_GLIDE_AFTER_HUSH = regex.compile(r"^i(?=[aou])")


def _letters(left: str) -> str:
    """Return the letters that a rule is about, without what must stand around them."""
    return regex.sub(r"\(\?[^)]*\)|\\b", "", left)


@lru_cache(maxsize=16)
def _table(convention: str) -> tuple[tuple[str, ...], regex.Pattern[str]]:
    own = dict(rule.rpartition("=")[::2] for rule in _CONVENTIONS.get(convention.removesuffix("?"), "").split())
    rules = dict(rule.rpartition("=")[::2] for rule in _UNIVERSAL.split())
    if not convention.endswith("?"):
        rules = {left: sound for left, sound in rules.items() if _letters(left) not in own}
    rules |= own
    ordered = sorted(rules, key=lambda left: (-len(_letters(left)), -len(left)))
    return tuple(rules[left] for left in ordered), regex.compile("|".join(f"({left})" for left in ordered))


def _sounds(spelling: str, convention: str) -> str:
    sounds, find = _table(convention)
    bare = "".join(char if char.isascii() or char in _TELLING else _undressed(char) for char in spelling)
    text = find.sub(lambda match: sounds[(match.lastindex or 1) - 1], bare)
    return _VOWELS.sub(_vowels, _SILENT.sub("", text))


@lru_cache(maxsize=4096)
def _undressed(char: str) -> str:
    return _SILENT.sub("", unicodedata.normalize("NFD", char))


def _vowels(match: regex.Match[str]) -> str:
    before, run, after = match.groups()
    return before + _run(run, after=before, before=after)


@lru_cache(maxsize=4096)
def _run(run: str, *, after: str, before: str) -> str:
    """Return a run of vowels and glides in its plainest form, given the sounds around it."""
    io_is_e = run in ("yo", "iyo", "yio") or (run == "io" and before == "v")  # Kovalyov, Kovaliov, Kovalev
    run = _DOUBLED.sub(r"\1", run.replace("y", "i").replace("ou", "u").replace("oo", "u"))
    run = _GLIDE_BEFORE_E.sub("", run)
    run = _SPREAD_E.sub("e", run)
    if after in "SZCJc" and after:
        run = _GLIDE_AFTER_HUSH.sub("", run)
        if run == "o" and before and after != "c":
            run = "e"
    return "e" if io_is_e and before else run


def _convention(spelling: str, lang: str | None) -> str:
    """Return the convention that the letters betray, else that of the language with a question mark.

    The mark says that the language decides about single letters only: what universal rules say of j between vowels
    still holds in a German text, for *Fallujah* may have come in as it was.
    """
    for convention, letters in _BETRAYED:
        if letters.search(spelling):
            return convention
    convention = _OF_LANG.get((lang or "").partition("-")[0], "")
    return convention and f"{convention}?"


def _spelling(name: str, lang: str | None) -> str:
    return unicodedata.normalize("NFC", latin(name[:_MAX_CHARS], lang=lang).casefold())


def _is_pinyin(spelling: str) -> bool:
    """Say whether a spelling is made of Mandarin syllables, one of them such as no other language writes."""
    return _CHINESE.search(spelling) is not None and _PINYIN.fullmatch(spelling) is not None


@lru_cache(maxsize=16384)
def key(name: str, *, lang: str | None = None) -> str:
    """Return a key in which the spellings of one name agree and different names differ.

    Consonants fall into classes (k q kh | g h | s z sh zh ch ts dj | v w | the others each alone), doubled ones count
    once, glides before e and signs fall away, i and y are one, diacritics, spaces and hyphens do not count. Vowels
    stay: *Khomeini* is not *Khamenei*, *Ivanov* not *Ivanova*. Pinyin, which spells what these classes merge, is its
    own key (*Suzhou*, *Xuzhou*). Agreement is a strong hint, no proof: of the 32,000 cities of GeoNames 3 % share a key
    with a city of another name.

    Args:
        lang: language of the text that the spelling was met in; it decides about letters (ch, j, c) whose sound the
            rest of the spelling leaves open.
    Returns: capitals A-Z for most names; empty for a name without letters.

    >>> {key(name) for name in ("Sinyegubov", "Synyegubov", "Synyehubov", "Sinegubov", "Синєгубов")}
    {'SINEGUBOV'}
    """
    spelling = _spelling(name, lang)
    if _is_pinyin(spelling):
        return _SILENT.sub("", spelling).upper()
    return _DOUBLED.sub(
        r"\1", _sounds(spelling, _convention(spelling, lang)).translate(_CLASS).replace("dS", "S")
    ).upper()


@lru_cache(maxsize=16384)
def likeness(a: str, b: str) -> float:
    """Return how near two spellings are in sound, 0 to 1, whatever their scripts and conventions.

    Spellings of one name mostly reach 0.85, and 0.9 where their keys agree; different names mostly stay below 0.75.
    A consonant weighs twice as much as a vowel and counts once more in the skeleton of the word; confusions of kin
    (k q kh g h, s z sh ch, d t dh; o u, e i) cost a quarter to a half. Arabic and Hebrew write few vowels: against them
    the consonants alone count, and a short word never reaches 0.9.

    >>> likeness("Zelensky", "Selenskyj") > 0.9 > 0.7 > likeness("Zelensky", "Zelenko")
    True
    >>> likeness("خامنه‌ای", "Khamenei") > likeness("خامنه‌ای", "Khatami")
    True
    """
    if a == b:
        return 1.0
    if _is_pinyin(a.casefold()) and _is_pinyin(b.casefold()):
        return Levenshtein.normalized_similarity(key(a), key(b)) * _SAME_KEY
    bare = is_abjad(a) or is_abjad(b)
    best = max((_near(x, y, bare) for x in _readings(a) for y in _readings(b)), default=0.0)
    return max(best, _SAME_KEY) if best < _SAME_KEY and not bare and key(a) == key(b) != "" else best


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of a spelling, made for comparing: `full` has four symbols a consonant and two a vowel."""

    full: str
    consonants: str


@lru_cache(maxsize=4096)
def _readings(name: str) -> tuple[_Reading, ...]:
    if is_abjad(name):
        name = _ABJAD_ARTICLE.sub("", name)
    spelling = _spelling(name, None)
    conventions = ["", _convention(spelling, None), "german", "french", "spanish"]
    readings = dict.fromkeys(_DOUBLED.sub(r"\1", _sounds(spelling, convention)) for convention in conventions)
    return tuple(_reading(reading) for reading in readings)


def _reading(sounds: str) -> _Reading:
    full = "".join(_KIN[sound] * 3 + sound if sound in _KIN else _VOWEL.get(sound, sound) for sound in sounds)
    open_end = "##" if sounds[-1:] in tuple("aeiou") else ""
    return _Reading(full + open_end, "".join(_KIN[sound] for sound in sounds if sound in _KIN))


def _near(x: _Reading, y: _Reading, bare: bool) -> float:
    consonants = Levenshtein.normalized_similarity(x.consonants, y.consonants)
    if bare:
        n_consonants = min(len(x.consonants), len(y.consonants))
        return consonants * n_consonants / (n_consonants + 0.5)
    return consonants and consonants * Levenshtein.normalized_similarity(x.full, y.full)
