"""Two translations compared: pairs, changes, laws."""

import random
import resource
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glossary import Concept, Glossary, Names, load, shipped
from service.diff import Version, compare
from service.diff.align import Item, align
from service.diff.report import html, text, unified
from service.diff.words import seen
from service.engines import open_engine
from service.pipeline import Pipeline
from service.records import Pair

ARTICLE = (Path(__file__).resolve().parent.parent / "seeds" / "kharkiv-border.txt").read_text(encoding="utf-8")
HOUSE = load(shipped())


def diff(a, b, *, lang="en", glossary=HOUSE, **more):
    return compare(Version(text=a), Version(text=b), lang=lang, glossary=glossary, **more)


def listed(found):
    return [(change.kind, change.a.text, change.b.text) for change in found.changes]


def kinds(found):
    return [pair.kind for pair in found.pairs]


def applied(found):
    """What a becomes when each change's piece is replaced."""
    whole = found.a
    for change in reversed(found.changes):
        assert whole[change.a.start : change.a.end] == change.a.text
        whole = whole[: change.a.start] + change.b.text + whole[change.a.end :]
    return whole


@pytest.mark.parametrize(
    ("lang", "a", "b", "expected"),
    [
        ("en", "In Donbass it rains.", "In Donbas it rains.", [("name", "Donbass", "Donbas")]),
        ("en", "Kharkov's port burns.", "Kharkiv's port burns.", [("name", "Kharkov's", "Kharkiv's")]),
        ("en", "He paid 1,500 euros.", "He paid 1.500 euros.", [("number", "1,500", "1.500")]),
        ("en", "He paid 20 euros.", "He paid twenty euros.", [("number", "20", "twenty")]),
        ("en", "He came, saw.", "He came; saw!", [("punctuation", ",", ";"), ("punctuation", ".", "!")]),
        ("en", "The big dog.", "The large dog.", [("wording", "big", "large")]),
        ("en", "20 men left.", "30 soldiers left.", [("number", "20", "30"), ("wording", "men", "soldiers")]),
        ("fr", "La mer d'Odessa est bleue.", "La mer de Odesa est bleue.", [("name", "d'Odessa", "de Odesa")]),
        ("en", "A road to Kyiv burns.", "A road to Harkov burns.", [("name", "", "Harkov"), ("name", "Kyiv", "")]),
        ("en", "Rain fell on Kharkiv.", "Rain fell on Harkov.", [("name", "Kharkiv", "Harkov")]),
        ("en", "One  two\tthree.", "One two\nthree.", []),
        ("de", "Cafe\u0301 offen.", "Caf\u00e9 offen.", []),
        ("zh", "他去了北京。", "他去过北京。", [("wording", "了", "过")]),
        ("ja", "東京へ行く。", "京都へ行く。", [("wording", "東", ""), ("wording", "", "都")]),
        ("ar", "وصل الوفد اليوم.", "وصل الوفد أمس.", [("wording", "اليوم", "أمس")]),
        ("he", "הוא הגיע היום.", "הוא הגיע אתמול.", [("wording", "היום", "אתמול")]),
        ("th", "เขาไป", "เขามา", [("wording", "ไป", "มา")]),
    ],
)  # fmt: skip
def test_changes_have_their_kind(lang, a, b, expected):
    assert listed(diff(a, b, lang=lang)) == expected


@pytest.mark.parametrize(
    ("a", "b", "follows"),
    [
        ("Donbass", "Donbas", "b"),
        ("Donbas", "Donbass", "a"),
        ("Kharkiv", "Kharkiv's", "both"),
        ("Kharkov", "Kharkoff", "neither"),
    ],
)
def test_a_name_says_whose_it_is_and_who_follows_the_glossary(a, b, follows):
    [change] = diff(f"They live in {a} now.", f"They live in {b} now.").changes
    assert (change.kind, change.follows) == ("name", follows)
    assert change.concept == ("donbas" if a.startswith("D") else "kharkiv")


def test_a_name_that_one_side_lacks_is_a_change_of_names():
    found = diff("Fighting near Kharkov went on.", "Fighting near the big city went on.")
    names = [change for change in found.changes if change.kind == "name"]
    assert [(change.a.text, change.b.text, change.follows) for change in names] == [("Kharkov", "", "neither")]


