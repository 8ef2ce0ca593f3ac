"""The way of the data, with engines that say exactly what they do to names."""

import pytest

from glossary import Concept, Glossary, Names
from service.errors import EngineError, InputError, RequestError, TooLongError
from service.pipeline import Pipeline
from service.records import Hypothesis, Pair


class Words:
    """An engine that translates word by word from a table per pair, and counts what it was asked."""

    def __init__(self, tables, *, others=()):
        self.name = "argos"
        self.n_best = 1 + len(others)
        self.tables = {Pair(*pair.split("_")): table for pair, table in tables.items()}
        self.others = list(others)
        self.asked = []

    def pairs(self):
        return frozenset(self.tables)

    def fingerprint(self, pair):
        return f"words-{len(self.tables[pair])}"

    def translate(self, sentences, pair):
        self.asked += [(str(pair), sentence) for sentence in sentences]
        return [self._one(sentence, self.tables[pair]) for sentence in sentences]

    def _one(self, sentence, table):
        for before, after in table.items():
            sentence = sentence.replace(before, after)
        return sentence

    def hypotheses(self, sentences, pair, *, n):
        first = self.translate(sentences, pair)
        return [[Hypothesis(text), *(Hypothesis(other, -1.0) for other in self.others)][:n] for text in first]

    def close(self):
        self.closed = True


def concept(name, **names):
    return Concept(id=name, kind="place", names=names)


HOUSE = Glossary(
    {
        "donbas": concept(
            "donbas",
            en=Names(preferred="Donbas", deprecated=("Donbass",)),
            es=Names(preferred="Donbás", deprecated=("Donbas", "Donbass")),
            fr=Names(preferred="Donbass"),
        ),
        "kyiv": concept("kyiv", en=Names(preferred="Kyiv", deprecated=("Kiev",)), es=Names(preferred="Kiev")),
    }
)


def translate(engine, text, *, targets=("es",), glossary=HOUSE, **options):
    return Pipeline({"argos": engine}, glossary).translate(text, source="en", targets=list(targets), **options)


def test_white_space_and_lines_come_back_as_they_were():
    [done] = translate(Words({"en_es": {"hello": "hola"}}), "\ufeff  hello one. \r\n\r\n - hello two\t\n***\n")
    assert done.text == "\ufeff  hola one. \r\n\r\n - hola two\t\n***\n"


def test_a_deprecated_name_is_rewritten_and_reported():
    text = "War in Donbass.\nPeace in Donbas."
    [done] = translate(Words({"en_es": {"War in": "Guerra en", "Peace in": "Paz en"}}), text)
    assert done.text == "Guerra en Donbás.\nPaz en Donbás."
    assert [(m.concept, m.status, m.engine_wrote) for m in done.mentions] == [
        ("donbas", "rewritten", "Donbass"),
        ("donbas", "rewritten", "Donbas"),
    ]
    for mention in done.mentions:
        assert text[mention.source.start : mention.source.end] == mention.source.text
        assert done.text[mention.target.start : mention.target.end] == mention.target.text == "Donbás"


def test_a_lost_name_is_taken_from_another_hypothesis():
    engine = Words({"en_es": {"Donbas": "esto", "War in": "Guerra en"}}, others=["Guerra en el Donbás."])
    [done] = translate(engine, "War in Donbas.")
    assert done.text == "Guerra en el Donbás."
    assert len(engine.asked) == 1  # the others came with the first


def test_a_lost_name_is_protected_by_name_first():
    engine = Words({"en_es": {"Donbas.": "esto.", "War in": "Guerra en"}})
    [done] = translate(engine, "War in Donbas.")
    assert done.text == "Guerra en Donbás."
    assert done.mentions[0].status == "inserted"
    assert done.mentions[0].engine_wrote is None


def test_a_lost_name_is_protected_by_a_token_where_its_own_spelling_is_eaten():
    engine = Words({"en_es": {"Donbas": "esto", "Donbás": "eso", "War in": "Guerra en"}})
    [done] = translate(engine, "War in Donbas.")
    assert (done.text, done.mentions[0].status) == ("Guerra en Donbás.", "inserted")


def test_a_name_that_the_engine_mangles_is_asked_for_again():
    engine = Words({"en_es": {"Donbas ": "Donbaz ", "War in": "Guerra en", "goes on": "sigue"}})
    [done] = translate(engine, "War in Donbas goes on.")
    assert done.text == "Guerra en Donbás sigue."
    assert [(m.status, m.engine_wrote) for m in done.mentions] == [("inserted", "Donbaz")]


def test_a_name_that_is_another_thing_is_not_asked_for_again():
    engine = Words({"en_es": {"The fans of": "Los hinchas de", "sang": "cantaron"}})
    text = "The fans of Donbass Arena United sang."
    [done] = translate(engine, text)
    assert done.text == "Los hinchas de Donbass Arena United cantaron."
    assert len(engine.asked) == 1


