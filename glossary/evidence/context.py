"""Is it the name, or only its letters? What the words around a match say.

*Canton, Ohio* is not Guangzhou, *Qatar Airways* goes by that name in every language, *Mohamed Salah* is not the
prophet. Each function answers for one kind of evidence; `other_thing` asks those that need one text only.
"""

from __future__ import annotations

import bisect
import itertools
from functools import lru_cache
from typing import TYPE_CHECKING

import regex
from rapidfuzz.distance import Levenshtein

from glossary.evidence.bearer import another_bearer
from glossary.evidence.derive import script, without_accents
from glossary.fold import base
from glossary.match import sentence_around
from glossary.romanise import key, likeness
from glossary.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glossary.match import Match

# Languages in which a name stands before a noun without a preposition, or nouns are written large: there a capitalised
# word after a name does not make it part of a longer one.
_NOUNS_AFTER_NAMES = frozenset({"en", "de", "nl", "da", "sv", "nb", "nn", "no", "hu", "fi", "et", "tr", "lb"})
_CAPITALISED_NOUNS = frozenset({"de", "lb"})

_NEXT = regex.compile(r"[ \u00a0](?P<word>\p{Lu}[\p{L}\p{M}]+)")
_AFTER_COMMA = regex.compile(
    r"(?:(?:, (?:\p{Lu}\p{Ll}+ )+County)?, ?| ?\(| in | en | im | à | au )"
    r"(?P<word>\p{Lu}[\p{L}\p{M}]+(?: \p{Lu}[\p{L}\p{M}]+)?)"
)
_ANY_NEXT = regex.compile(r"[ \u00a0](\p{L}[\p{L}\p{M}]+)")
_COPIED = regex.compile(r"(?<!\p{L})\p{Lu}\p{Ll}[\p{L}\p{M}]*(?: \p{Lu}\p{Ll}[\p{L}\p{M}]*)*(?P<small>(?: \p{Ll}+)+) $")
_MARKS = regex.compile(r"[\"“”„«»]")
_OPENED = regex.compile(r"(?:[\"“”„«»]|&quot;)([^\"“”„«»;]*)$")
_CLOSED = regex.compile(r"([^\"“”„«»&]*)(?:[\"“”„«»]|&quot;)")
_SMALL_AFTER = regex.compile(r" (?P<small>\p{Ll}{1,4}) [\p{L}\p{M}]+")
_SMALL_WORDS = {
    "en": "in of the and from at on for to by with a an as is near",
    "de": "in an am im auf aus bei der die das den dem des und von vom für mit zu zum zur nach um war hat ist",
    "nl": "in van de het een en op uit voor met te bij naar is was",
    "sv": "i av och från på för med till en ett den det är",
    "da": "i af og fra på for med til en et den det er",
    "fr": "de du des le la les à au aux en et dans pour par sur un une est",
    "es": "de del el la los las en y a al con por para un una es",
    "pt": "de do da dos das o a os as em no na e com por para um uma",
    "it": "di del della dei il lo la i gli le in nel nella e a al con per un una su da",
    "ca": "de del la el els les en i a al amb per un una",
    "pl": "w z na i do o od za ze we dla po",
    "cs": "v z na a do o od za ze ve pro po i s k",
    "tr": "ve ile de da bir bu için",
}
_ECHOED = 0.6  # likeness of a word and its counterpart in the source: Times, таймс
_ADDRESS = regex.compile(r"(?:https?://|www\.)\S*$|[@/\\_]$", regex.IGNORECASE)
_STREET = regex.compile(
    r"(?<!\p{L})(?:[Bb]oulevard|Rue|rue|Avenue|avenue|Calle|calle|Avenida|avenida) (?:d[eou] |du |di )?$"
)
_NUMBERED = regex.compile(r"[ -]\d{1,4}[\"”“»’']")
_DOMAIN = regex.compile(r"\.\p{Ll}")
_ARTICLES = {
    lang: regex.compile(rf"(?<!\p{{L}})(?:{articles})[ \u00a0]$", regex.IGNORECASE)
    for lang, articles in {
        "fr": "le|la|les|du|des|au|aux",
        "it": "il|lo|la|i|gli|le|del|dello|della|al|allo|alla|nel|nella|dal|dalla|sul|sulla",
        "es": "el|la|los|las|del|al", "pt": "o|a|os|as|do|da|no|na|ao|à|pelo|pela", "gl": "o|a|do|da|no|na|ao|á",
        "ca": "el|la|del|al|pel", "de": "der|die|das|des|dem|den|im|zum|zur|vom|am",
    }.items()
}  # fmt: skip
_ENGLISH = regex.compile(r"[^\s.!?…:] \p{Lu}\p{Ll}[\p{L}\p{M}]* (?:in|of|the|The|and|from)(?: the)? $")
_ENGLISH_IN_GERMAN = regex.compile(r"[^\s.!?…:] \p{Lu}\p{Ll}[\p{L}\p{M}]* (?:of|the|The|and|from)(?: the)? $")
_KNOWING_THESE_WORDS = frozenset({"en", "it", "nl", "la", "ro"})
_QUOTES = "\"“”„«»‹›'‘’"
_N_NEARBY_CHARS = 60
_UNLIKE = 0.5  # in sound, and
_SAME_LETTERS = 0.7  # in letters: how alike two spellings of one name are at least