def test_before_and_after_a_glossary_edit():
    def names(preferred, deprecated):
        return Glossary(
            {"x": Concept(id="x", kind="place", names={"es": Names(preferred=preferred, deprecated=(deprecated,))})}
        )

    before, after = names("Járkov", "Járkiv"), names("Járkiv", "Járkov")
    a, b = "Llueve en Járkov. Hace frío.", "Llueve en Járkiv. Hace frío."
    [change] = diff(a, b, lang="es", glossary=after).changes
    assert (change.kind, change.concept, change.follows) == ("name", "x", "b")
    [change] = diff(a, b, lang="es", glossary=before).changes
    assert change.follows == "a"
    assert not diff(a, b, lang="es", glossary=after).ignoring_names().differs
    assert diff(a, b, lang="es", glossary=after).names_only().differs


def test_ignoring_names_leaves_what_else_differs():
    found = diff("Kiev is big. It rains.", "Kyiv is big. It snows.")
    assert listed(found.ignoring_names()) == [("wording", "rains", "snows")]
    assert listed(found.names_only()) == [("name", "Kiev", "Kyiv")]
    assert found.ignoring_names().differs
    assert not diff("Kiev is big.", "Kyiv is big.").ignoring_names().differs


OURS = (
    "The mayor opened the new bridge on Monday. Thousands of people walked across it. Nobody was hurt. "
    "In the evening there were fireworks over the river. The old bridge will be closed next year."
)
THEIRS = (
    "On Monday the mayor opened the new bridge, and thousands of people walked across it. Nobody was hurt. "
    "There were fireworks in the evening. They were lit over the river. The old bridge will close next year. "
    "Engineers welcomed it."
)


def test_merged_and_split_sentences_of_a_translation_made_elsewhere():
    assert kinds(diff(OURS, THEIRS)) == ["2-1", "1-1", "1-2", "1-1", "0-1"]
    assert kinds(diff(THEIRS, OURS)) == ["1-2", "1-1", "2-1", "1-1", "1-0"]
    counts = diff(OURS, THEIRS).counts
    assert (counts["regrouped"], counts["only_b"], counts["same"]) == (2, 1, 1)


def test_a_sentence_that_is_left_out_moves_nothing_else():
    lines = [f"Sentence number {n} speaks of {word}." for n, word in enumerate(ARTICLE.split()[:12])]
    found = diff(" ".join(lines), " ".join(lines[:4] + lines[5:]))
    assert kinds(found) == ["1-1"] * 4 + ["1-0"] + ["1-1"] * 7
    assert found.counts["changed"] == 1


def test_sentences_without_a_shared_word_pair_by_length():
    long, short = "x" * 200, "y" * 20
    a = [Item(n, frozenset({f"a{n}"}), len(text)) for n, text in enumerate([long, short, long])]
    b = [Item(-n, frozenset({f"b{n}"}), len(text)) for n, text in enumerate([long, short, long], 1)]
    assert align(a, b, one_language=False) == [((0, 1), (0, 1)), ((1, 2), (1, 2)), ((2, 3), (2, 3))]


@pytest.mark.parametrize(
    ("a", "b", "expected"), [("", "", []), ("", "One. Two.", ["0-1", "0-1"]), ("One.", " \n", ["1-0"])]
)
def test_empty_sides(a, b, expected):
    found = diff(a, b)
    assert kinds(found) == expected
    assert found.differs == bool(expected)
    assert found.similarity == (0 if expected else 100)


def test_lines_of_one_source_stay_together():
    a, b = "One.\nTwo words. Three.\nLast.", "Uno.\nDos palabras, tres.\nFin."
    found = diff(a, b, lang="es", same_source=True)
    assert kinds(found) == ["1-1", "2-1", "1-1"]


def test_two_engines_on_the_article(argos_settings):
    with_apertium = open_engine("apertium", argos_settings)
    if Pair("en", "es") not in with_apertium.pairs():
        pytest.skip("no Apertium pair from English to Spanish here")
    pipeline = Pipeline({"apertium": with_apertium, "argos": open_engine("argos", argos_settings)}, HOUSE)
    try:
        one, other = (
            pipeline.translate(ARTICLE, source="en", targets=["es"], engine=engine)[0]
            for engine in ("apertium", "argos")
        )
    finally:
        pipeline.close()
    versions = [Version(text=made.text, mentions=made.mentions) for made in (one, other)]
    found = compare(*versions, lang="es", glossary=HOUSE, same_source=True)
    assert found.differs
    assert found.counts["only_a"] == found.counts["only_b"] == 0
    assert seen(applied(found)) == seen(other.text)
    assert 5 < found.similarity < 90
    # Both followed the glossary: where both name a concept, they do not differ about it.
    names = [change for change in found.changes if change.kind == "name" and change.a.text and change.b.text]
    assert {change.follows for change in names} <= {"both"}


