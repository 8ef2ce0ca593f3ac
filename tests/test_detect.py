"""The language of a text: right on sentences, on greetings, on Cyrillic ones; bounded; honest about nothing."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.detect import detect, detect_all

CASES = json.loads((Path(__file__).parent / "languages.json").read_text(encoding="utf-8"))
#: Greetings that are the same words, or nearly, in a neighbour's language.
SHARED = {
    "Новини дня",
    "Новости дня",
    "Благодаря много",
    "Благодарам многу",
    "Onde está a estación?",
    "Kde je stanica?",
    "Ďakujem pekne",
    "Unde este gara?",
    "Multan dankon",
}


@pytest.mark.parametrize("lang", CASES)
def test_a_sentence_is_told(lang):
    assert detect(CASES[lang][0])[0].lang == lang


@pytest.mark.parametrize("lang", CASES)
def test_greetings_and_questions_are_told_unless_two_languages_share_them(lang):
    texts = [text for text in CASES[lang] if text not in SHARED]
    assert [best[0].lang for best in detect_all(texts)] == [lang] * len(texts)


@pytest.mark.parametrize("text", sorted(SHARED))
def test_what_two_languages_share_has_the_right_one_among_the_guesses(text):
    lang = next(lang for lang, texts in CASES.items() if text in texts)
    assert lang in [guess.lang for guess in detect(text)]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Ґанок і їжа", "uk"),
        ("Ў краіне", "be"),
        ("Ђаци и њихов учитељ", "sr"),
        ("Ноќта над ѓаволот", "mk"),
        ("Объект", "ru"),
    ],
)
def test_letters_that_one_alphabet_alone_has_decide(text, lang):
    assert detect(text)[0].lang == lang


def test_a_quoted_name_does_not_make_a_text_foreign():
    text = (
        "Губернатор сообщил, что ночью город снова обстреляли, пострадали двое. " * 4 + "Газета называется «Її день»."
    )
    assert detect(text)[0].lang == "ru"


@pytest.mark.parametrize("text", ["", " \n\t", "🙂 🙃", "42 %, 7-9", "…!?", "\x00"])
def test_there_may_be_nothing_to_tell_by(text):
    assert detect(text) == []


def test_each_text_of_a_batch_is_told_by_itself():
    found = detect_all(["Good morning, friends", "Доброго ранку, друзі", "42"])
    assert [[guess.lang for guess in guesses[:1]] for guesses in found] == [["en"], ["uk"], []]


def test_a_long_text_is_judged_by_parts_of_it_in_bounded_time():
    text = "The governor reported new shelling of the city. " * 100_000
    detect("warm")
    began = time.perf_counter()
    assert detect(text)[0].lang == "en"
    assert time.perf_counter() - began < 1


def test_several_threads_load_one_model_and_agree():
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: detect("Доброго ранку, друзі")[0].lang, range(50)))
    assert set(found) == {"uk"}


@given(st.text(max_size=200))
def test_guesses_are_few_ordered_and_between_nought_and_one(text):
    found = detect(text)
    chances = [guess.confidence for guess in found]
    assert len(found) <= 3
    assert chances == sorted(chances, reverse=True)
    assert all(0 < chance <= 1 for chance in chances)
    assert len({guess.lang for guess in found}) == len(found)