# Towns in America are named after many a city of the old world, and their state is named with them.
_STATES = (
    "Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho Illinois "
    "Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri "
    "Montana Nebraska Nevada Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Virginia Washington "
    "Wisconsin Wyoming Ontario Manitoba Alberta Saskatchewan Quebec"
)
_STATES_OF_TWO_WORDS = (
    "New York", "New Jersey", "New Mexico", "New Hampshire", "North Carolina", "South Carolina", "North Dakota",
    "South Dakota", "West Virginia", "Rhode Island", "British Columbia", "Nova Scotia",
)  # fmt: skip


def other_thing(match: Match, text: str, *, lang: str, others: Sequence[Match] = ()) -> bool:
    """Say whether the words around show that what was found is no name of the concept.

    Args:
        others: the matches in the text, in its order, this one among them or not.
    """
    return (
        elsewhere(match, text, others=others)
        or after_english(match, text, lang)
        or in_longer_name(match, text, lang, others)
        or another_bearer(match, text, lang=lang, others=others)
    )


def elsewhere(match: Match, text: str, *, others: Sequence[Match] = ()) -> bool:
    """Say whether the name is part of an address, a town in America, or named beside its preferred name."""
    return (
        _in_address(match, text)
        or _in_america(match, text)
        or _in_street_or_title(match, text)
        or _is_named_beside(match, others)
    )


def _in_address(match: Match, text: str) -> bool:
    return bool(_ADDRESS.search(text, max(0, match.start - 80), match.start) or _DOMAIN.match(text, match.end))


def _in_street_or_title(match: Match, text: str) -> bool:
    """Say whether a boulevard is named so, or a film that has a number: Boulevard Sebastopol, "Teheran 43"."""
    if match.concept.kind != "place":
        return False
    in_street = _STREET.search(text, max(0, match.start - 24), match.start)
    return bool(
        in_street or (text[match.start - 1 : match.start] in tuple(_QUOTES) and _NUMBERED.match(text, match.end))
    )


def _in_america(match: Match, text: str) -> bool:
    """Say whether an American state follows: Odessa, Texas; St. Petersburg (Florida)."""
    if match.concept.kind != "place":
        return False
    following = _AFTER_COMMA.match(text, match.end)
    if following is None:
        return False
    name = following["word"]
    return {key(name), key(name.split()[0])} & _state_keys() != set()


@lru_cache(maxsize=1)
def _state_keys() -> frozenset[str]:
    return frozenset(key(name) for name in (*_STATES.split(), *_STATES_OF_TWO_WORDS))


def goes_on(match: Match, text: str, *, others: Sequence[Match] = ()) -> bool:
    """Say whether a capitalised word follows, in any language; a hint, where little is known about a spelling."""
    following = _NEXT.match(text, match.end)
    return following is not None and not _in_any(following.start("word"), others)