def test_a_name_that_nothing_brings_back_is_reported_and_the_text_left_alone():
    class Eater(Words):
        def translate(self, sentences, pair):
            return ["Guerra en esto." for _ in sentences]

    [done] = translate(Eater({"en_es": {}}), "War in Donbas.")
    assert done.text == "Guerra en esto."
    assert [(m.status, m.target) for m in done.mentions] == [("missing", None)]


def test_names_hold_through_a_pivot_and_a_shared_hop_is_paid_for_once():
    engine = Words(
        {
            "en_es": {"War in": "Guerra en"},
            "es_fr": {"Guerra en": "Guerre au", "Donbás": "Donbas"},
            "es_pt": {"en": "em"},
        }
    )
    done = translate(engine, "War in Donbass.", targets=["fr", "es", "pt"])
    assert [translation.target for translation in done] == ["fr", "es", "pt"]
    assert done[0].text == "Guerre au Donbass."
    assert done[1].text == "Guerra en Donbás."
    assert [str(hop) for hop in done[0].route] == ["argos:en-es", "argos:es-fr"]
    assert engine.asked.count(("en-es", "War in Donbass.")) == 1
    assert ("es-fr", "Guerra en Donbás.") in engine.asked


def test_a_name_alone_is_answered_without_the_engine():
    engine = Words({"en_es": {"Kyiv": "Pollo"}})
    [done] = translate(engine, "Kyiv")
    assert done.text == "Kiev"
    assert engine.asked == []


def test_no_glossary_leaves_names_to_the_engine():
    [done] = translate(Words({"en_es": {}}), "War in Donbass.", glossary=Glossary())
    assert (done.text, done.mentions) == ("War in Donbass.", ())


def test_same_sentence_is_translated_once_and_mentions_are_counted_each_time():
    engine = Words({"en_es": {"In": "En", "now": "hoy"}})
    [done] = translate(engine, "In Donbass now. In Donbass now. In Donbass now.")
    assert len(engine.asked) == 1
    assert [m.source.start for m in done.mentions] == [3, 19, 35]
    assert [m.target.start for m in done.mentions] == [3, 18, 33]


def test_engine_alone_says_what_would_have_been_written():
    engine = Words({"en_es": {"War in": "Guerra en"}, "es_fr": {"Donbás": "Ponpas"}})
    pipeline = Pipeline({"argos": engine}, HOUSE)
    [mention] = pipeline.engine_alone("War in Donbas.", source="en", target="es")
    assert mention.engine_wrote == "Donbas"


def test_signature_changes_with_the_glossary_and_the_model_only():
    def signature(engine, glossary):
        return translate(engine, "War.", glossary=glossary)[0].signature

    one, two = Words({"en_es": {}}), Words({"en_es": {"a": "b"}})
    assert signature(one, HOUSE) == signature(Words({"en_es": {}}), HOUSE)
    assert len({signature(one, HOUSE), signature(two, HOUSE), signature(one, Glossary())}) == 3


def test_progress_reaches_its_total():
    seen = []
    text = " ".join(f"Sentence number {n} is here." for n in range(1200))
    translate(Words({"en_es": {}, "es_fr": {}}), text, targets=["es", "fr"], progress=lambda *at: seen.append(at))
    assert seen[-1] == (2400, 2400)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("text", ["", " \n\t", "12:30", "***"])
def test_nothing_to_translate(text):
    engine = Words({"en_es": {}})
    [done] = translate(engine, text)
    assert (done.text, done.mentions, engine.asked) == (text, (), [])


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("ab\x00c", InputError, r"character 2 .* U\+0000"),
        ("a\ud800", InputError, r"character 1 .* U\+D800"),
        ("x" * 101, TooLongError, "101 characters, the limit is 100"),
    ],
)
def test_texts_that_are_refused(text, error, says):
    pipeline = Pipeline({"argos": Words({"en_es": {}})}, HOUSE, max_chars=100)
    with pytest.raises(error, match=says):
        pipeline.translate(text, source="en", targets=["es"])


def test_no_target_is_refused():
    with pytest.raises(RequestError, match="no target language"):
        translate(Words({"en_es": {}}), "War.", targets=[])


def test_an_engine_that_loses_a_sentence_is_an_error():
    class Loser(Words):
        def translate(self, sentences, pair):
            return super().translate(sentences, pair)[1:]

    with pytest.raises(EngineError, match="argos:en-es gave 1 sentences for 2"):
        translate(Loser({"en_es": {}}), "War now. Peace now.")


def test_right_to_left_text_and_5_mb_in_one_line():
    [done] = translate(Words({"en_es": {}}), "שלום לכם. مرحبا بكم.")
    assert done.text == "שלום לכם. مرحبا بكم."
    line = "word " * 1_000_000
    assert translate(Words({"en_es": {}}), line)[0].text == line
