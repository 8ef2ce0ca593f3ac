"""The desk: orders of many callers, answered in order, refused in words, ended when nobody waits."""

import asyncio
import functools
import threading
import time

import pytest

from glossary import Concept, Glossary, Names
from service.batching import Batched
from service.desk import MAX_ALTERNATIVES, Desk
from service.engines import open_engine
from service.engines.argos import Argos
from service.errors import (
    EngineError,
    InputError,
    OverloadedError,
    RequestError,
    TooLongError,
    TooManyError,
    UnknownLanguageError,
    UnsupportedPairError,
)
from service.pipeline import Pipeline
from service.records import Caller, Hypothesis, Markup, Order, Pair
from service.settings import Settings

ANN, BEN = Caller("key:ann"), Caller("key:ben")
HOUSE = Glossary(
    {
        "donbas": Concept(
            id="donbas",
            kind="place",
            names={
                "en": Names(preferred="Donbas", deprecated=("Donbass",)),
                "es": Names(preferred="Donbás", deprecated=("Donbas", "Donbass")),
            },
        )
    }
)


class House:
    glossary = HOUSE


class Slow:
    """An engine that puts the target's tag before each sentence, knows two words, and waits at a gate."""

    name = "argos"
    n_best = 1

    def __init__(self):
        self.asked = []
        self.gate = threading.Event()
        self.gate.set()
        self.lock = threading.Lock()
        self.seconds_each = 0.0

    def pairs(self):
        return frozenset({Pair("en", "es"), Pair("en", "fr"), Pair("es", "pt"), Pair("ru", "en"), Pair("uk", "en")})

    def problems(self):
        return ()

    def fingerprint(self, pair):
        return f"slow {pair}"

    def translate(self, sentences, pair):
        with self.lock:
            self.asked += [(str(pair), sentence) for sentence in sentences]
        assert self.gate.wait(20)
        time.sleep(self.seconds_each * len(sentences))
        if any("fail" in sentence for sentence in sentences):
            raise EngineError("the engine failed on a sentence")
        return [f"{pair.target}: {sentence.replace('War in', 'Guerra en')}" for sentence in sentences]

    def hypotheses(self, sentences, pair, *, n):
        found = self.translate(sentences, pair)
        return [
            [Hypothesis(text), *(Hypothesis(f"{text} ({k})", -k / len(text)) for k in range(1, n))] for text in found
        ]

    def close(self):
        self.gate.set()


class Room:
    """A desk over some engines."""

    def __init__(self, *engines, **settings):
        self.settings = Settings(**settings)
        self.engine = engines[0] if engines else Slow()
        batched = {each.name: Batched(each, self.settings) for each in engines or (self.engine,)}
        self.pipeline = Pipeline(batched, HOUSE, max_chars=self.settings.max_chars)
        self.desk = Desk(self.pipeline, house=House(), settings=self.settings)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        if isinstance(self.engine, Slow):
            self.engine.gate.set()
        await self.desk.close()
        await asyncio.to_thread(self.pipeline.close)

    async def translate(self, *texts, caller=ANN, progress=None, source="en", targets=("es",), **options):
        order = Order(texts=texts, targets=targets, source=source, **options)
        return await self.desk.translate(order, caller=caller, progress=progress)

    async def until(self, condition):
        until = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < until, "it does not come about"
            await asyncio.sleep(0.002)


def in_loop(test):
    """Run a coroutine as a test."""

    @functools.wraps(test)
    def run(*args, **kwargs):
        asyncio.run(asyncio.wait_for(test(*args, **kwargs), 60))

    return run


def texts_of(answers, n=0):
    return [answer.translations[n].text for answer in answers]


@in_loop
async def test_texts_and_targets_keep_their_order():
    async with Room() as room:
        answers = await room.translate("One. Two.", "", "Three.", targets=("fr", "en", "pt", "es"))
        assert [[t.target for t in answer.translations] for answer in answers] == [["fr", "en", "pt", "es"]] * 3
        assert texts_of(answers) == ["fr: One. fr: Two.", "", "fr: Three."]
        assert texts_of(answers, 1) == ["One. Two.", "", "Three."]
        assert texts_of(answers, 2) == ["pt: es: One. pt: es: Two.", "", "pt: es: Three."]
        assert [(answer.source, answer.detected) for answer in answers] == [("en", None)] * 3
        assert answers[0].translations[1].route == ()
        assert sorted(room.engine.asked)[:2] == [("en-es", "One."), ("en-es", "Three.")]


