"""Whose name is it? A family name has many bearers, and a town may be a surname too.

*Valentina Shevchenko* is not Taras Shevchenko, *Igor Nikolaev* no town, *Sharon Stone* not Ariel Sharon. What tells is
the capitalised word beside the name: a given name that the person does not bear, but no title (President Zelensky), day
or headline. `another_bearer` asks one text; `shares_neighbour` asks whether a source and its translation have that word
in common, whatever it is.
"""

from __future__ import annotations

import bisect
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

from glossary.evidence.alike import lemmas
from glossary.evidence.derive import script, without_accents
from glossary.fold import base
from glossary.match import sentence_around
from glossary.model import PersonNames
from glossary.romanise import key, latin, likeness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from glossary.match import Match
    from glossary.model import Concept

_BEFORE = regex.compile(r"(?:(?<![\p{L}\p{M}'’-])\p{Lu}[\p{L}\p{M}'’-]*\.?[ \u00a0]){1,3}$")
_AFTER = regex.compile(r"[ \u00a0](\p{Lu}[\p{Ll}\p{M}]+)")
_INNER = regex.compile(r"[\p{Ll}\p{N},;)][ \u00a0]$")
_PLACE_OR_TIME = regex.compile(
    r"(?<!\p{L})(?:in|at|on|from|since|near|for|until|by|en|à|a|le|el|il|em|na|w|v|ve|vo|u|do|od|в|во|на|у|з|из|до|от|від)"
    r"[ \u00a0]$",
    regex.IGNORECASE,
)
_WORDS = regex.compile(r"\p{L}[\p{L}\p{M}]{2,}")
_CAPITALISED_NOUNS = frozenset({"de", "lb"})
_SAME = 0.8  # likeness of one word in two languages
_OWN = 0.6  # likeness from which a word may be a given name of the person: engines spell them as they like
_N_CHARS_BEFORE = 80
_MIN_WORDS = 5

