"""Terms of one pair laid over a glossary: they win, and what the house knows of the same name still helps."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary import Concept, Glossary, Names, PersonNames, answer, settle
from glossary.layer import Layers, layered

KYIV = Concept(
    id="kyiv",
    kind="place",
    names={
        "en": Names(preferred="Kyiv", admitted=("Kiyv",), deprecated=("Kiev",)),
        "de": Names(preferred="Kyjiw", admitted=("Kiew",), deprecated=("Kijev",)),
        "es": Names(preferred="Kyiv", deprecated=("Kiev",)),
        "pt-BR": Names(preferred="Kyiv"),
    },
)
ZELENSKY = Concept(
    id="zelensky",
    kind="person",
    names={
        "en": PersonNames(
            given=Names(preferred="Volodymyr", deprecated=("Vladimir",)),
            family=Names(preferred="Zelensky", deprecated=("Zelenskyy",)),
        ),
        "de": PersonNames(given=Names(preferred="Wolodymyr"), family=Names(preferred="Selenskyj")),
    },
)
TURKEY = Concept(id="turkey", kind="place", names={"en": Names(preferred="Turkey"), "de": Names(preferred="Türkei")})
HOUSE = Glossary({concept.id: concept for concept in (KYIV, ZELENSKY, TURKEY)})


def settled(entries, source, translation, *, house=HOUSE, target="de"):
    glossary = layered(house, entries, source_lang="en", target_lang=target)
    return settle(source, translation, glossary=glossary, source_lang="en", target_lang=target)


def test_no_terms_leave_the_very_glossary():
    assert layered(HOUSE, {}, source_lang="en", target_lang="de") is HOUSE
    assert layered(HOUSE, {"\u00ad": "x", "a": " "}, source_lang="en", target_lang="de") is HOUSE


@pytest.mark.parametrize(
    ("term", "source", "translation", "wanted"),
    [
        ("Kyiv", "Kyiv fell.", "Kyjiw fiel.", "Kiew fiel."),
        ("Kyiv", "Kiev fell.", "Kijev fiel.", "Kiew fiel."),
        ("Kiev", "Kyiv fell.", "Kyjiw fiel.", "Kiew fiel."),
        ("KYIV", "Kyiv fell.", "Kyjiw fiel.", "Kiew fiel."),
        ("Kyiv", "Kyiv's mayor", "Kyjiws Bürgermeister", "Kiews Bürgermeister"),
    ],
)
def test_a_term_that_the_house_has_wins_and_all_its_variants_follow(term, source, translation, wanted):
    result = settled({term: "Kiew"}, source, translation)
    assert result.text == wanted
    assert [mention.concept for mention in result.mentions] == ["kyiv"]


def test_a_new_term_is_a_concept_of_its_own_beside_the_house():
    result = settled({"Zzyzx": "Zizix"}, "From Zzyzx to Kiev.", "Von Zizix nach Kijev.")
    assert result.text == "Von Zizix nach Kyjiw."
    assert [(each.concept, each.status) for each in result.mentions] == [
        ("glossary:Zzyzx", "kept"),
        ("kyiv", "rewritten"),
    ]


def test_a_term_alone_is_answered_without_an_engine():
    glossary = layered(HOUSE, {"artist": "Maler"}, source_lang="en", target_lang="de")
    assert answer(" artist\n", glossary, source_lang="en", target_lang="de") == " Maler\n"
    assert answer("Kiev", glossary, source_lang="en", target_lang="de") == "Kyjiw"


def test_nothing_is_laid_over_the_way_back_or_another_language():
    glossary = layered(HOUSE, {"Kyiv": "Kiew", "artist": "Maler"}, source_lang="en", target_lang="de")
    assert answer("Kiev", glossary, source_lang="en", target_lang="es") == "Kyiv"
    assert answer("artist", glossary, source_lang="en", target_lang="es") is None


def test_a_variety_that_the_house_has_is_overlaid_too():
    glossary = layered(HOUSE, {"Kyiv": "Quieve"}, source_lang="en", target_lang="pt-BR")
    assert answer("Kiev", glossary, source_lang="en", target_lang="pt-BR") == "Quieve"


@pytest.mark.parametrize(
    ("entries", "source", "wanted"),
    [
        ({"Zelensky": "Selenski"}, "Volodymyr Zelenskyy", "Wolodymyr Selenski"),
        ({"Zelensky": "Selenski"}, "Zelenskyy", "Selenski"),
        ({"Volodymyr Zelensky": "Wladimir Selenski"}, "Vladimir Zelensky", "Wladimir Selenski"),
        ({"Volodymyr Zelensky": "Wladimir Selenski"}, "Zelensky", "Selenski"),
    ],
)
def test_a_persons_parts_stay_parts(entries, source, wanted):
    glossary = layered(HOUSE, entries, source_lang="en", target_lang="de")
    assert answer(source, glossary, source_lang="en", target_lang="de") == wanted


def test_a_word_written_small_is_not_the_name_written_large():
    glossary = layered(HOUSE, {"turkey": "Truthahn"}, source_lang="en", target_lang="de")
    assert answer("Turkey", glossary, source_lang="en", target_lang="de") == "Türkei"
    assert answer("turkey", glossary, source_lang="en", target_lang="de") == "Truthahn"


def test_two_terms_for_one_house_name_are_both_kept_apart():
    glossary = layered(HOUSE, {"Kiev": "Kiew", "Kyiv": "Kyjiv"}, source_lang="en", target_lang="de")
    assert answer("Kiev", glossary, source_lang="en", target_lang="de") == "Kiew"
    assert answer("Kyiv", glossary, source_lang="en", target_lang="de") == "Kyjiv"
    assert answer("Kiyv", glossary, source_lang="en", target_lang="de") == "Kyjiv"


def test_layers_over_layers_add_up():
    first = layered(HOUSE, {"Zzyzx": "Zizix"}, source_lang="en", target_lang="de")
    both = layered(first, {"Zzyzx": "Zizixe"}, source_lang="en", target_lang="fr")
    assert answer("Zzyzx", both, source_lang="en", target_lang="de") == "Zizix"
    assert answer("Zzyzx", both, source_lang="en", target_lang="fr") == "Zizixe"
    assert len(both.concepts) == len(first.concepts)


TERMS = st.dictionaries(st.text(max_size=12), st.text(max_size=12), max_size=6)


@given(TERMS)
def test_whatever_the_terms_are_a_layer_works_and_keeps_the_house(entries):
    glossary = layered(HOUSE, entries, source_lang="en", target_lang="de")
    assert set(HOUSE.concepts) <= set(glossary.concepts)
    text = "Kiev and " + " ".join(entries)
    result = settle(text, text, glossary=glossary, source_lang="en", target_lang="de")
    assert all(text[each.source.start : each.source.end] == each.source.text for each in result.mentions)


@given(st.dictionaries(st.text("abcdefgh", min_size=3, max_size=9), st.text("stuvwxyz", min_size=1), min_size=1))
def test_every_term_alone_gives_its_translation(entries):
    glossary = layered(HOUSE, entries, source_lang="en", target_lang="de")
    for term, translation in entries.items():
        assert answer(term, glossary, source_lang="en", target_lang="de") == translation


def test_a_layer_is_made_once_for_its_version_and_its_house():
    layers, calls = Layers(), []

    def entries():
        calls.append(1)
        return {"Zzyzx": "Zizix"}

    def over(version, house=HOUSE):
        return layers.over(house, entries, version=version, source_lang="en", target_lang="de")

    assert over("1") is over("1")
    assert len(calls) == 1
    over("2")
    over("1", Glossary({"kyiv": KYIV}))
    assert len(calls) == 3


def test_layers_forget_those_that_were_not_asked_for_longest():
    layers, calls = Layers(max_terms=2), []

    def over(version):
        def entries():
            calls.append(version)
            return {f"term {version}": "x"}

        layers.over(HOUSE, entries, version=version, source_lang="en", target_lang="de")

    for version in "aabacbac":
        over(version)
    assert calls == list("abcbac")


def test_threads_get_the_same_layer():
    layers, got = Layers(), []
    barrier = threading.Barrier(8)

    def ask():
        barrier.wait()
        got.append(layers.over(HOUSE, lambda: {"Zzyzx": "Zizix"}, version="1", source_lang="en", target_lang="de"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, got))) == 1