@in_loop
async def test_many_texts_are_translated_as_each_alone():
    async with Room() as room:
        texts = ["War in Donbass. Peace.", "  Peace. \n\n- Donbass", "War in Donbass. War in Donbass."]
        together = await room.translate(*texts, targets=("es", "pt"))
        alone = [room.pipeline.translate(text, source="en", targets=["es", "pt"], glossary=HOUSE) for text in texts]
        assert [list(answer.translations) for answer in together] == alone
        assert {m.concept for m in together[1].translations[0].mentions} == {"donbas"}
        assert room.engine.asked.count(("en-es", "Peace.")) <= 3


@in_loop
async def test_a_hundred_callers_get_their_own_answers():
    async with Room() as room:

        async def ask(n):
            [answer] = await room.translate(f"Number {n % 40}. Shared.", caller=Caller(f"key:{n % 9}"))
            return answer.translations[0].text == f"es: Number {n % 40}. es: Shared."

        assert all(await asyncio.gather(*(ask(n) for n in range(100))))


@in_loop
async def test_a_text_that_is_not_split_is_one_sentence():
    async with Room() as room:
        [answer] = await room.translate(" One. Two.\nThree. ", split=False)
        assert answer.translations[0].text == " es: One. Two.\nThree. "


@in_loop
async def test_alternatives_are_of_the_whole_text_different_and_likeliest_first():
    async with Room() as room:
        [single, double, empty] = await room.translate("One.", "One. Twelve.", "", alternatives=3, targets=("es", "en"))
        assert single.translations[0].text == "es: One."
        assert single.alternatives == (("es: One. (1)", "es: One. (2)", "es: One. (3)"), ())
        first, *others = double.alternatives[0]
        assert first in ("es: One. (1) es: Twelve.", "es: One. es: Twelve. (1)")
        assert len({double.translations[0].text, first, *others}) == 4
        assert empty.alternatives == ((), ())
        [many] = await room.translate("One.", alternatives=10_000)
        assert len(many.alternatives[0]) == MAX_ALTERNATIVES
        assert (await room.translate("One."))[0].alternatives == ((),)


@in_loop
async def test_no_alternative_loses_a_name_that_the_translation_has():
    class Forgetful(Slow):
        def hypotheses(self, sentences, pair, *, n):
            found = super().hypotheses(sentences, pair, n=n)
            return [
                [row[0], Hypothesis("es: War somewhere.", -0.1), Hypothesis("La guerra de Donbass", -0.2)]
                for row in found
            ]

    async with Room(Forgetful()) as room:
        [answer] = await room.translate("War in Donbass.", alternatives=3)
        assert answer.translations[0].text == "es: Guerra en Donbás."
        assert answer.alternatives == (("La guerra de Donbás",),)


@in_loop
async def test_markup_stays_and_names_are_kept_in_it():
    async with Room() as room:
        texts = ["<p>War in <b>Donbass</b>.</p>", "<i>Peace.</i>", "<br>"]
        answers = await room.translate(*texts, targets=("es", "pt", "en"), markup=Markup(kind="html"))
        assert "<b>Donbás</b>" in answers[0].translations[0].text
        assert texts_of(answers, 1)[1] == "<i>pt: es: Peace.</i>"
        assert texts_of(answers, 2) == texts
        assert [asked for asked in room.engine.asked if asked == ("en-es", "Peace.")] == [("en-es", "Peace.")]
        with pytest.raises(InputError):
            await room.translate("<a><b></a>", markup=Markup(kind="xml"))


@in_loop
async def test_identical_orders_under_way_are_one():
    async with Room() as room:
        room.engine.gate.clear()
        seen = []
        tasks = [
            asyncio.create_task(room.translate("Same.", caller=caller, progress=lambda *at: seen.append(at)))
            for caller in (ANN, BEN, ANN)
        ]
        other = asyncio.create_task(room.translate("Same.", targets=("fr",)))
        named = asyncio.create_task(room.translate("Same.", glossary=Glossary()))
        await room.until(lambda: len(room.engine.asked) == 2)
        tasks[0].cancel()
        await asyncio.sleep(0.01)
        room.engine.gate.set()
        with pytest.raises(asyncio.CancelledError):
            await tasks[0]
        assert texts_of(await tasks[1]) == texts_of(await tasks[2]) == ["es: Same."] == texts_of(await named)
        assert texts_of(await other) == ["fr: Same."]
        assert room.engine.asked.count(("en-es", "Same.")) == 1
        assert seen == [(1, 1)] * 2


