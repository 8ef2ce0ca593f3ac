"""Our Spanish against Google's of real news, where the evaluation texts are at hand; no other test needs them."""

import json
from html import unescape
from pathlib import Path

import pytest

from glossary import load
from service.diff import Version, compare
from service.engines import open_engine
from service.pipeline import Pipeline
from service.records import Pair
from service.settings import Settings

EVAL = Path(__file__).parents[2] / "shared" / "eval" / "dev"

pytestmark = pytest.mark.skipif(not EVAL.exists(), reason="the evaluation texts are no part of this repository")


@pytest.fixture(scope="module")
def house():
    return load(EVAL / "names.yaml")


@pytest.fixture(scope="module")
def theirs():
    """Google's Spanish of the lines of WMT's English news tests: (source, translation, variants of names in it)."""
    found = {}
    for line in (EVAL / "occurrences.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["direction"] != "en-es" or not record["set"].startswith(("wmt", "news")) or record["synthetic"]:
            continue
        for output in record["outputs"]:
            if output["system"] == "google":
                variants = {name["concept"] for name in output["names"] if name["label"] == "variant"}
                found[unescape(record["source"])] = (unescape(output["text"]), variants)
    return [(source, *rest) for source, rest in found.items()]


@pytest.fixture(scope="module")
def ours(house, theirs):
    engine = open_engine("apertium", Settings())
    if Pair("en", "es") not in engine.pairs():
        pytest.skip("no Apertium pair from English to Spanish here")
    pipeline = Pipeline({"apertium": engine}, house)
    try:
        made = pipeline.translate_many([source for source, *_ in theirs], source="en", targets=["es"])
    finally:
        pipeline.close()
    return [row[0] for row in made]


def test_lines_of_two_systems_are_paired_and_their_names_told(house, ours, theirs):
    told = expected = 0
    for line, (_, text, variants) in zip(ours, theirs, strict=True):
        found = compare(Version(text=line.text, mentions=line.mentions), Version(text=text), lang="es", glossary=house)
        kept = {each.concept for each in line.mentions if each.status in ("kept", "rewritten", "inserted")}
        theirs_are_off = {
            each.concept for each in found.changes if each.kind == "name" and each.follows in ("a", "neither")
        }
        expected += len(variants & kept)
        told += len(variants & kept & theirs_are_off)
    assert expected >= 20
    assert told >= 0.9 * expected


def test_sentences_of_two_systems_are_found_again_without_their_lines(house, ours, theirs):
    """Both texts run on, and say the same in other words: what is paired must come from the same line."""
    sides = [[line.text for line in ours], [text for _, text, _ in theirs]]
    ends = [[sum(len(line) + 1 for line in side[: n + 1]) for n in range(len(side))] for side in sides]

    def lines(spans, side):
        return {next(n for n, end in enumerate(ends[side]) if span.start < end) for span in spans}

    found = compare(*(Version(text=" ".join(side)) for side in sides), lang="es", glossary=house)
    pairs = [(lines(pair.a, 0), lines(pair.b, 1)) for pair in found.pairs if pair.a and pair.b]
    right = sum(bool(a & b) for a, b in pairs)
    assert len(pairs) > 0.8 * len(ours)
    assert right > 0.9 * len(pairs)
