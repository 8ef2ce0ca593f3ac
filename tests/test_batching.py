"""Sentences of many callers in one queue: nobody's answers are another's, nobody starves, nothing is done twice."""

import threading
import time
from concurrent.futures import CancelledError, ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.batching import Batched, Ticket, ticket
from service.caching import Cached
from service.engines import open_engine
from service.engines.argos import Argos
from service.errors import EngineError, OverloadedError, StoreError, UnsupportedPairError
from service.records import Hypothesis, Pair
from service.settings import Settings
from service.turns import Turns

PAIR = Pair("en", "es")
OTHER = Pair("en", "fr")


class Recorder:
    """An engine that writes upper case, keeps what it was asked, and waits at a gate when it is told to."""

    name = "recorder"
    n_best = 1

    def __init__(self, *, seconds_each=0.0):
        self.waves = []
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)
        self.seconds_each = seconds_each
        self.closed = False

    def pairs(self):
        return frozenset({PAIR, OTHER})

    def problems(self):
        return ()

    def fingerprint(self, pair):
        return f"recorder {pair}"

    def translate(self, sentences, pair):
        if pair not in self.pairs():
            raise UnsupportedPairError(f"no {pair}; install it")
        self.waves.append(list(sentences))
        self.entered.release()
        self.gate.wait(20)
        time.sleep(self.seconds_each * len(sentences))
        if any("fail" in sentence for sentence in sentences):
            raise EngineError("failed on a sentence")
        return [f"{pair.target} {sentence.upper()}" for sentence in sentences]

    def hypotheses(self, sentences, pair, *, n):
        return [[Hypothesis(text, -float(k)) for k in range(n)] for text in self.translate(sentences, pair)]

    def close(self):
        self.closed = True


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def batched(recorder):
    engine = Batched(recorder, Settings())
    yield engine
    recorder.gate.set()
    engine.close()
    assert recorder.closed


def in_thread(holder, engine, sentences, pair=PAIR):
    """Start a translation in the name of a ticket; returns a future."""

    def work():
        with holder.working():
            return engine.translate(sentences, pair)

    pool = ThreadPoolExecutor(1)
    future = pool.submit(work)
    pool.shutdown(wait=False)
    return future


def blocked(recorder, engine, n_lanes=2):
    """Keep every lane busy until the gate opens; returns what they work at."""
    recorder.gate.clear()
    futures = []
    for n in range(n_lanes):  # one after the other, so that each is a wave of its own
        futures.append(in_thread(Ticket("first"), engine, [f"blocker {n}"]))
        assert recorder.entered.acquire(timeout=10)
    return futures


def waiting(engine, n):
    """Wait until n sentences wait for the engine."""
    until = time.monotonic() + 10
    while sum(queue._n_waiting for queue in engine._queues.values()) != n:
        assert time.monotonic() < until, "they do not come"
        time.sleep(0.002)


def test_fifty_threads_get_their_own_answers(batched, recorder):
    def ask(n):
        pair = (PAIR, OTHER)[n % 2]
        sentences = [f"sentence {n % 7} {k}" for k in range(n % 9)] + ["shared"]
        for _ in range(5):
            with Ticket(f"caller {n % 4}").working():
                found = batched.translate(sentences, pair)
            assert found == [f"{pair.target} {sentence.upper()}" for sentence in sentences]
        return True

    with ThreadPoolExecutor(50) as pool:
        assert all(pool.map(ask, range(50)))


def test_order_repeats_and_hypotheses(batched, recorder):
    assert batched.translate([], PAIR) == []
    assert batched.translate(["b", "a", "b"], PAIR) == ["es B", "es A", "es B"]
    assert recorder.waves == [["b", "a"]]
    assert batched.hypotheses(["a"], PAIR, n=2) == [[Hypothesis("es A", 0.0), Hypothesis("es A", -1.0)]]
    assert (batched.name, batched.pairs(), batched.problems()) == ("recorder", recorder.pairs(), ())
    assert batched.fingerprint(PAIR) == recorder.fingerprint(PAIR)


