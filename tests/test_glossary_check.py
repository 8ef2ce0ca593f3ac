"""The linter for names: what it finds, where it says it is, and what it mends."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary import apply_edits, loads
from glossary.check import IGNORE, RULES, check

HOUSE = loads(
    """\
exonym: 1
concepts:
  donbas:
    kind: place
    names:
      en: {preferred: Donbas, deprecated: [Donbass]}
      es: {preferred: Donbás, deprecated: [Donbas, Donbass]}
      fr: {preferred: Donbass, deprecated: [Donbas]}
    except: {en: [Donbass Arena]}
  odesa:
    kind: place
    names:
      en: {preferred: Odesa, deprecated: [Odessa]}
      es: Odesa
      fr: {preferred: Odessa, deprecated: [Odesa]}
  zelensky:
    kind: person
    names:
      en:
        given: {preferred: Volodymyr, deprecated: [Vladimir]}
        family: {preferred: Zelensky, deprecated: [Zelenskiy]}
      es: {given: Volodímir, family: {preferred: Zelenski, deprecated: [Zelensky]}}
"""
)


def found(text, *, lang="en", source=None):
    checked = check(text, glossary=HOUSE, lang=lang, source=source, source_lang="en" if source is not None else None)
    return [(item.code, item.line, item.column, item.found, item.replacement) for item in checked.findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Donbas only.", []),
        ("The Donbass.", [("E101", 1, 5, "Donbass", "Donbas")]),
        ("One.\r\nTwo Donbass’s.\r\n", [("E101", 2, 5, "Donbass", "Donbas")]),
        ("A\n\n\n  - DONBASS", [("E101", 4, 5, "DONBASS", "DONBAS")]),
        ("At the Donbass Arena.", []),
        ("😀 ﷺ Donbass", [("E101", 1, 5, "Donbass", "Donbas")]),
        ("Vladimir Zelenskiy spoke.", [("E101", 1, 1, "Vladimir Zelenskiy", "Volodymyr Zelensky")]),
        ("Vladimir Putin spoke.", []),
        ("Then Vladimir\nZelenskiy spoke.", [("E101", 1, 6, "Vladimir\nZelenskiy", "Volodymyr\nZelensky")]),
        ("Donbass Odessa", [("E101", 1, 1, "Donbass", "Donbas"), ("E101", 1, 9, "Odessa", "Odesa")]),
        (f"Donbass {IGNORE}\nDonbass", [("E101", 2, 1, "Donbass", "Donbas")]),
        (f"Vladimir\nZelenskiy <!-- {IGNORE} -->", []),
        ("", []),
        (" \n\t\n", []),
    ],
)
def test_without_a_source(text, expected):
    assert found(text) == expected


def test_the_article_before_a_name_belongs_to_the_finding():
    assert found("La ville d'Odesa.", lang="fr") == [("E101", 1, 12, "Odesa", "Odessa")]
    assert found("Le bassin de Donbas.", lang="fr") == [("E101", 1, 14, "Donbas", "Donbass")]


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("In Donbas.", "En Donbás.", []),
        ("In Donbas.", "En Donbass.", [("E101", 1, 4, "Donbass", "Donbás")]),
        ("Nobody.", "El señor Donbass.", []),
        ("Rain.\n\nIn Odesa.", "Lluvia.\n\nAquí.", [("E102", 3, 1, "", None)]),
        (
            "In Donbas.\n\nIn Odesa.",
            "En Donbass.\n\nAllí.",
            [("E101", 1, 4, "Donbass", "Donbás"), ("E102", 3, 1, "", None)],
        ),
        ("In Donbas\nand Odesa.\n\nRain.", "En Donbass y Odesa.\n\nLluvia.", [("E101", 1, 4, "Donbass", "Donbás")]),
        ("In Donbas. In Odesa.", "En Donbás.\n\nEn Odesa.", []),
        ("In Donbas.", f"Allí. {IGNORE}", []),
    ],
)
def test_with_the_source(source, text, expected):
    assert found(text, lang="es", source=source) == expected


def test_a_missing_name_says_what_was_expected_and_for_what():
    (finding,) = check("Lluvia.", glossary=HOUSE, lang="es", source="Volodymyr Zelensky.", source_lang="en").findings
    assert finding.message == '"Volodymyr Zelensky" of the source is missing, expected "Volodímir Zelenski" (zelensky)'


def test_the_message_is_the_documented_one():
    (finding,) = check("Donbass", glossary=HOUSE, lang="es").findings
    assert finding.message == 'deprecated name "Donbass", use "Donbás" (donbas)'


def test_every_rule_has_its_line_of_documentation():
    assert list(RULES) == ["E101", "E102", "E103", "E104"]
    assert all(rule.about.endswith(".") and rule.code == code for code, rule in RULES.items())


_WORDS = ["Donbass", "Donbas", "Odessa", "Vladimir", "Zelenskiy", "Donbass Arena", "the", "’s", "É", "😀", "ﷺ", IGNORE]
_texts = st.lists(st.sampled_from([*_WORDS, " ", " ", "\n", "\r\n", "\n\n", "."]), max_size=14).map("".join)


@settings(max_examples=150, deadline=None)
@given(_texts)
def test_places_slice_to_what_was_found_and_mending_leaves_nothing(text):
    checked = check(text, glossary=HOUSE, lang="en")
    lines = text.split("\n")
    for item in checked.findings:
        assert text[item.start : item.end] == item.found
        before = sum(len(line) + 1 for line in lines[: item.line - 1])
        assert before + item.column - 1 == item.start
    mended = apply_edits(text, checked.edits)
    assert check(mended, glossary=HOUSE, lang="en").findings == ()


@settings(max_examples=60, deadline=None)
@given(_texts, _texts)
def test_with_a_source_too_mending_leaves_no_deprecated_name_that_it_found(source, text):
    checked = check(text, glossary=HOUSE, lang="es", source=source, source_lang="en")
    mended = apply_edits(text, checked.edits)
    again = check(mended, glossary=HOUSE, lang="es", source=source, source_lang="en")
    assert again.edits == ()