@in_loop
async def test_an_order_that_nobody_waits_for_ends():
    async with Room() as room:
        room.engine.gate.clear()
        busy = []
        for n in range(2):  # one after the other, so that both threads of the queue are busy
            busy.append(asyncio.create_task(room.translate(f"Busy {n}.")))
            await room.until(lambda n=n: len(room.engine.asked) == n + 1)
        tasks = [asyncio.create_task(room.translate("Never asked for.", "Nor this.")) for _ in range(2)]
        queue = room.pipeline.engines["argos"]
        await room.until(lambda: len(queue._orders) == 3)
        for task in tasks:
            task.cancel()
        await room.until(lambda: len(queue._orders) == 2)
        assert len(room.desk._works) == 2
        again = asyncio.create_task(room.translate("Never asked for."))
        await asyncio.sleep(0.02)
        room.engine.gate.set()
        assert texts_of(await again) == ["es: Never asked for."]
        assert all(await asyncio.gather(*busy))
        assert ("en-es", "Nor this.") not in room.engine.asked
        assert room.desk._n_chars == 0


@in_loop
async def test_a_failure_is_of_the_order_that_it_belongs_to():
    async with Room() as room:
        room.engine.gate.clear()
        texts = ["Good one.", "This will fail.", "Good two."]
        tasks = [asyncio.create_task(room.translate(text)) for text in texts]
        await room.until(lambda: len(room.engine.asked) >= 2)
        room.engine.gate.set()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(found[1], EngineError)
        assert texts_of(found[0]) == ["es: Good one."] and texts_of(found[2]) == ["es: Good two."]
        assert texts_of(await room.translate("And on it goes.")) == ["es: And on it goes."]


@in_loop
async def test_a_sentence_does_not_wait_for_a_book():
    async with Room() as room:
        room.engine.seconds_each = 0.002
        book = "\n".join(f"Sentence number {n} of a book that takes long to translate." for n in range(3000))
        task = asyncio.create_task(room.translate(book, caller=ANN))
        await asyncio.sleep(0.3)
        took = []
        for n in range(4):
            started = time.monotonic()
            await room.translate(f"Sentence {n}.", caller=(ANN, BEN)[n % 2])
            took.append(time.monotonic() - started)
        assert not task.done()
        assert max(took) < 2, took
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        n_asked = len(room.engine.asked)
        await asyncio.sleep(0.5)
        assert len(room.engine.asked) < n_asked + 600


@in_loop
async def test_what_is_too_much_is_refused_at_once():
    async with Room(queue_requests=3, queue_chars=1000) as room:
        room.engine.gate.clear()
        tasks = [asyncio.create_task(room.translate(f"Number {n}.")) for n in range(3)]
        await room.until(lambda: len(room.desk._works) == 3)
        with pytest.raises(OverloadedError, match="3 requests are waiting, the limit is 3") as caught:
            await room.translate("One more.")
        assert caught.value.retry_after_s >= 1
        joined = asyncio.create_task(room.translate("Number 1."))
        await asyncio.sleep(0)
        tasks.pop().cancel()
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError, match="characters are waiting, the limit is 1,000"):
            await room.translate("x" * 990)
        with pytest.raises(TooLongError, match="1,001 characters, and 1,000"):
            await room.translate("x" * 1001)
        room.engine.gate.set()
        assert texts_of(await joined) == ["es: Number 1."]
        await asyncio.gather(*tasks)
        assert texts_of(await room.translate("Room again.")) == ["es: Room again."]


@pytest.mark.parametrize(
    ("order", "error", "says"),
    [
        ({"texts": ("a",) * 6}, TooManyError, "6 texts, the limit is 5"),
        ({"texts": ("x" * 101,)}, TooLongError, "101 characters, the limit is 100"),
        ({"texts": ("x" * 51,), "caller": Caller("k", max_chars=50)}, TooLongError, "51 characters, the limit is 50"),
        ({"texts": ("a\x00b",)}, InputError, r"U\+0000"),
        ({"texts": ("a\x00b",), "targets": ("en",)}, InputError, r"U\+0000"),
        ({"texts": ("a",), "targets": ()}, RequestError, "no target"),
        ({"texts": ("a",), "targets": ("e s",)}, UnknownLanguageError, "no language tag"),
        ({"texts": ("a",), "source": "ja"}, UnsupportedPairError, "nothing installed translates ja to es"),
    ],
)
def test_orders_that_are_refused(order, error, says):
    @in_loop
    async def refused():
        async with Room(max_items=5, max_chars=100) as room:
            texts = order.pop("texts")
            with pytest.raises(error, match=says):
                await room.translate(*texts, **order)
            assert not room.desk._works

    refused()


