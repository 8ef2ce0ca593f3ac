"""What `normalise` and `settle` do, as cases (tests/cases/*.json) and as laws that hold for every one of them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glossary import answer, apply_edits, find_mentions, load, normalise, settle, wanted_name

CASES = Path(__file__).parent / "cases"
NAMES = load(CASES / "names.yaml")


def cases():
    for path in sorted(CASES.glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8")):
            failing = [pytest.mark.xfail(reason=case["comment"], strict=True)] if case["expect"] == "fail" else []
            yield pytest.param(case, id=f"{path.stem}: {case['label']}", marks=failing)


def run(case, text):
    if "source" in case:
        return settle(case["source"], text, glossary=NAMES, source_lang=case["from"], target_lang=case["lang"])
    return normalise(text, glossary=NAMES, lang=case["lang"])


def check_laws(case, text, result):
    """Assert that edits replay, touch what they say, and that a second run has nothing to do."""
    assert apply_edits(text, result.edits) == result.text
    assert all(text[edit.start : edit.end] == edit.before for edit in result.edits)
    assert run(case, result.text).edits == ()
    for mention in getattr(result, "mentions", ()):
        assert case["source"][mention.source.start : mention.source.end] == mention.source.text
        if mention.target:
            assert result.text[mention.target.start : mention.target.end] == mention.target.text


@pytest.mark.parametrize("case", list(cases()))
def test_case(case):
    result = run(case, case["original"])
    assert result.text == case["fixed"]
    check_laws(case, case["original"], result)


PIECES = [
    "Kharkov", "Kharkiv's", "Odessa", ", Texas", "Donbass", "DONBASS", "Donbass Arena", "Peking", "Peking University",
    "Vladimir", "Zelenskyy", "Zelensky’s", "Ben Laden", "bin", "Mohammed", "prophet", "an Ekaterinburg", "a", "and",
    "Karadzic", "Караџић", "Zenith", "&#39;s", "“", "”", ".", "\n", "Beijing", "Cairo", "İ", "e\u0301", "Asad",
]  # fmt: skip
SENTENCES = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)


@given(SENTENCES)
def test_laws_of_normalise(text):
    case = {"lang": "en"}
    result = run(case, text)
    check_laws(case, text, result)
    assert outside(text, result.edits) == outside(result.text, moved(result.edits))


@given(SENTENCES, SENTENCES, st.sampled_from(["en", "ru", "fr", "zh"]))
def test_laws_of_settle(source, text, lang):
    case = {"lang": "en", "from": lang, "source": source}
    check_laws(case, text, run(case, text))


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["en", "tr", "zh", "ar", "de", "xx"]))
def test_any_text_is_taken(source, text, lang):
    case = {"lang": "en", "from": lang, "source": source}
    check_laws(case, text, run(case, text))
    check_laws({"lang": lang}, text, normalise(text, glossary=NAMES, lang=lang))


def outside(text, edits):
    """Return what stands between the edits."""
    pieces, at = [], 0
    for edit in sorted(edits):
        pieces.append(text[at : edit.start])
        at = edit.end
    return [*pieces, text[at:]]


def moved(edits):
    """Return edits with the offsets that their results have in the edited text."""
    shift, found = 0, []
    for edit in sorted(edits):
        start = edit.start + shift
        found.append(type(edit)(start, start + len(edit.after), edit.after, edit.before, edit.concept))
        shift += len(edit.after) - len(edit.before)
    return found


def statuses(source, translation, **langs):
    settled = settle(source, translation, glossary=NAMES, **langs)
    return [(m.concept, m.source.text, m.status, m.engine_wrote) for m in settled.mentions]


def test_each_mention_of_the_source_is_reported_in_order():
    found = statuses(
        "Донбасс, Харьков, Донбасс, Одесса.", "Donbass, Kharkiv, Donbas.", source_lang="ru", target_lang="en"
    )
    assert found == [
        ("donbas", "Донбасс", "rewritten", "Donbass"),
        ("kharkiv", "Харьков", "kept", "Kharkiv"),
        ("donbas", "Донбасс", "kept", "Donbas"),
        ("odesa", "Одесса", "missing", None),
    ]


def test_a_name_that_a_pronoun_repeats_is_not_missing():
    found = statuses("Донбасс и Донбасс.", "Donbas and it.", source_lang="ru", target_lang="en")
    assert [status for _, _, status, _ in found] == ["kept", "kept"]


def test_a_spelling_that_may_be_the_name_is_reported_and_left():
    settled = settle("Донбасс", "the Donbaas", glossary=NAMES, source_lang="ru", target_lang="en")
    assert settled.text == "the Donbaas"
    assert [(m.status, m.target.text) for m in settled.mentions] == [("ambiguous", "Donbaas")]


def test_a_name_left_alone_as_another_thing_is_reported_not_missed():
    settled = settle("Nach Odessa in Texas", "To Odessa, Texas", glossary=NAMES, source_lang="fr", target_lang="en")
    assert [(m.status, m.target.text, m.engine_wrote) for m in settled.mentions] == [("ambiguous", "Odessa", "Odessa")]


@pytest.mark.parametrize(
    ("text", "langs", "wanted"),
    [
        ("Харків", ("uk", "en"), "Kharkiv"),
        (" 北京 ", ("zh", "fr"), " Pékin "),
        ("Володимир Зеленський", ("uk", "en"), "Volodymyr Zelensky"),
        ("Зеленський", ("uk", "en"), "Zelensky"),
        ("Харків і Одеса", ("uk", "en"), None),
        ("Харків", ("uk", "es"), None),
        ("", ("uk", "en"), None),
    ],
)
def test_a_text_that_is_a_name_is_answered(text, langs, wanted):
    assert answer(text, NAMES, source_lang=langs[0], target_lang=langs[1]) == wanted


def test_mentions_of_a_source_come_with_the_name_that_is_wanted():
    found = find_mentions("Мер Харкова", glossary=NAMES, source_lang="uk", target_lang="en")
    assert [(w.concept, w.source.text, w.source.start, w.name) for w in found] == [("kharkiv", "Харкова", 4, "Kharkiv")]


def test_a_missing_mention_says_which_name_is_wanted():
    (mention,) = settle("Харків", "It", glossary=NAMES, source_lang="uk", target_lang="en").mentions
    assert wanted_name(mention, NAMES, source_lang="uk", target_lang="en") == "Kharkiv"
    assert wanted_name(mention, NAMES, source_lang="uk", target_lang="es") is None