def _in_any(offset: int, others: Sequence[Match]) -> bool:
    at = bisect.bisect_right(others, offset, key=lambda other: other.start)
    return at > 0 and offset < others[at - 1].end


def after_article(match: Match, text: str, lang: str) -> bool:
    """Say whether an article stands before a name; that of an unlisted name may have another gender than the listed."""
    pattern = _ARTICLES.get(base(lang))
    return pattern is not None and bool(pattern.search(text, max(0, match.start - 12), match.start))


def in_longer_name(match: Match, text: str, lang: str, others: Sequence[Match]) -> bool:
    """Say whether the name goes on: Mohamed Salah, and in most languages also Qatar Airways.

    A word that is another name of the glossary does not belong to this one, and a full name of a person is complete.
    """
    following = _NEXT.match(text, match.end)
    if match.concept.kind == "person" and is_full(match, text):
        return False
    if following is None or text[match.start : match.end].isupper() or _in_any(following.start("word"), others):
        return False
    if match.concept.kind == "person":
        headline = _is_title_case(sentence_around(text, match.start, match.end))
        return base(lang) not in _CAPITALISED_NOUNS and not text[match.parts[-1].end : match.end] and not headline
    if base(lang) not in _NOUNS_AFTER_NAMES:
        return not following["word"].isupper()
    if match.concept.kind != "place":
        return False
    if base(lang) in _CAPITALISED_NOUNS:
        further = _NEXT.match(text, following.end())
        return further is not None and not _in_any(further.start("word"), others)
    # Institutions keep the name that their city has given up: Peking University, Bombay Stock Exchange.
    return _is_other_name(match.parts[-1].form, match.parts[-1].names.preferred)


def _is_title_case(sentence: str) -> bool:
    """Say whether nearly all words of a headline are written large: there a large word tells nothing."""
    found = words(sentence)
    return len(found) > 3 and sum(word.capitalised for word in found) * 5 > 4 * len(found)


def is_full(match: Match, text: str) -> bool:
    """Say whether a match is a name of several words, such as a given and a family name."""
    return len(match.parts) > 1 or " " in text[match.start : match.end].replace("\u00a0", " ")


def after_english(match: Match, text: str, lang: str) -> bool:
    """Say whether an English title of a place was left in a text of another language: Six Days in Fallujah.

    A large word that no sentence begins with has to stand before the small one: *Guerra in Donbass* is none.
    """
    pattern = _ENGLISH_IN_GERMAN if base(lang) in _CAPITALISED_NOUNS else _ENGLISH
    if match.concept.kind != "place" or base(lang) in _KNOWING_THESE_WORDS:
        return False
    return bool(pattern.search(text, max(0, match.start - 60), match.start))


def _is_named_beside(match: Match, others: Sequence[Match]) -> bool:
    """Say whether the preferred name stands nearby: *Guangzhou, also known as Canton* is about the names.

    Spellings that sound alike are only inconsistent, and are put right.
    """
    at = bisect.bisect_left(others, match.start - 2 * _N_NEARBY_CHARS, key=lambda other: other.start)
    nearby = itertools.takewhile(lambda other: other.start < match.end + _N_NEARBY_CHARS, others[at : at + 200])
    return any(
        other.concept is match.concept
        and other.role == "preferred"
        and max(other.start - match.end, match.start - other.end) < _N_NEARBY_CHARS
        and any(_is_other_name(part.form, part.names.preferred) for part in match.parts)
        for other in nearby
    )


def _is_other_name(form: str, preferred: str) -> bool:
    """Say whether two names are not just two spellings: Peking and Beijing, but not Kiev and Kyiv."""
    one, other = without_accents(form).lower(), without_accents(preferred).lower()
    if likeness(form, preferred) < _UNLIKE:
        return True
    return one[:1] != other[:1] and Levenshtein.normalized_similarity(one, other) < _SAME_LETTERS


