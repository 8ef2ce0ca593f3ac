"""Splitting and joining: lossless for any text, and what an engine should see."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.segment import MAX_SEGMENT_CHARS, join, split

pieces = st.sampled_from(
    [
        "One. ",
        "Two? ",
        "“Quoted,” he said.",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "  ",
        "- ",
        "1. ",
        "# ",
        "U.S. ",
        "。",
        "はい",
        "\u2028",
        "\x85",
    ]
)


@given(st.one_of(st.text(), st.lists(pieces).map("".join)), st.sampled_from(["en", "es", "ja", "zh-Hans", "uk", "xx"]))
@example("\ud800. Half a pair. \udfff", "en")
@example("İstanbul. ﷺ. Done.", "tr")
def test_join_gives_back_what_was_split(text, lang):
    found = split(text, lang=lang)
    assert join(found) == text
    assert len(found.between) == len(found.segments) + 1
    for segment in found.segments:
        assert text[segment.start : segment.start + len(segment.text)] == segment.text
        assert 0 < len(segment.text) <= MAX_SEGMENT_CHARS
        assert segment.text == segment.text.strip()


@pytest.mark.parametrize(
    ("text", "lang", "expect"),
    [
        ("", "en", []),
        (" \n\t ", "en", []),
        ("12:30 — 45 %", "en", []),
        ("One. Two.", "en", ["One.", "Two."]),
        ("Title\n\nOne.\r\nTwo.", "en", ["Title", "One.", "Two."]),
        ("- first\n- second\n3. third", "en", ["first", "second", "third"]),
        ("## Heading\n> quoted text", "en", ["Heading", "quoted text"]),
        ("The U.S. Senate met. Mr. Smith spoke.", "en", ["The U.S. Senate met.", "Mr. Smith spoke."]),
        ("“We are here. The guards too.” He left.", "en", ["“We are here. The guards too.”", "He left."]),
        ("今日は。明日は。", "ja", ["今日は。", "明日は。"]),
        ("\ufeffFirst line.", "en", ["First line."]),
    ],
)
def test_segments(text, lang, expect):
    assert [segment.text for segment in split(text, lang=lang).segments] == expect


@pytest.mark.parametrize(
    "line", ["word " * 200_000, "a.b. " * 200_000, '("' * 500_000, "x" * 1_000_000, "Hello there. " * 77_000]
)
def test_a_line_of_a_megabyte_takes_seconds_at_most(line):
    started = time.monotonic()
    assert join(split(line, lang="en")) == line
    assert time.monotonic() - started < 20


def test_join_wants_a_translation_for_each_segment():
    with pytest.raises(ValueError, match="zip"):
        join(split("One. Two.", lang="en"), ["Uno."])