def test_what_waits_is_one_wave(batched, recorder):
    first = blocked(recorder, batched)
    rest = [in_thread(Ticket(f"caller {n}"), batched, [f"late {n}"]) for n in range(20)]
    waiting(batched, 20)
    recorder.gate.set()
    assert [future.result(10) for future in rest] == [[f"es LATE {n}"] for n in range(20)]
    assert sorted(map(len, recorder.waves[2:])) == [20]
    assert all(future.result(10) for future in first)


def test_a_sentence_is_not_kept_waiting_by_a_book(batched, recorder):
    blocked(recorder, batched)
    book = in_thread(Ticket("writer"), batched, [f"line {n} of a long book {'x' * 100}" for n in range(2000)])
    waiting(batched, 2000)
    late = in_thread(Ticket("reader"), batched, ["late"])
    waiting(batched, 2001)
    recorder.gate.set()
    assert late.result(10) == ["es LATE"]
    # The threads hand in the next two waves at about the same time.
    assert ["late"] in recorder.waves[2:4]  # and not with lines of the book, for which it would have to wait
    assert all(len(wave) < 200 for wave in recorder.waves[2:4])
    assert len(book.result(20)) == 2000


def test_two_calls_of_one_caller_take_turns(batched, recorder):
    blocked(recorder, batched)
    one = Ticket("one address"), Ticket("one address")
    book = in_thread(one[0], batched, [f"line {n} {'x' * 100}" for n in range(500)])
    waiting(batched, 500)
    late = in_thread(one[1], batched, ["late"])
    waiting(batched, 501)
    recorder.gate.set()
    assert late.result(10) == ["es LATE"]
    assert any("late" in wave[:3] for wave in recorder.waves[2:4])
    assert len(book.result(20)) == 500


def test_identical_sentences_are_translated_once_and_come_with_the_first_turn(batched, recorder):
    blocked(recorder, batched)
    book = in_thread(Ticket("writer"), batched, [*(f"line {n} {'x' * 200}" for n in range(300)), "shared"])
    waiting(batched, 301)
    futures = [in_thread(Ticket(f"reader {n}"), batched, ["shared"]) for n in range(5)]
    until = time.monotonic() + 10
    while len(batched._orders) < 8 and time.monotonic() < until:
        time.sleep(0.002)
    recorder.gate.set()
    assert [future.result(10) for future in futures] == [["es SHARED"]] * 5
    assert book.result(20)[-1] == "es SHARED"
    assert sum(wave.count("shared") for wave in recorder.waves) == 1
    assert any("shared" in wave for wave in recorder.waves[2:4])


def test_a_full_queue_refuses_at_once(recorder):
    batched = Batched(recorder, Settings(queue_requests=3))
    try:
        blocked(recorder, batched)
        third = in_thread(Ticket("third"), batched, ["third"])
        waiting(batched, 1)
        started = time.monotonic()
        with pytest.raises(OverloadedError, match=r"3 requests .* limits are 3") as caught:
            batched.translate(["too much"], PAIR)
        assert time.monotonic() - started < 1
        assert caught.value.retry_after_s >= 1
        recorder.gate.set()
        assert third.result(10) == ["es THIRD"]
        assert batched.translate(["room again"], PAIR) == ["es ROOM AGAIN"]
    finally:
        recorder.gate.set()
        batched.close()


def test_characters_are_bounded_too_but_never_the_only_request(recorder):
    batched = Batched(recorder, Settings(queue_chars=50))
    try:
        assert batched.translate(["x" * 100], PAIR) == [f"es {'X' * 100}"]
        recorder.gate.clear()
        first = in_thread(Ticket("a"), batched, ["y" * 40])
        assert recorder.entered.acquire(timeout=10) and recorder.entered.acquire(timeout=10)
        with pytest.raises(OverloadedError, match="40 characters"):
            batched.translate(["z" * 20], PAIR)
        recorder.gate.set()
        assert first.result(10)
    finally:
        recorder.gate.set()
        batched.close()


