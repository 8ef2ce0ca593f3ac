"""Spellings that no list has: they keep capitals and endings, bring their given names, or are reported and left."""

import pytest

from glossary import apply_edits, loads, normalise, settle
from glossary.inflect.suffixes import may_be_form

NAMES = loads("""
exonym: 1
concepts:
  chernihiv:
    kind: place
    names: {uk: Чернігів, ru: Чернигов, en: Chernihiv, pl: Czernihów}
  bombay:
    kind: place
    names: {en: Bombay, ru: Бомбей}
  calcutta:
    kind: place
    names: {en: Calcutta, ru: Калькутта, fr: Calcutta, hi: कोलकाता}
  ruthena:
    kind: place
    names: {en: Ruthena, ru: Рутена, cs: Rutensko, de: Ruthenen}
  tymoshenkevych:
    kind: person
    names:
      uk: {given: Олександр, family: Тимошенкевич}
      ru: {given: Александр, family: Тимошенкевич}
      en: {given: Oleksandr, family: Tymoshenkevych}
      de: {given: Oleksandr, family: Tymoschenkewytsch}
      pl: {given: Ołeksandr, family: Tymoszenkewycz}
  shashlik:
    kind: term
    names: {en: shashlik, ru: шашлык, uk: шашлик}
  usa:
    kind: place
    names: {en: US, it: {preferred: Stati Uniti, deprecated: [EE.UU.]}}
  lviv:
    kind: place
    names: {en: Lviv, it: {preferred: Leopoli, deprecated: [Odessia]}}
  army:
    kind: organisation
    names: {es: Ejército de Rutenia}
  rutenia:
    kind: place
    names: {es: Rutenia, en: Carpathia}
""")


def settled(source, text, *, langs):
    """Return the settled text and the statuses, after the laws were checked."""
    source_lang, target_lang = langs.split("-")
    result = settle(source, text, glossary=NAMES, source_lang=source_lang, target_lang=target_lang)
    assert apply_edits(text, result.edits) == result.text
    again = settle(source, result.text, glossary=NAMES, source_lang=source_lang, target_lang=target_lang)
    assert again.edits == ()
    return result.text, [mention.status for mention in result.mentions]


@pytest.mark.parametrize(
    ("langs", "source", "text", "wanted"),
    [
        ("uk-en", "У Чернігові тихо.", "CHERNIGOV IS QUIET", "CHERNIHIV IS QUIET"),
        ("uk-de", "План Тимошенкевича.", "Timoschenkewitschs Plan.", "Tymoschenkewytschs Plan."),
        ("en-ru", "A train from Calcutta.", "Поезд из Колкаты.", "Поезд из Калькутты."),
        ("en-cs", "A town in Ruthena.", "Město v Ruteně.", "Město v Rutensku."),
    ],
    ids=["capitals", "German genitive", "Russian case", "Czech case"],
)
def test_a_spelling_known_by_sound_keeps_capitals_and_ending(langs, source, text, wanted):
    assert settled(source, text, langs=langs)[0] == wanted


@pytest.mark.parametrize(
    ("source", "text", "wanted"),
    [
        ("Олександр Тимошенкевич прийшов.", "Aleksandr Tymoshenkevych came.", "Oleksandr Tymoshenkevych came."),
        ("Олександр Тимошенкевич прийшов.", "Alexander Timoshenkevich came.", "Oleksandr Tymoshenkevych came."),
        ("Олександра Тимошенкевич прийшла.", "Alexandra Tymoshenkevych came.", "Alexandra Tymoshenkevych came."),
        ("Тимошенкевич прийшов.", "Natalia Tymoshenkevych came.", "Natalia Tymoshenkevych came."),
        ("Тимошенкевич прийшов.", "Then Tymoshenkevych came.", "Then Tymoshenkevych came."),
    ],
)
def test_a_given_name_goes_with_its_family_name(source, text, wanted):
    assert settled(source, text, langs="uk-en")[0] == wanted


def test_an_ending_that_is_not_sure_is_reported_and_left():
    text = "Město v Rutenii."
    assert settled("A town in Ruthena.", text, langs="en-cs") == (text, ["ambiguous"])


def test_a_given_name_is_put_right_without_a_source():
    text = "Meet Aleksandr Tymoshenkevych and Alexandra Tymoshenkevych."
    done = normalise(text, glossary=NAMES, lang="en")
    assert done.text == "Meet Oleksandr Tymoshenkevych and Alexandra Tymoshenkevych."
    assert normalise(done.text, glossary=NAMES, lang="en").edits == ()


def test_a_term_written_small_goes_by_its_sound():
    assert settled("Он ел шашлык.", "He ate shashlyk, not a lick.", langs="ru-en") == (
        "He ate shashlik, not a lick.",
        ["rewritten"],
    )


def test_a_small_word_is_no_term_where_the_source_has_none():
    assert settled("Он ел мясо.", "He ate shashlyk.", langs="ru-en") == ("He ate shashlyk.", [])


@pytest.mark.parametrize(
    ("source", "text", "wanted"),
    [
        ("A US officer.", "Un ufficiale d'EE.UU. arriva.", "Un ufficiale degli Stati Uniti arriva."),
        ("The US wants it.", "L'EE.UU. lo vuole.", "Gli Stati Uniti lo vuole."),
        ("The mayor of Lviv.", "Il sindaco d'Odessia.", "Il sindaco di Leopoli."),
    ],
)
def test_an_italian_elision_is_undone_where_the_article_is_known(source, text, wanted):
    assert settled(source, text, langs="en-it")[0] == wanted


def test_a_name_inside_a_longer_name_is_kept():
    text = "El Ejército de Rutenia avanza."
    assert settled("The army of Carpathia advances.", text, langs="en-es") == (text, ["kept"])


@pytest.mark.parametrize(
    ("surface", "name", "lang", "may_be"),
    [
        ("Горбачев", "Горбачов", "uk", False),
        ("Janukoviče", "Janukovyč", "cs", False),
        ("Janukovyčovi", "Janukovyč", "cs", True),
        ("Kyjevech", "Kyjev", "cs", True),
    ],
)
def test_a_respelt_name_is_no_form_of_the_preferred(surface, name, lang, may_be):
    assert may_be_form(surface, name, lang=lang) is may_be


def test_a_headline_is_put_right_without_a_source():
    done = normalise("CHERNIGOV AND LVIV WITHOUT WATER", glossary=NAMES, lang="en")
    assert done.text == "CHERNIHIV AND LVIV WITHOUT WATER"


def test_a_given_name_like_an_adjective_takes_the_case_of_the_family_name():
    names = loads("""
exonym: 1
concepts:
  hamzi:
    kind: person
    names:
      en: {given: Luqmi, family: Hamzar}
      cs: {given: {preferred: Lukmí, deprecated: [Luqmi]}, family: Hamzar}
""")
    text = "Jednal s prezidentem Luqmi Hamzarem."
    assert normalise(text, glossary=names, lang="cs").text == "Jednal s prezidentem Lukmím Hamzarem."