# Titles, offices and the like, without accents, in the languages of the news: whole words, and beginnings.
_TITLES = (
    "gen dr prof king queen tsar tzar czar zar pope papa papst sen crown lord lady sir mr mrs ms miss herr "
    "frau mme pan pani gov chef chief head judge ex former saint sant san santa st col lt sgt rep team coach "
    "rais bey pasha haji hadji said state khan emir amir count graf conde duke baron agent poet major imam "
    "vice leader lider speaker maire mayor madam don dom sr sra capt comrade brother sister father mother "
    "trainer prince prinz chair mullah mulla foreign writer author officer rabbi fra abbot koning roi rey rei "
    "re krol kral"
)
_TITLE_BEGINNINGS = (
    "presid prezid prezyd prasid premie prime minis general feldm marsh marec maris marsz admir profes "
    "profesor docto dokto dotto konig emper imperat kaiser senat ambass embaj embaix botsch chancel cancel "
    "cancil kancl kanzl capit kapit hauptm colon coron oberst polkov pulkow command comand kommand sultan "
    "sheik shaik shaykh cheik jeque scheich ayato ajato aiato hojat princ monsi madame senor senhor signor "
    "gobern gouver govern gubern bourgm burgm burmi alcald secret sekret direct direkt chairm justic deput "
    "camara genoss spokes attorn prosec candid kandid dictat diktat opposit congress represent lieut leutn "
    "serge defen interior parlia lawmak billion oligarch tycoon activ compos commissar kommiss commission "
    "patriarch metropol bishop caliph hodja inspect investig journal professor vorsitz chefe minister"
)
_DAYS = (
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December"
)
_DEMONYM = regex.compile(r"(?:ian|ean|ese|ish|isch\w{0,2}|sky|skij)s?$")
# Given names that are common somewhere and hardly ever anything else; other spellings are found by their sound.
_GIVEN = (
    "Aaron Abdul Abdullah Abigail Abraham Adam Adele Adolf Adrian Agnes Ahmad Ahmed Aisha Alan Albert "
    "Alejandro Alessandro Alex Alexander Alexandra Alexandre Alexei Aleksandr Aleksandra Alfred Alice Alina "
    "Allan Amanda Amir Amy Ana Anastasia Anatoly Andre Andrea Andreas Andrei Andrés Andrew Andriy Andrzej "
    "Angela Anna Anne Anthony Antoine Anton Antonia Antonio Arkady Arnold Arthur Artem Artyom Ashley Astrid "
    "Barbara Beatrice Benjamin Bernard Bernhard Betty Bogdan Bohdan Boris Brian Brigitte Bruno Camille Carl "
    "Carla Carlos Carmen Caroline Catherine Cecilia Charles Christina Christine Christoph Christopher Claire "
    "Claude Claudia Colin Cynthia Daniel Daniela Daria David Deborah Denis Dennis Diana Diego Dieter "
    "Dimitri Dmitri Dmitry Dmytro Dominik Donald Dora Doris Dorothy Douglas Eduard Edward Edgar Edith Edmund "
    "Eleanor Elena Elias Elizabeth Ella Ellen Emil Emily Emma Enrique Eric Erich Erik Ernst Esther Eugene Eva "
    "Evelyn Evgeni Evgenia Fabian Fatima Felix Ferdinand Fernando Fiona Florian Francis Francisco Franz "
    "Frederick Friedrich Fritz Fyodor Gabriel Galina Gary Gennady Geoffrey Georg George Georges Georgy Gerald "
    "Gerhard Gilbert Giovanni Giulia Giuseppe Gloria Gordon Gregor Gregory Grigory Guillaume Gustav Hanna "
    "Hannah Hans Harold Harry Hasan Hassan Heinrich Heinz Helen Helena Helga Helmut Henri Henry Herbert "
    "Hillary Howard Hugo Hussein Ian Ibrahim Ignacio Igor Ihor Ilya Inna Ingrid Irina Iryna Isaac "
    "Isabel Isabelle Ismail Ivan Jacob Jacqueline Jacques James Jan Jane Janet Jean Jeffrey Jennifer Jeremy "
    "Jerzy Jessica Jim Joan Joanna Johann Johannes John Jonas Jonathan Joseph Josef Joshua Juan Judith Julia "
    "Julian Juliette Justin Kamil Karen Karin Karl Katarzyna Kateryna Katharina Katherine Kathleen Keith "
    "Kenneth Kevin Khalid Kirill Klaus Konstantin Krzysztof Ksenia Kyrylo Larisa Larry Lars Laura Laurent "
    "Lawrence Leonard Leonid Lesya Lidia Lilia Linda Lisa Louise Luca Lucas Lucia Lucy Ludmila Ludwig Luis "
    "Luise Luka Lukas Lyudmila Magdalena Manfred Manuel Marc Marcel Marco Margaret Margarita Maria Marie Mario "
    "Marion Markus Martha Martin Martina Mary Maryna Mateusz Matthew Matthias Maurice Maxim Maksym Melanie "
    "Michael Michaela Michal Michel Michelle Miguel Mikhail Milan Mohamed Mohammed Monica Monika Muhammad "
    "Mustafa Mykhailo Mykola Nadezhda Nadia Natalia Natalie Nathan Nelly Nicholas Nicolas Nicole Nikita Nikola "
    "Nikolai Nikolas Nina Norbert Oksana Oleg Oleh Oleksandr Oleksandra Oleksiy Olena Olga Olha Oliver Olivia "
    "Omar Oscar Otto Pablo Pamela Patricia Patrick Paul Paula Pavel Pavlo Pedro Peter Petr Petra Petro Philip "
    "Philippe Pierre Piotr Polina Pyotr Rachel Rafael Rainer Ralph Raymond Rebecca Renata Ricardo Richard "
    "Robert Roberto Roger Roland Roman Ronald Rosemary Rudolf Ruslan Ruth Ryan Sabine Samantha Samuel Sandra "
    "Sarah Sebastian Serge Sergei Sergey Serhiy Sharon Shirley Silvia Simon Simone Sonia Sophie Stanislav "
    "Stefan Stefanie Stephan Stephanie Stephen Steven Susan Susanne Svetlana Svitlana Sylvia Tamara Taras "
    "Tatiana Tatyana Tetiana Teresa Theodor Theresa Thomas Tim Timothy Timur Tobias Tomasz Ulrich Ursula Uwe "
    "Vadim Valentin Valentina Valeria Valery Valeriy Vanessa Vasily Vasyl Vera Veronica Victor Victoria Viktor "
    "Vincent Viktoria Vitaly Vitaliy Vitali Vladimir Vladislav Volodymyr Vyacheslav Walter Werner Wilhelm "
    "William Wolfgang Yana Yaroslav Yelena Yevgeny Yulia Yuri Yuriy Yusuf Zoe Zoya Vuk"
)


def another_bearer(
    match: Match, text: str, *, lang: str, others: Sequence[Match] = (), named_only: bool = False
) -> bool:
    """Say whether the words before show that a person of that name is meant, and not the concept.

    Args:
        others: the matches in the text, in its order; a word that belongs to one is no given name.
        named_only: count only words that are known as given names.
    """
    if not _may_be_shared(match, text):
        return False
    before = _words_before(match, text, others)
    if not before:
        return False
    word = before[-1]
    if match.concept.kind == "person":
        own = _given_names(match.concept)
        if not own or any(_is_alike(each, own, lang) for each in before):
            return False
    elif match.concept.kind == "organisation":
        return False
    if word.endswith("."):
        return False
    if _is_given_name(word, lang):
        return True
    return not named_only and match.concept.kind == "person" and _is_name_before(word, match, text, lang)