def test_what_a_cancelled_caller_wanted_is_dropped_unless_another_wants_it(batched, recorder):
    blocked(recorder, batched)
    gone, stays = Ticket("gone"), Ticket("stays")
    cancelled = in_thread(gone, batched, ["only mine", "shared"])
    waiting(batched, 2)
    kept = in_thread(stays, batched, ["shared", "theirs"])
    waiting(batched, 3)
    gone.cancel()
    with pytest.raises(CancelledError):
        cancelled.result(10)
    waiting(batched, 2)
    recorder.gate.set()
    assert kept.result(10) == ["es SHARED", "es THEIRS"]
    assert all("only mine" not in wave for wave in recorder.waves)
    with pytest.raises(CancelledError), gone.working():
        batched.translate(["more"], PAIR)


def test_a_sentence_that_fails_fails_nobody_else(batched, recorder):
    blocked(recorder, batched)
    bad = in_thread(Ticket("bad"), batched, ["fine too", "fail here"])
    waiting(batched, 2)
    good = in_thread(Ticket("good"), batched, ["fine"])
    waiting(batched, 3)
    recorder.gate.set()
    assert good.result(10) == ["es FINE"]
    with pytest.raises(EngineError, match="failed on a sentence"):
        bad.result(10)
    assert batched.translate(["fine again"], PAIR) == ["es FINE AGAIN"]
    with pytest.raises(UnsupportedPairError):
        batched.translate(["x"], Pair("de", "es"))


def test_an_engine_that_loses_a_sentence_or_breaks_is_an_error_for_those_who_waited():
    class Loser(Recorder):
        def translate(self, sentences, pair):
            if "bug" in sentences:
                raise ZeroDivisionError("a bug")
            return super().translate(sentences, pair)[1:]

    batched = Batched(Loser(), Settings())
    with pytest.raises(EngineError, match="gave 0 sentences for 1"):
        batched.translate(["a", "b"], PAIR)
    with pytest.raises(ZeroDivisionError):
        batched.translate(["bug"], PAIR)
    batched.close()


def test_closing_fails_what_waits_and_finishes_what_is_under_way(recorder):
    batched = Batched(recorder, Settings())
    first = blocked(recorder, batched)
    late = in_thread(Ticket("late"), batched, ["late"])
    waiting(batched, 1)
    closing = threading.Thread(target=batched.close)
    closing.start()
    with pytest.raises(EngineError, match="closed"):
        late.result(10)
    recorder.gate.set()
    closing.join(10)
    assert [future.result(10) for future in first] == [["es BLOCKER 0"], ["es BLOCKER 1"]]
    with pytest.raises(EngineError, match="closed"):
        batched.translate(["after"], PAIR)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("recorder")]


def test_a_turn_is_given_back_while_the_engine_works(batched, recorder):
    turns = threading.Semaphore(1)
    recorder.gate.clear()
    futures = []
    for n in range(2):
        futures.append(in_thread(Ticket("a", turns=turns), batched, [f"one {n}"]))
        assert recorder.entered.acquire(timeout=10)
    assert turns.acquire(timeout=10)
    turns.release()
    assert ticket.get() is None
    recorder.gate.set()
    assert [future.result(10) for future in futures] == [["es ONE 0"], ["es ONE 1"]]


def test_waves_are_as_large_as_the_engine_is_fast():
    engine = Recorder(seconds_each=0.002)
    batched = Batched(engine, Settings())
    batched.translate([f"sentence number {n} {'x' * 20}" for n in range(1500)], PAIR)
    batched.close()
    assert max(map(len, engine.waves)) < 600
    assert len(engine.waves) >= 4


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.lists(st.integers(1, 20), max_size=6), st.integers(0, 4)), max_size=12
    )
)
def test_turns_hand_out_everything_once_and_each_call_in_its_order(calls):
    turns = Turns(cost=lambda thing: thing[2], wanted=lambda thing: thing[2] != 13)
    found, n_wanted = [], 0
    for n, (caller, costs, n_taken) in enumerate(calls):
        turns.add([(n, k, cost) for k, cost in enumerate(costs)], caller=caller)
        n_wanted += sum(cost != 13 for cost in costs)
        found += [thing for thing in (turns.take() for _ in range(n_taken)) if thing]
    while thing := turns.take():
        found.append(thing)
    assert len(found) == len(set(found)) == n_wanted
    for n in range(len(calls)):
        own = [k for call, k, _ in found if call == n]
        assert own == sorted(own)