@in_loop
async def test_closing_finishes_what_was_accepted_and_refuses_the_rest():
    async with Room() as room:
        room.engine.gate.clear()
        tasks = [asyncio.create_task(room.translate(f"Number {n}.")) for n in range(50)]
        light = asyncio.create_task(room.desk.run(time.sleep, 0.05))
        await room.until(lambda: len(room.desk._works) == 50)
        closing = asyncio.create_task(room.desk.close())
        await asyncio.sleep(0.01)
        assert not room.desk.accepting
        with pytest.raises(OverloadedError, match="being stopped"):
            await room.translate("Too late.")
        with pytest.raises(OverloadedError, match="being stopped"):
            await room.desk.run(len, "abc")
        room.engine.gate.set()
        assert texts_of(sum(await asyncio.gather(*tasks), [])) == [f"es: Number {n}." for n in range(50)]  # noqa: RUF017
        await light
        await closing


@in_loop
async def test_varieties_of_one_language_need_no_engine_and_scripts_do():
    async with Room() as room:
        [answer] = await room.translate("Colour. 😀", source="en", targets=("en-GB", "es-MX"))
        assert answer.translations[0].text == "Colour. 😀"
        assert answer.translations[1].text == "es: Colour. 😀"
        with pytest.raises(UnsupportedPairError):
            await room.translate("字", source="zh-Hans", targets=("zh-Hant",))


@in_loop
async def test_each_text_is_told_its_own_language():
    async with Room() as room:
        texts = ["Война продолжается, и жители города уезжают.", "The children play in the yard.", "  😀 12:30 "]
        answers = await room.translate(*texts, source=None, targets=("en",))
        assert [answer.source for answer in answers] == ["ru", "en", "en"]
        assert [answer.detected.lang for answer in answers] == ["ru", "en", "en"]
        assert answers[2].detected.confidence == 0
        assert texts_of(answers) == [f"en: {texts[0]}", *texts[1:]]
        [emoji] = await room.translate("👋🏽", source=None, targets=("ja",))
        assert emoji.translations[0].text == "👋🏽"


@in_loop
async def test_documents_are_translated_and_their_language_told():
    async with Room() as room:
        seen = []
        data = b"War in Donbass.\n\nThe children of the city play in the yard.\n"
        document = await room.desk.translate_document(
            data, file_name="a.txt", source=None, target="es", caller=ANN, progress=lambda *at: seen.append(at)
        )
        assert document.data.decode() == "es: Guerra en Donbás.\n\nes: The children of the city play in the yard.\n"
        assert (document.source, document.target, seen[-1]) == ("en", "es", (2, 2))
        with pytest.raises(InputError):
            await room.desk.translate_document(b"x", file_name="a.exe", source="en", target="es", caller=ANN)
        with pytest.raises(TooLongError, match="the limit is 5"):
            small = Caller("key:small", max_chars=5)
            await room.desk.translate_document(data, file_name="a.txt", source="en", target="es", caller=small)


@in_loop
async def test_progress_counts_all_parts_and_light_work_passes():
    async with Room() as room:
        seen = []
        texts = [f"<p>Text {n}. And more.</p>" for n in range(20)]
        room.engine.gate.clear()
        order = room.translate(*texts, markup=Markup(kind="html"), progress=lambda *at: seen.append(at))
        task = asyncio.create_task(order)
        await room.until(lambda: room.engine.asked)
        assert await room.desk.run(sorted, [2, 1]) == [1, 2]
        with pytest.raises(ZeroDivisionError):
            await room.desk.run(lambda: 1 / 0)
        room.engine.gate.set()
        await task
        assert seen[-1] == (40, 40)
        assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@in_loop
async def test_a_real_neural_engine_answers_many_at_once_as_alone(argos_settings):
    async with Room(Argos(argos_settings), argos_packages=argos_settings.argos_packages) as room:
        texts = [f"The governor of the city number {n % 5} spoke about Donbass. The water is old." for n in range(30)]
        alone = {text: room.pipeline.translate(text, source="en", targets=["es", "fr"]) for text in set(texts)}
        found = await asyncio.gather(*(room.translate(text, targets=("es", "fr")) for text in texts))
        assert [list(answers[0].translations) for answers in found] == [alone[text] for text in texts]
        [answer] = await room.translate(texts[0], alternatives=3)
        assert len(set(answer.alternatives[0]) | {answer.translations[0].text}) >= 3
        assert all("Donbás" in other for other in answer.alternatives[0])


@pytest.mark.parametrize("name", ["echo", "apertium"])
def test_other_real_engines_answer_through_the_desk(name):
    @in_loop
    async def answers():
        settings = Settings()
        engine = open_engine(name, settings)
        if Pair("en", "es") not in engine.pairs():
            pytest.skip("no Apertium pair is installed here")
        async with Room(engine) as room:
            found = await asyncio.gather(*(room.translate(f"Water number {n}.", engine=name) for n in range(20)))
            alone = [
                room.pipeline.translate(f"Water number {n}.", source="en", targets=["es"], engine=name)
                for n in range(20)
            ]
            assert [list(answers[0].translations) for answers in found] == alone

    answers()