def stands_free(match: Match, text: str, theirs: Sequence[Match], source: str) -> bool:
    """Say whether the source shows that a large word after a name is no part of it: Zelensky Respondió, Kharkiv Es.

    It does if its script has capitals and its own mention is followed by none. Where small words follow that sound the
    same in another script (таймс, Times), they are a title's. A name of several words is complete (Seversky Donets
    Río), unless what follows it was copied too.
    """
    following = _NEXT.match(text, match.end)
    if following is None or not theirs or not all(source[other.start].isupper() for other in theirs):
        return False
    after = [found[1] for other in theirs if (found := _ANY_NEXT.match(source, other.end))]
    if is_full(match, text):
        return following["word"] not in after
    if any(word[0].isupper() for word in after):
        return False
    foreign = [word for word in after if script(word) != script(following["word"])]
    return not any(likeness(word, following["word"]) >= _ECHOED for word in foreign)


def left_in_source_words(
    match: Match, translation: str, source: str, *, lang: str, others: Sequence[Match] = ()
) -> bool:
    """Say whether the name stands in a phrase that was copied from the source untranslated: Hong Kong Currency Board.

    A capitalised word that follows makes a phrase, or a small one within it (Six Days in Fallujah). A sentence that
    was left in the words of its source altogether, or shares them with it, proves nothing.
    """
    if translation[match.start : match.end] not in source:
        return False
    found = words(translation)
    theirs = {word.text for word in words(source)}
    n_shared = sum(word.text in theirs for word in found if word.text.islower() and len(word.text) > 3)
    n_small = sum(word.text.islower() for word in found)
    if (n_shared > 2 and 5 * n_shared > len(found)) or 2 * sum(w.text in theirs for w in found) > len(found) + n_small:
        return False
    if _in_copied_title(match, translation, source):
        return True
    end = match.end
    for word in found:
        if word.start < match.end:
            continue
        phrase = translation[match.start : word.end]
        if word.start - end > 1 or phrase not in source or _in_any(word.start, others):
            break
        if word.capitalised and not word.text.isupper() and match.concept.kind != "person":
            return True
        end = word.end
    return _copied_after(match, translation, source, lang) or _copied_before(match, translation, source, others, lang)


def _in_copied_title(match: Match, translation: str, source: str) -> bool:
    """Say whether the name stands in quotation marks with what the source has in them to the letter: "Oh! Odessa!"."""
    before = _OPENED.search(translation, max(0, match.start - _N_NEARBY_CHARS), match.start)
    after = _CLOSED.match(translation, match.end, match.end + _N_NEARBY_CHARS)
    if before is None or after is None:
        return False
    title = translation[before.end() - len(before[1]) : after.end(1)].strip(" .,")
    at, end = source.find(title), source.find(title) + len(title)
    return at > 0 and bool(_MARKS.search(source[at - 1 : at]) and _MARKS.search(source[end : end + 3]))


def _copied_after(match: Match, translation: str, source: str, lang: str) -> bool:
    """Say whether a small word that is none of this language and the next one follow as in the source."""
    after, usual = _SMALL_AFTER.match(translation, match.end), _SMALL_WORDS.get(base(lang), "").split()
    if after is None or not usual or after["small"] in usual:
        return False
    return translation[match.start : after.end()].lower() in source.lower()


def _copied_before(match: Match, translation: str, source: str, others: Sequence[Match], lang: str) -> bool:
    """Say whether a large word and a small one before the name were copied with it, and cannot be of this language.

    Where the small word is one of this language too (die Nato in Kiew), the phrase has to stand in quotation marks.
    """
    for before in _COPIED.finditer(translation, max(0, match.start - _N_NEARBY_CHARS), match.start, overlapped=True):
        if _in_any(before.start(), others) or translation[before.start() : match.end] not in source:
            continue
        usual = _SMALL_WORDS.get(base(lang), "").split()
        if usual and any(word not in usual for word in before["small"].split()):
            return True
        if translation[before.start() - 1 : before.start()] in tuple(_QUOTES):
            return True
    return False


def quoted_alone(match: Match, text: str) -> bool:
    """Say whether the name alone stands in quotation marks, as titles and words that are spoken of do."""
    around = text[match.start - 1 : match.start], text[match.end : match.end + 1]
    entity = text[: match.start].endswith("&quot;") and text.startswith("&quot;", match.end)
    return entity or (around[0] != "" and around[0] in _QUOTES and around[1] != "" and around[1] in _QUOTES)
