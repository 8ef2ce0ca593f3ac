import unicodedata
from itertools import pairwise, takewhile
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary.fold import fold, folded_name, is_word, word_end

AWKWARD = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("İıßﷺﬁ&#39;’ \u0301\u00ad\u200d\u200fЙйёї\n\r\t K-‑–")),
    max_size=40,
)


@given(AWKWARD, st.sampled_from(["en", "tr", "ru", "ar", "zh"]))
def test_spans_stay_in_the_text_and_in_order(text, lang):
    folded = fold(text, lang=lang)
    spans = [folded.span(i, i + 1) for i in range(len(folded.text))]
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(spans))


@given(st.text(st.characters(categories=["L", "Nd", "Zs"]), min_size=1, max_size=20))
def test_plain_text_keeps_its_offsets(text):
    text = unicodedata.normalize("NFC", text)
    folded = fold(text, lang="en")
    if not folded.breaks:
        assert len(folded.text) == len(text)
        assert folded.span(0, len(text)) == (0, len(text))


@pytest.mark.parametrize(
    ("one", "other", "lang"),
    [
        ("Донба́сс", "донбасс", "ru"),
        ("Nagorno‑Karabakh", "nagorno-karabakh", "en"),
        ("Слов’янськ", "слов'янськ", "uk"),
        ("Kar\u00adkiv", "karkiv", "en"),
        ("Erdog\u0306an", "erdoğan", "en"),
        ("İSTANBUL", "istanbul", "tr"),
        ("I\u0307stanbul", "istanbul", "tr"),
        ("DIYARBAKIR", "dıyarbakır", "tr"),
        ("Sana&#39;a", "sana'a", "en"),
        ("Tel\u00a0Aviv", "tel aviv", "en"),
        ("Tel  Aviv", "tel aviv", "en"),
        ("“Wagner”", '"wagner"', "en"),
        ("خامنه‌ای", "خامنهاي", "fa"),
        ("ﬁume", "fiume", "it"),
    ],
)
def test_differences_that_do_not_count(one, other, lang):
    assert fold(one, lang=lang).text == other
    assert folded_name(one, lang) == other


@given(AWKWARD)
def test_long_texts_fold_as_short_ones_do(text):
    short = fold(text, lang="en")
    with patch("glossary.fold._CACHED_CHARS", 3):
        assert fold(text, lang="en") == short


@given(AWKWARD)
def test_words_end_where_their_characters_do(text):
    text = "".join(char for char in text if char <= "\uffff")
    assert word_end(text, 0) == len(list(takewhile(is_word, text)))


@pytest.mark.parametrize(
    "pair", [("Karadžić", "Karadzic"), ("Хрущёв", "Хрущев"), ("Київ", "Киів"), ("Diyarbakır", "Diyarbakir")]
)
def test_accents_count(pair):
    assert folded_name(pair[0], "en") != folded_name(pair[1], "en")


def test_a_wrapped_line_is_a_space_and_an_empty_line_is_none():
    assert fold("Tel\nAviv", lang="en").text == "tel aviv"
    assert fold("Tel\n\nAviv", lang="en").text != "tel aviv"