def test_turns_share_by_cost():
    turns = Turns(cost=lambda thing: thing[1], wanted=lambda thing: True)
    turns.add([("long", 40)] * 50, caller="a")
    turns.add([("short", 1)] * 1000, caller="b")
    first = [turns.take()[0] for _ in range(410)]
    assert 8 <= first.count("long") <= 12


class Rows:
    """A store of sentences, in memory; fails when it is told to."""

    def __init__(self):
        self.rows, self.fails, self.n_asked = {}, False, 0

    def get_many(self, keys):
        self.n_asked += 1
        if self.fails:
            raise StoreError("the disk is full")
        return {key: self.rows[key] for key in keys if key in self.rows}

    def put_many(self, values):
        if self.fails:
            raise StoreError("the disk is full")
        self.rows.update(values)


def test_sentences_are_translated_once_for_one_state_of_the_engine(recorder):
    rows = Rows()
    for _ in range(2):
        cached = Cached(recorder, rows)
        assert cached.translate(["a", "b", "a"], PAIR) == ["es A", "es B", "es A"]
        assert cached.translate(["b", "c"], PAIR) == ["es B", "es C"]
        assert cached.translate(["a"], OTHER) == ["fr A"]
        assert cached.hypotheses(["a"], PAIR, n=2) == [[Hypothesis("es A", 0.0), Hypothesis("es A", -1.0)]]
        assert cached.translate([], PAIR) == []
        cached.close()
    assert recorder.waves == [["a", "b"], ["c"], ["a"], ["a"]]
    recorder.fingerprint = lambda pair: "another model"
    cached = Cached(recorder, rows)
    cached.translate(["a"], PAIR)
    cached.close()
    assert recorder.waves[-1] == ["a"] and len(recorder.waves) == 5


def test_a_store_that_fails_costs_no_translation(recorder, caplog):
    rows = Rows()
    rows.fails = True
    cached = Cached(recorder, rows)
    assert [cached.translate([f"a {n}"], PAIR) for n in range(5)] == [[f"es A {n}"] for n in range(5)]
    cached.close()
    assert 1 <= len([record for record in caplog.records if "disk is full" in record.message]) <= 2
    assert "a 1" not in caplog.text


@pytest.mark.parametrize("name", ["echo", "apertium"])
def test_real_engines_give_the_same_together_as_alone(name):
    engine = open_engine(name, Settings())
    pair = PAIR if PAIR in engine.pairs() else next(iter(engine.pairs()), None)
    if pair is None:
        engine.close()
        pytest.skip("no Apertium pair is installed here")
    sentences = [f"The river number {n} is long, and the city is old." for n in range(12)]
    alone = [engine.translate([sentence], pair)[0] for sentence in sentences]
    together = Batched(engine, Settings())
    try:
        with ThreadPoolExecutor(12) as pool:
            assert [found[0] for found in pool.map(lambda s: together.translate([s], pair), sentences)] == alone
        assert together.translate(sentences, pair) == alone
    finally:
        together.close()


def test_a_neural_engine_gives_the_same_together_as_alone(argos_settings):
    sentences = [f"The water of the river {'and the city ' * (n % 5)}is old number {n}." for n in range(16)]
    engine = Argos(argos_settings)
    alone = [engine.translate([sentence], PAIR)[0] for sentence in sentences]
    others = engine.hypotheses(sentences, PAIR, n=3)
    together = Batched(engine, argos_settings)
    try:
        with ThreadPoolExecutor(16) as pool:
            assert [found[0] for found in pool.map(lambda s: together.translate([s], PAIR), sentences)] == alone
        found = together.hypotheses(sentences, PAIR, n=3)
        assert [[each.text for each in row] for row in found] == [[each.text for each in row] for row in others]
    finally:
        together.close()
