import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary import Concept, Glossary, Names, PersonNames, matcher, resolve


def concept(cid, kind="place", **options):
    names = options.pop("names")
    named = {lang: Names(preferred=name) if isinstance(name, str) else name for lang, name in names.items()}
    return Concept(id=cid, kind=kind, names=named, **options)


ZELENSKY = PersonNames(
    given=Names(preferred="Volodymyr", deprecated=("Vladimir",)),
    family=Names(preferred="Zelensky", deprecated=("Zelenskyy",)),
)
PRUS = PersonNames(given=Names(preferred="Anna"), family=Names(preferred="Prus"), alone=False)
DONBAS = {"en": Names(preferred="Donbas", deprecated=("Donbass",)), "de": "Donbass", "tr": "Donbas"}
KHARKIV = {"ru": "Харьков", "uk": "Харків", "zh": "哈尔科夫", "he": "חרקוב", "en": "Kharkiv", "fr": "Kharkiv"}
PROPHET = {"en": Names(preferred="Muhammad", deprecated=("Mohammed",))}
GLOSSARY = Glossary(
    {
        c.id: c
        for c in (
            concept("donbas", names=DONBAS, excepts={"en": ("Donbass Arena",)}),
            concept("arena", "organisation", names={"en": "Donbass Arena"}),
            concept("kharkiv", names=KHARKIV),
            concept("donets", names={"ru": "Северский Донец", "uk": "Сіверський Донець"}),
            concept("laden", "person", names={"en": "bin Laden"}),
            concept("who", "organisation", names={"en": "WHO"}),
            concept("assad", "person", names={"cs": Names(preferred="Asad", deprecated=("Assad",))}),
            concept("prophet", "person", names=PROPHET, near={"en": ("prophet", "Islam")}),
            concept("zelensky", "person", names={"en": ZELENSKY}),
            concept("shy", "person", names={"en": PRUS}),
            concept("tea", "term", names={"en": "tea"}, match="any"),
            concept("exact", "term", names={"en": "macOS"}, match="sensitive"),
            concept("weiss", names={"de": "Weißrussland"}),
        )
    }
)
WORDS = ["Donbass", "Donbass Arena", "bin", "Laden", "bin Laden", "Vladimir", "Zelensky", ",", "WHO", "’s"]


def found(text, lang="en"):
    return [
        (match.concept.id, text[match.start : match.end]) for match in resolve(matcher(GLOSSARY, lang=lang).find(text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "In Donbas, Donbass's and DONBASS’S mines",
            [("donbas", "Donbas"), ("donbas", "Donbass's"), ("donbas", "DONBASS’S")],
        ),
        ("the Donbass-Region", [("donbas", "Donbass")]),
        ("donbass donbas", []),
        ("Donbassers XDonbass", []),
        ("Don\u00adbass", [("donbas", "Don\u00adbass")]),
        ("the Donbass Arena", [("arena", "Donbass Arena")]),
        (
            "BIN LADEN and Bin Laden, bin Laden, not bin laden",
            [("laden", "BIN LADEN"), ("laden", "Bin Laden"), ("laden", "bin Laden")],
        ),
        ("Who asks WHO?", [("who", "WHO")]),
        (
            "Vladimir Zelenskyy met Zelensky and Vladimir Putin",
            [("zelensky", "Vladimir Zelenskyy"), ("zelensky", "Zelensky")],
        ),
        ("Anna Prus knows Prus and Anna", [("shy", "Anna Prus")]),
        ("Tea or TEA, steam or tea", [("tea", "Tea"), ("tea", "TEA"), ("tea", "tea")]),
        ("macOS, MacOS, MACOS", [("exact", "macOS")]),
        ("The prophet Mohammed. Mohammed Ali.", [("prophet", "Mohammed")]),
    ],
)
def test_find_in_english(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("Под Харьковом, у Северского Донца", "ru", ["Харьковом", "Северского Донца"]),
        ("біля Харкова на Сіверському Дінці", "uk", ["Харкова", "Сіверському Дінці"]),
        ("在哈尔科夫市", "zh", ["哈尔科夫"]),
        ("בחרקוב וחרקוב", "he", ["חרקוב", "חרקוב"]),
        ("près d'Kharkiv, l’Kharkiv", "fr", ["Kharkiv", "Kharkiv"]),
        ("Donbas'ta", "tr", ["Donbas'ta"]),
        ("s Assadem o Asadovi", "cs", ["Assadem", "Asadovi"]),
        ("WEISSRUSSLAND, Weißrusslands", "de", ["WEISSRUSSLAND", "Weißrusslands"]),
    ],
)
def test_find_with_endings(text, lang, expected):
    assert [surface for _, surface in found(text, lang)] == expected


LISTED = [
    (lang, form)
    for c in GLOSSARY.concepts.values()
    for lang, names in c.names.items()
    if isinstance(names, Names) and not c.near
    for form in (names.preferred, *names.deprecated)
]


@given(
    st.sampled_from(LISTED),
    st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]),
    st.sampled_from([("", ""), ("«", "»."), ("so ", " etc."), ("(", ")"), ("a\n", "\nb")]),
)
def test_every_listed_form_is_found_in_every_normal_form(listed, normal, around):
    lang, form = listed
    form = unicodedata.normalize(normal, form)
    text = around[0] + form + around[1]
    if lang == "en" and "Arena" in form:
        return
    spans = [(m.start, m.end) for m in matcher(GLOSSARY, lang=lang).find(text)]
    assert (len(around[0]), len(around[0]) + len(form)) in spans


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_offsets_slice_to_what_they_claim_and_nothing_overlaps(words):
    text = " ".join(words)
    matches = resolve(matcher(GLOSSARY, lang="en").find(text))
    assert all(a.end <= b.start for a, b in pairwise(matches))
    for match in matches:
        for part in match.parts:
            assert match.start <= part.start < part.end <= match.end
            assert text[part.start : part.end].casefold() == part.form.casefold()


def test_an_empty_glossary_finds_nothing():
    assert matcher(Glossary(), lang="en").find("Donbass") == []


def test_a_matcher_is_compiled_once_for_a_glossary_and_a_language():
    assert matcher(GLOSSARY, lang="en") is matcher(GLOSSARY, lang="en")
    assert matcher(GLOSSARY, lang="en") is not matcher(GLOSSARY, lang="de")


def test_a_language_variety_falls_back_to_its_language():
    glossary = Glossary({"x": concept("x", names={"pt": "Carcóvia"})})
    assert [m.concept.id for m in matcher(glossary, lang="pt-BR").find("em Carcóvia")] == ["x"]
