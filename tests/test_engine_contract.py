"""The laws of `service.engines.Engine`, over every engine of the table that is installed here."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from service.engines import ENGINES, Engine, open_engine
from service.errors import ServiceError, UnknownEngineError, UnsupportedPairError
from service.records import Pair
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIR = Pair("en", "es")  # each engine has it: argos by construction, apertium from Debian, echo always
_SENTENCES = [
    "The president of Ukraine said that the soldiers left the village.",
    "People live here.",
    "The mayor of the old city met the minister near the bridge, and the train arrived after two days.",
    "Monday",
    "The children read a book in the school.",
    "Oleksandr Synyehubov wrote to Volodymyr Zelensky from Kharkiv.",
    "The war lost.",
    "Many people returned to the small town on the river, but the market closed in the evening.",
]
_WEIRD = [
    "…",
    "“”",
    "12:30",
    "\u200b",
    "a\u0301\u0301\u0301 city",
    "the 🏙️ city",
    "Привіт, Київ",
    "東京は雨です",
    "مرحبا",
    "the\u00a0city\u2028of\tpeace",
    "<b>the city</b> & [the] {house} ^a/b$ \\ @ *",
    "x" * 3000,
    "the city " * 300,
]


@pytest.fixture(scope="module", params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest, argos_settings: Settings) -> Iterator[Engine]:
    try:
        opened = open_engine(request.param, argos_settings)
        pairs = opened.pairs()
    except ServiceError as error:
        pytest.skip(f"{request.param} is not installed here: {error}")
    if _PAIR not in pairs:
        pytest.skip(f"{request.param} has no {_PAIR} here")
    yield opened
    opened.close()


def test_name_is_that_of_the_table(engine: Engine) -> None:
    assert engine.name in ENGINES


def test_pairs_are_canonical_and_join_two_languages(engine: Engine) -> None:
    from service.languages import canonical

    for pair in engine.pairs():
        assert (canonical(pair.source), canonical(pair.target)) == (pair.source, pair.target)
        assert pair.source != pair.target


def test_n_sentences_in_are_n_sentences_out_in_order(engine: Engine) -> None:
    there = engine.translate(_SENTENCES, _PAIR)
    back = engine.translate(_SENTENCES[::-1], _PAIR)
    assert len(there) == len(_SENTENCES)
    assert all(there)
    assert there == back[::-1]


def test_one_alone_comes_out_as_among_others(engine: Engine) -> None:
    many = _SENTENCES * 3
    random.Random(1).shuffle(many)
    among = engine.translate(many, _PAIR)
    assert among == [engine.translate([sentence], _PAIR)[0] for sentence in many]


def test_no_sentences_are_no_sentences(engine: Engine) -> None:
    assert engine.translate([], _PAIR) == []
    assert engine.hypotheses([], _PAIR, n=3) == []


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u00a0"])
def test_blank_sentences_stay_and_keep_their_places(engine: Engine, blank: str) -> None:
    translated = engine.translate([_SENTENCES[0], blank, _SENTENCES[1]], _PAIR)
    assert translated[1] == blank
    assert [translated[0], translated[2]] == engine.translate(_SENTENCES[:2], _PAIR)


def test_weird_characters_disturb_no_neighbour(engine: Engine) -> None:
    mixed = [sentence for pair in zip(_SENTENCES * 2, _WEIRD, strict=False) for sentence in pair]
    translated = engine.translate(mixed, _PAIR)
    assert len(translated) == len(mixed)
    assert translated[::2] == engine.translate(mixed[::2], _PAIR)
    assert all(text.strip() for text, sentence in zip(translated, mixed, strict=True) if sentence.strip())


def test_hypotheses_begin_with_the_translation(engine: Engine) -> None:
    for n in (1, 3, 8):
        found = engine.hypotheses(_SENTENCES, _PAIR, n=n)
        assert [hypotheses[0].text for hypotheses in found] == engine.translate(_SENTENCES, _PAIR)
        assert all(1 <= len(hypotheses) <= n for hypotheses in found)
        assert all(len({each.text for each in hypotheses}) == len(hypotheses) for hypotheses in found)


@pytest.mark.parametrize("pair", [Pair("en", "vo"), Pair("vo", "en"), Pair("en", "en"), Pair("", "es")])
def test_unsupported_pair_is_an_error_that_names_a_remedy(engine: Engine, pair: Pair) -> None:
    with pytest.raises(UnsupportedPairError, match=r"install|language"):
        engine.translate(["The city."], pair)


def test_fingerprint_is_stable_and_short(engine: Engine, argos_settings: Settings) -> None:
    again = open_engine(engine.name, argos_settings)
    assert engine.fingerprint(_PAIR) == again.fingerprint(_PAIR)
    assert 0 < len(engine.fingerprint(_PAIR)) < 200
    again.close()


def test_threads_get_their_own_translations(engine: Engine) -> None:
    expected = engine.translate(_SENTENCES, _PAIR)

    def task(n: int) -> bool:
        order = random.Random(n).sample(range(len(_SENTENCES)), len(_SENTENCES))
        translated = engine.translate([_SENTENCES[k] for k in order], _PAIR)
        return translated == [expected[k] for k in order]

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(task, range(16)))


def test_unknown_engine_names_those_there_are() -> None:
    with pytest.raises(UnknownEngineError, match="apertium, argos, echo"):
        open_engine("moses", Settings(argos_packages=Path("nowhere")))