def _may_be_shared(match: Match, text: str) -> bool:
    surface = text[match.start : match.end]
    return len(match.parts) == 1 and not surface.isupper() and not regex.search(r"\p{L}[ \u00a0]\p{L}", surface)


def _words_before(match: Match, text: str, others: Sequence[Match]) -> list[str]:
    """Return the up to three capitalised words before a match that belong to no other name."""
    run = _BEFORE.search(text, max(0, match.start - _N_CHARS_BEFORE), match.start)
    if run is None:
        return []
    at = bisect.bisect_left(others, match.start, key=lambda other: other.start)
    nearby = others[max(0, at - 2) : at]
    if any(other.end >= match.start - 1 and other.concept is not match.concept for other in nearby):
        return []
    return run.group().split()


def _is_name_before(word: str, match: Match, text: str, lang: str) -> bool:
    """Say whether an unknown capitalised word can hardly be anything but a name: it stands within a sentence."""
    start = match.start - 1 - len(word)
    if base(lang) in _CAPITALISED_NOUNS or not _INNER.search(text, max(0, start - 3), start):
        return False
    if (
        word.isupper()
        or is_title(word)
        or _DEMONYM.search(word)
        or word in _DAYS.split()
        or word.endswith(("'s", "’s"))
    ):
        return False
    if _PLACE_OR_TIME.search(text, max(0, start - 8), start):
        return False
    return not is_headline(sentence_around(text, match.start, match.end))


def is_headline(sentence: str) -> bool:
    """Say whether most longer words of a sentence are written large, or it is as short as a headline."""
    found = _WORDS.findall(sentence)
    n_large = sum(word[0].isupper() for word in found)
    return len(found) < _MIN_WORDS or 5 * n_large > 3 * len(found)


@lru_cache(maxsize=4096)
def is_title(word: str) -> bool:
    """Say whether a word begins like a title or an office, in any of the languages known here."""
    plain = without_accents(latin(word)).lower().rstrip(".")
    return plain in _TITLES.split() or plain.startswith(tuple(_TITLE_BEGINNINGS.split()))


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(key(name) for name in _GIVEN.split())


@lru_cache(maxsize=4096)
def _is_given_name(word: str, lang: str) -> bool:
    """Say whether a word, in any case, sounds like a common given name."""
    forms = lemmas(word, lang) if script(word) == "Cyrillic" else [word]
    return len(word) > 2 and any(key(form) in _common() for form in forms)


def _given_names(concept: Concept) -> tuple[str, ...]:
    """Return the given names of a person in all languages; of one named in one piece, all words but the last."""
    found: dict[str, None] = {}
    for names in concept.names.values():
        if isinstance(names, PersonNames):
            listed = (names.given.preferred, *names.given.admitted, *names.given.deprecated)
            found.update(dict.fromkeys(word for name in listed for word in (name, *name.split())))
        else:
            listed = (names.preferred, *names.admitted, *names.deprecated)
            found.update(dict.fromkeys(word for name in listed for word in name.split()[:-1]))
    return tuple(name for name in found if script(name) in ("Latin", "Cyrillic", "Greek"))


def _is_alike(word: str, given: Sequence[str], lang: str) -> bool:
    forms = lemmas(word, lang)
    initial = len(word.rstrip(".")) == 1
    return any(initial or likeness(form, name) >= _OWN or _begin_alike(form, name) for form in forms for name in given)


def _begin_alike(word: str, name: str) -> bool:
    """Say whether words of two scripts begin with the same letter; likeness is a poor judge of foreign names there."""
    return script(word) != script(name) and latin(word)[:1].lower() == latin(name)[:1].lower()


def shares_neighbour(ours: Match, text: str, theirs: Match, source: str, *, lang: str) -> bool:
    """Say whether a source and its translation put the same foreign word beside a family name: Sharon Stone."""
    if ours.concept.kind != "person" or not _may_be_shared(ours, text) or len(theirs.parts) > 1:
        return False
    if theirs.end > theirs.parts[-1].end:
        return False  # what follows is no name of Medvedev's
    own = _given_names(ours.concept)
    short = is_headline(sentence_around(source, theirs.start, theirs.end))
    for before in (True, False):
        one, other = _ends(ours, text, theirs, source, before=before)
        if before and short and not _is_given_name(other, lang):
            continue
        if one and other and likeness(one, other) >= _SAME and not is_title(one) and not is_title(other):
            return bool(own) and not _is_alike(one, own, lang)
    return False


def _ends(ours: Match, text: str, theirs: Match, source: str, *, before: bool) -> tuple[str, str]:
    if before:
        return (_words_before(ours, text, ()) or [""])[-1], (_words_before(theirs, source, ()) or [""])[-1]
    following, followed = _AFTER.match(text, ours.end), _AFTER.match(source, theirs.end)
    return (following[1] if following else ""), (followed[1] if followed else "")