WORDS = st.sampled_from(
    ["Kiev", "Kyiv", "Donbass", "rain", "the", "20", "21", ".", ",", "!", "\n", "北", "京", "שלום", "d'"]
)
TEXTS = st.lists(WORDS, max_size=25).map(" ".join) | st.text(max_size=60)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_a_text_does_not_differ_from_itself(a):
    found = diff(a, a)
    assert not found.differs
    assert found.similarity == 100


@settings(max_examples=250, deadline=None)
@given(TEXTS, TEXTS)
def test_laws(a, b):
    found, back = diff(a, b), diff(b, a)
    assert seen(applied(found)) == seen(b)
    assert seen(applied(back)) == seen(a)
    for side, whole in (("a", a), ("b", b)):
        spans = [span for pair in found.pairs for span in getattr(pair, side)]
        assert all(whole[span.start : span.end] == span.text for span in spans)
        assert seen("".join(span.text for span in spans)) == seen(whole)
    if a != b:
        assert back == found.mirrored()
    assert found.similarity == pytest.approx(back.similarity)
    mirrored = {"only_a": found.counts["only_b"], "only_b": found.counts["only_a"]}
    assert back.counts == found.counts | mirrored
    assert {pair.kind for pair in found.pairs} <= {"1-1", "1-0", "0-1", "1-2", "2-1", "2-2", "1-3", "3-1"}
    assert found.names_only().counts["changes"] + found.ignoring_names().counts["changes"] == found.counts["changes"]


def test_a_hundred_thousand_words():
    chance = random.Random(4)
    vocabulary = sorted({word for word in ARTICLE.split() if word.isalpha()})
    sentences = [
        " ".join(chance.choice(vocabulary) for _ in range(chance.randint(8, 32))) + f" {n}." for n in range(4900)
    ]
    other = []
    for sentence in sentences:
        fate = chance.random()
        if fate > 0.02:
            changed = [chance.choice(vocabulary) if chance.random() < 0.08 else word for word in sentence.split()]
            other.append(" ".join(changed).replace(".", "," if fate < 0.06 else "."))
    a, b = " ".join(sentences), " ".join(other)
    assert len(a.split()) > 98_000
    started = time.process_time()
    found = diff(a, b)
    assert time.process_time() - started < 30  # 10 on a machine of its own; the test's may be shared
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 4_000_000  # of the whole test run, in KiB
    assert seen(applied(found)) == seen(b)
    assert found.counts["only_a"] < 200
    assert found.similarity > 80


EVIL = '<script>alert("1")</script> & <b onclick=x>Kiev</b> went.'


def test_the_html_report_escapes_everything_and_reaches_for_nothing():
    page = html(diff(EVIL, EVIL.replace("Kiev", "Kyiv").replace("went", "<img src=x>")), a="<i>a</i>", b='"b"')
    assert "<script" not in page
    assert "<b onclick" not in page
    assert "<img" not in page
    assert "<i>" not in page
    assert "&lt;script&gt;" in page
    assert "://" not in page
    assert "prefers-color-scheme" in page
    assert "@media print" in page


@pytest.mark.parametrize(
    ("lang", "expected"), [("ar", "rtl"), ("he", "rtl"), ("fa", "rtl"), ("uk", "ltr"), ("zh", "ltr")]
)
def test_the_html_report_lays_texts_out_as_they_are_read(lang, expected):
    assert f'lang="{lang}" dir="{expected}"' in html(diff("שלום א", "שלום ב", lang=lang))


def test_the_text_report_marks_what_changed_and_obeys_no_control_character():
    lines = [
        "".join(run.text for run in line) for line in text(diff("A \x1b[31mred dog.", "A \x1b[31mred cat."), marks=True)
    ]
    assert "- A �[31mred [-dog-]." in lines
    assert "+ A �[31mred {+cat+}." in lines
    assert not any("\x1b" in line for line in lines)


def test_the_unified_diff_is_one():
    found = diff("One. Two is here. Three.", "One. Two was here. Three.")
    assert list(unified(found, a="x", b="y")) == [
        "--- x", "+++ y", "@@ -1,3 +1,3 @@", " One.", "-Two is here.", "+Two was here.", " Three.",
    ]  # fmt: skip
    assert list(unified(diff("One.", " One.\n"), a="x", b="y")) == []


def test_a_quotation_that_is_never_closed_swallows_no_sentences():
    lines = [f"Then speaker {n} talked of {word} for a while." for n, word in enumerate(ARTICLE.split()[:30])]
    a, b = " ".join(["«He began.", *lines]), " ".join(["He began.", *lines])
    assert kinds(diff(a, b, lang="es")) == ["1-1"] * 31
