"""The records: what counts as content, and which names hold in a language."""

import dataclasses

import pytest

from glossary import Concept, Glossary, Names, PersonNames

CONCEPT = Concept(
    id="a",
    kind="person",
    names={
        "en": Names(preferred="A", admitted=("B",), deprecated=("C",), forms={"gen": "D"}),
        "pt": PersonNames(given=Names(preferred="E"), family=Names(preferred="F")),
    },
    line=3,
)
OTHER = {
    "id": "b",
    "kind": "place",
    "names": {"en": Names(preferred="A")},
    "excepts": {"en": ("A B",)},
    "near": {"en": ("A B",)},
    "match": "any",
    "romanise": False,
    "note": "n",
    "source": "n",
}


def fingerprint(concept):
    return Glossary({concept.id: concept}).fingerprint


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Concept)])
def test_the_fingerprint_follows_every_field_but_the_line(field):
    changed = dataclasses.replace(CONCEPT, **{field: OTHER.get(field, 99)})
    assert (fingerprint(changed) == fingerprint(CONCEPT)) == (field == "line")


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("en", Names(preferred="A", admitted=("B",), deprecated=("C",))),
        ("en", Names(preferred="A", admitted=("C",), deprecated=("B",), forms={"gen": "D"})),
        ("en", Names(preferred="A", admitted=("B", "C"), forms={"gen": "D"})),
        ("en", Names(preferred="A", admitted=("B",), deprecated=("C",), forms={"dat": "D"})),
        ("pt", PersonNames(given=Names(preferred="E"), family=Names(preferred="F"), alone=False)),
        ("pt", PersonNames(given=Names(preferred="F"), family=Names(preferred="E"))),
        ("pt", Names(preferred="E F")),
        ("fr", Names(preferred="A")),
    ],
)
def test_the_fingerprint_follows_every_name(lang, names):
    assert fingerprint(dataclasses.replace(CONCEPT, names={**CONCEPT.names, lang: names})) != fingerprint(CONCEPT)


def test_the_order_of_languages_is_no_content_and_two_notes_are_told_apart():
    turned = dataclasses.replace(CONCEPT, names=dict(reversed(CONCEPT.names.items())))
    assert fingerprint(turned) == fingerprint(CONCEPT)
    note, source = dataclasses.replace(CONCEPT, note="x"), dataclasses.replace(CONCEPT, source="x")
    assert fingerprint(note) != fingerprint(source)


@pytest.mark.parametrize(("lang", "found"), [("pt-BR", "pt"), ("pt", "pt"), ("en-GB-oxendict", "en"), ("fr", None)])
def test_a_language_falls_back_to_its_parents(lang, found):
    assert CONCEPT.named_in(lang) == (CONCEPT.names[found] if found else None)
