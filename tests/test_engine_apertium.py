"""The Apertium engine over real pipelines, and over mode files made here whose stages misbehave."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import string
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.engines.apertium import Apertium
from service.engines.apertium.cache import Cache
from service.engines.apertium.modes import read_modes
from service.engines.apertium.packages import package_for
from service.engines.apertium.stream import MAX_BLOCK_CHARS, block, pieces, possessives_apart, text_of, tidied
from service.engines.apertium.tagger import tagger_of, taught
from service.errors import EngineError, UnsupportedPairError
from service.records import Pair
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

EN_ES, EN_GL, ES_IT = Pair("en", "es"), Pair("en", "gl"), Pair("es", "it")
NEEDED = (EN_ES, Pair("en", "ca"), EN_GL, Pair("en", "eo"), Pair("es", "fr"), Pair("es", "pt"), ES_IT)
SENTENCES = [
    "The mayor of Kharkiv said that the station is open again.",
    "Nobody knew why the trains do not run on Monday.",
    "Farmers near Izium have returned to fields that were mined for years.",
    "“We are here,” she told Oleksandr, “and we may have won.”",
    "WATER AND POWER RETURN TO THE CITY",
    "for the people who do it",
    "He paid $5 for a map of the U.S. and left . . .",
    "Retreated from Kupiansk, the unit does not mean to stop there.",
]
SPANISH = [
    "El alcalde de Járkov dice que la estación está abierta como antes.",
    "Los campesinos que vuelven bajo la lluvia han pulsado el timbre.",
    "Para casi todos es cierto lo que dijo Zelenski.",
    "La obra puede ser distribuida bajo los términos de esta licencia.",
]


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the engine's cache of this module apart from that of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def engine(_own_cache: None) -> Iterator[Apertium]:
    opened = Apertium(Settings(apertium_timeout_s=2))
    missing = [str(pair) for pair in NEEDED if pair not in opened.pairs()]
    if missing:
        pytest.fail(f"Apertium's {' '.join(missing)} must be installed for these tests: run .ci/setup dev")
    yield opened
    opened.close()


def workers_pids(engine: Apertium, pair: Pair) -> list[int]:
    return engine._workers[pair].pids()


# The stream format


@given(st.text(st.characters() | st.sampled_from("[]{}^$/\\@<>~*#+ \n\t\x00\ud800\uffff"), max_size=80), st.integers(0))
def test_a_block_is_undone_whatever_the_text(text: str, number: int) -> None:
    sent = block(text, number=number)
    assert sent.endswith(b"\0")
    assert sent.count(b"\0") == 1
    assert text_of(sent[:-1], number=number) == text


@pytest.mark.parametrize(
    ("output", "text"),
    [
        (b"#haver# de *dir @x", "haver de dir x"),
        (b"[x23]haver[x2a] de", "#haver* de"),
        (rb"\@ y \# y \*", "@ y # y *"),
        (b"aqu\xc3\xad   somos", "aquí somos"),
        (b"a[   ]b", "a   b"),
    ],
)
def test_marks_and_doubled_spaces_go_unless_the_source_has_them(output: bytes, text: str) -> None:
    assert text_of(output + b".[3]", number=3) == text


@pytest.mark.parametrize("output", [b"", b"Hola", b"Hola.[]", b"Hola.[8]", b"Hola.[7", rb"Hola.\[7\]"])
def test_a_block_that_did_not_come_whole_is_told(output: bytes) -> None:
    assert text_of(output, number=7) is None


@given(st.text(st.sampled_from("ab \n"), max_size=300).map(lambda text: text * 60))
@settings(max_examples=30)
def test_pieces_are_bounded_and_join_to_the_text(text: str) -> None:
    cut = pieces(text)
    assert "".join(cut) == text
    assert all(len(piece) <= MAX_BLOCK_CHARS for piece in cut)


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("“ Somos aquí.”", "“We are here.”", "“Somos aquí.”"),
        ("“ Somos aquí.”", "“ We are here.”", "“ Somos aquí.”"),
        ("la ciutat maltractada , va dir", "the battered city, he said", "la ciutat maltractada, va dir"),
        ("Gracias . . . !", "Thanks . . . !", "Gracias . . . !"),
        ("l'Ukraine est", "Ukraine is", "L'Ukraine est"),
        ("“s-ro. Prezidanto", "“Mr. President", "“S-ro. Prezidanto"),
        ("Él dijo", "he said", "Él dijo"),
        ("iPhone", "iPhone", "iPhone"),
        ("", "A", ""),
    ],
)
def test_traces_of_dropped_words_are_put_right(text: str, source: str, expected: str) -> None:
    assert tidied(text, source=source) == expected
    assert tidied(expected, source=source) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kharkiv’s mayor", "Kharkiv ’s mayor"),
        ("Izium's and Lyman's streets", "Izium 's and Lyman 's streets"),
        ("That’s what the city’s mayor says. Let's go.", "That’s what the city’s mayor says. Let's go."),
        ("O’Brien’sx and the 1990's", "O’Brien’sx and the 1990's"),
        ("Łódź’s", "Łódź ’s"),
    ],
)
def test_the_s_of_names_is_set_apart(text: str, expected: str) -> None:
    assert possessives_apart(text) == expected


# Mode files


def write_modes(folder: Path, **modes: str) -> Path:
    for name, text in modes.items():
        (folder / f"{name.replace('__', '-')}.mode").write_text(text, encoding="utf-8")
    return folder


def test_modes_become_argument_lists_that_flush(tmp_path: Path) -> None:
    text = "lt-proc -w '/a b/x.bin' | apertium-tagger -g $2 '/m.prob'  |lt-proc $1 \"/g.bin\"\n"
    (mode,) = read_modes(write_modes(tmp_path, eng__cat_valencia=text)).values()
    assert mode.pair == Pair("en", "ca-valencia")
    assert mode.stages == (
        ("lt-proc", "-z", "-w", "/a b/x.bin"),
        ("apertium-tagger", "-z", "-g", "/m.prob"),
        ("lt-proc", "-z", "-n", "/g.bin"),
    )
    assert "/a b/x.bin does not exist" in (mode.fault() or "") or shutil.which("lt-proc") is None


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("spa-eng", Pair("es", "en")),
        ("es-pt_BR", Pair("es", "pt-BR")),
        ("cat-eng_US", Pair("ca", "en-US")),
        ("epo-eng", Pair("eo", "en")),
        ("hbs-eng", Pair("sr-Latn", "en")),
        ("eng-hbs", None),
        ("en-eo-bytecode", None),
        ("eo-en-malnova-kun-3-etapoj", None),
        ("eco-es-fr", None),
        ("spa-cat_iec2017", None),
        ("spa-cat_valencia_uni", None),
        ("cat-por_PTpre1990", None),
        ("eng-eng_US", Pair("en", "en-US")),
        ("xx-qqq", None),
    ],
)
def test_names_of_modes_are_languages_or_left_out(name: str, pair: Pair | None, tmp_path: Path) -> None:
    (tmp_path / f"{name}.mode").write_text("cat", encoding="utf-8")
    assert list(read_modes(tmp_path)) == ([pair] if pair else [])


@pytest.mark.parametrize(
    "text",
    ["", "cat | ", "cat; touch pwned", "cat && touch pwned", "cat > pwned", "cat $(touch pwned)", "cat `touch pwned`",
     "cat $3", "cat 'unclosed", "(cat)", "cat &"],
)  # fmt: skip
def test_a_mode_that_is_more_than_a_pipeline_is_left_out(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    engine = Apertium(Settings(apertium_modes=write_modes(tmp_path, eng__spa=text)))
    assert engine.pairs() == frozenset()
    assert not (tmp_path / "pwned").exists()


def test_without_apertium_there_are_no_pairs_and_the_error_names_the_package(tmp_path: Path) -> None:
    engine = Apertium(Settings(apertium_modes=tmp_path / "none"))
    assert engine.pairs() == frozenset()
    with pytest.raises(UnsupportedPairError, match=r"apt-get install apertium-eng-spa"):
        engine.translate(["a house"], EN_ES)
    with pytest.raises(UnsupportedPairError, match="no package"):
        engine.fingerprint(Pair("en", "ja"))
    engine.close()


@pytest.mark.parametrize(
    ("pair", "package"),
    [
        (Pair("ca", "en"), "apertium-eng-cat"),
        (Pair("ro", "es"), "apertium-es-ro"),
        (Pair("es", "ro"), None),
        (Pair("uk", "ru"), "apertium-rus-ukr"),
        (Pair("en", "de"), None),
    ],
)
def test_packages_are_named_for_the_directions_that_they_have(pair: Pair, package: str | None) -> None:
    assert package_for(pair) == package


# Pairs that are installed and do not work


@pytest.fixture
def stage(tmp_path: Path) -> Callable[..., Path]:
    """Make a program that stands in for a stage: Python that sees each block as `text` and writes with `out`."""

    def make(body: str, name: str = "stage") -> Path:
        program = tmp_path / name
        program.write_text(
            f"#!{sys.executable}\n"
            "import os, signal, sys, time\n"
            "def out(data):\n    sys.stdout.buffer.write(data)\n    sys.stdout.buffer.flush()\n"
            "rest = b''\n"
            "while read := os.read(0, 65536):\n"
            "    *blocks, rest = (rest + read).split(b'\\0')\n"
            "    for text in blocks:\n"
            f"        {body}\n",
            encoding="utf-8",
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return program

    return make


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "sys.exit()",
        r"out(b'\0')",
        r"out(b'...[0]\0')",
        r"out(text.replace(b'[0]', b'[1]') + b'\0')",
        r"out(text); os.kill(os.getpid(), 9)",
        "time.sleep(60)",
    ],
)
def test_a_pair_that_gives_nothing_is_not_offered(body: str, stage: Callable[..., Path], tmp_path: Path) -> None:
    last = stage(r"out(text + b'\0')", "last")
    modes = write_modes(tmp_path, eng__spa=f"'{stage(body)}' | '{last}'")
    engine = Apertium(Settings(apertium_modes=modes, apertium_timeout_s=0.7))
    assert engine.pairs() == frozenset()
    with pytest.raises(UnsupportedPairError, match="eng-spa is installed but does not work"):
        engine.translate(["a house"], EN_ES)
    engine.close()
    assert not psutil.Process().children()


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    engine = Apertium(Settings(apertium_modes=write_modes(tmp_path, eng__spa="no-such-program | cat")))
    assert engine.pairs() == frozenset()
    with pytest.raises(UnsupportedPairError, match="the program no-such-program is not installed"):
        engine.translate(["a house"], EN_ES)


def test_a_sentence_that_kills_its_stage_is_named_and_the_others_go_on(
    stage: Callable[..., Path], tmp_path: Path
) -> None:
    program = stage(r"os.kill(os.getpid(), 11) if b'poison' in text else out(text.upper() + b'\0')", "speaker")
    engine = Apertium(Settings(apertium_modes=write_modes(tmp_path, eng__spa=f"'{program}'"), apertium_timeout_s=5))
    assert engine.translate(["one", "two"], EN_ES) == ["ONE", "TWO"]
    with pytest.raises(EngineError, match=r"apertium en-es: .*speaker died of signal 11.*'three poison'"):
        engine.translate(["one", "two", "three poison", "four"], EN_ES)
    assert engine.translate(["five"], EN_ES) == ["FIVE"]
    engine.close()


def test_a_stage_that_hangs_on_a_sentence_is_named(stage: Callable[..., Path], tmp_path: Path) -> None:
    program = stage(r"os.kill(os.getpid(), 19) if b'poison' in text else out(text + b'\0')", "speaker")
    engine = Apertium(Settings(apertium_modes=write_modes(tmp_path, eng__spa=f"'{program}'"), apertium_timeout_s=0.5))
    with pytest.raises(EngineError, match=r"speaker gave no output for 0.5 s"):
        engine.translate(["one", "poison"], EN_ES)
    engine.close()
    assert not psutil.Process().children()


def test_no_words_for_a_sentence_is_an_error_but_an_article_may_vanish(
    stage: Callable[..., Path], tmp_path: Path
) -> None:
    program = stage(r"out((b'.' + text[text.rindex(b'['):] if b'lost' in text else text) + b'\0')", "speaker")
    engine = Apertium(Settings(apertium_modes=write_modes(tmp_path, eng__spa=f"'{program}'")))
    assert engine.translate(["lost"], EN_ES) == ["lost"]
    with pytest.raises(EngineError, match="gave nothing"):
        engine.translate(["all the words lost"], EN_ES)
    engine.close()


# Real pipelines


@pytest.mark.parametrize(("pair", "text", "expected"), [
    (EN_ES, "The house is red.", "La casa es roja."),
    (Pair("en", "ca"), "I have a red book.", "Tinc un llibre vermell."),
    (EN_GL, "The house is red.", "A casa é vermella."),
    (Pair("en", "eo"), "The house is red.", "La domo estas ruĝa."),
    (Pair("es", "fr"), "La casa es roja.", "La maison est rouge."),
    (Pair("es", "pt"), "La casa es roja.", "A casa é vermelha."),
    (ES_IT, "La casa es roja.", "La casa è rossa."),
])  # fmt: skip
def test_the_demo_s_pairs_translate(engine: Apertium, pair: Pair, text: str, expected: str) -> None:
    assert engine.translate([text], pair) == [expected]


@pytest.mark.parametrize("pair", NEEDED, ids=str)
def test_what_the_stream_reserves_survives(engine: Apertium, pair: Pair) -> None:
    text = "[Kharkiv] {Izium} ^Lyman$ \\ @ <b> * # ~ + \x00 \ud800 \uffff 🏙️ \u200f/ «x» a_b % &amp;"
    (out,) = engine.translate([text], pair)
    for char in set(text) - set(string.ascii_letters) - {" "}:
        assert out.count(char) == text.count(char), repr(char)


def test_unknown_words_carry_no_marks(engine: Apertium) -> None:
    (spanish,) = engine.translate(["Blorfik saw Zqbcx in Xyzzyton."], EN_ES)
    assert spanish.lower() == "blorfik vio zqbcx en xyzzyton."
    for pair in (Pair("es", "fr"), Pair("es", "pt"), ES_IT):
        (out,) = engine.translate([spanish], pair)
        assert not set(out) & set("*@#")
        assert {"Blorfik", "Zqbcx", "Xyzzyton."} <= set(out.split())


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n\t ",
        "…",
        "12,5 %",
        "\x00",
        "\ud800",
        "\uffff",
        "~",
        "[",
        "\\",
        "🙂",
        "—",
        "\u200b",
        "2024",
        "\r\n",
    ],
)
def test_what_has_no_letters_is_left_alone(engine: Apertium, text: str) -> None:
    assert engine.translate([text], EN_ES) == [text]


def test_white_space_is_kept(engine: Apertium) -> None:
    text = " \tThe  house\nis \u00a0 red.\r\n"
    assert engine.translate([text], EN_ES) == [" \tLa  casa\nes \u00a0 roja.\r\n"]


@pytest.mark.parametrize(
    "text",
    [
        "مرحبا بالعالم",
        "\u202bHello\u202c world",
        "a\u0301\u0301 b",
        "x" * 9000,
        "日本語" * 2000,
        "Ｈｅｌｌｏ",
        "𝜆 and 𝜊",
        "\ufeffHello",
        '<p class="x">Hello <b>world</b></p>',
        "[[t:b:1]]Hello[[/]]",
        "[<STREAMCMD:SETVAR:x>] Hello",
        "Hello.[7]",
        "Hello.[]",
    ],
)
def test_odd_texts_come_out_and_leave_the_pipeline_sound(engine: Apertium, text: str) -> None:
    (out, after) = engine.translate([text, "The house is red."], EN_ES)
    assert out
    assert after == "La casa es roja."


def test_a_sentence_of_a_megabyte_comes_out_whole(engine: Apertium) -> None:
    words = "Kharkiv " * 131_072
    (out,) = engine.translate([words], EN_ES)
    assert out.split() == ["Kharkiv"] * 131_072


def test_no_sentences_are_no_sentences(engine: Apertium) -> None:
    assert engine.translate([], EN_ES) == []
    assert engine.hypotheses([], EN_ES, n=4) == []


@pytest.mark.parametrize(("pair", "sentences"), [(EN_GL, SENTENCES), (EN_ES, SENTENCES), (ES_IT, SPANISH)], ids=str)
def test_a_sentence_comes_out_the_same_whatever_came_before(
    engine: Apertium, pair: Pair, sentences: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without lessons for its tagger, Apertium itself fails this for all three pairs."""
    forwards = engine.translate(sentences, pair)
    assert engine.translate(sentences[::-1], pair)[::-1] == forwards
    assert [engine.translate([sentence], pair)[0] for sentence in sentences] == forwards
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # nothing learnt, nothing run
    for n in (0, len(sentences) - 1):
        fresh = Apertium(Settings())
        assert fresh.translate([sentences[n]], pair) == [forwards[n]]
        fresh.close()


@pytest.mark.parametrize("pair", NEEDED, ids=str)
def test_addresses_survive(engine: Apertium, pair: Pair) -> None:
    (out,) = engine.translate(["<the.red@casa.org> (https://the-house.example/a_b?c=the#casa), www"], pair)
    assert out.startswith("<the.red@casa.org> (https://the-house.example/a_b?c=the#casa), ")


@pytest.mark.parametrize("pair", [Pair("en", "ca"), Pair("en", "eo"), EN_ES, EN_GL], ids=str)
def test_a_name_with_an_s_stays_a_word(engine: Apertium, pair: Pair) -> None:
    (out,) = engine.translate(["Blorfik’s brother met the mayor in Zelensky's office."], pair)
    assert {"Blorfik", "Zelensky"} <= set(re.findall(r"\w+", out))


def test_it_says_what_the_apertium_command_says(engine: Apertium) -> None:
    """On sentences with all words known, each in a run of the command of its own; spaces of dropped words apart."""
    known = ["The house is near the river.", "We are here.", "THE CITY IS QUIET", "Two men (and a dog) came; I left."]
    for sentence, out in zip(known, engine.translate(known, EN_ES), strict=True):
        command = ["apertium", "-u", "eng-spa"]
        done = subprocess.run(command, input=sentence, capture_output=True, text=True, check=True)
        assert out == re.sub(" +", " ", done.stdout.strip())


def test_two_thousand_sentences_keep_number_and_order(engine: Apertium) -> None:
    out = engine.translate([f"Nr {n} is a house." for n in range(2000)], EN_ES)
    assert [int(re.search(r"\d+", text)[0]) for text in out] == list(range(2000))


def test_eight_threads_get_their_own_sentences(engine: Apertium) -> None:
    def ask(n: int) -> list[str]:
        return engine.translate([f"Street {n} number {m}." for m in range(20)], EN_ES)

    with ThreadPoolExecutor(8) as pool:
        for n, out in enumerate(pool.map(ask, range(24))):
            assert [list(map(int, re.findall(r"\d+", text))) for text in out] == [[n, m] for m in range(20)]


# Dying and hanging in the middle


MANY = [f"{sentence} ({n})" for n in range(40) for sentence in SENTENCES]  # several batches


@pytest.fixture(scope="module")
def unharmed(engine: Apertium) -> list[str]:
    return engine.translate(MANY, EN_ES)


@pytest.mark.parametrize("at", range(11))
def test_killing_any_stage_in_the_middle_loses_no_sentence(engine: Apertium, unharmed: list[str], at: int) -> None:
    engine.translate(SENTENCES, EN_ES)
    pids = workers_pids(engine, EN_ES)
    assert len(pids) == 11
    out: list[list[str]] = []
    thread = threading.Thread(target=lambda: out.append(engine.translate(MANY, EN_ES)))
    thread.start()
    time.sleep(0.05)
    assert thread.is_alive()
    os.kill(pids[at], signal.SIGKILL)
    thread.join(60)
    assert out == [unharmed]
    assert not set(pids) & set(workers_pids(engine, EN_ES)), "the pipeline was not restarted: nothing was tested"


def test_killing_a_stage_at_rest_is_not_noticed(engine: Apertium) -> None:
    expected = engine.translate(SENTENCES, EN_ES)
    os.kill(workers_pids(engine, EN_ES)[4], signal.SIGKILL)
    assert engine.translate(SENTENCES, EN_ES) == expected


@pytest.mark.parametrize("at", [0, 10])
def test_a_stage_that_stops_is_replaced(engine: Apertium, at: int) -> None:
    expected = engine.translate(SENTENCES, EN_ES)
    pids = workers_pids(engine, EN_ES)
    os.kill(pids[at], signal.SIGSTOP)
    assert engine.translate(SENTENCES, EN_ES) == expected
    assert not any(psutil.pid_exists(pid) for pid in pids)


# Housekeeping


def test_nothing_is_left_behind(_own_cache: None, engine: Apertium) -> None:
    me = psutil.Process()
    before = {child.pid for child in me.children()}, me.num_fds()
    other = Apertium(Settings(apertium_timeout_s=2))
    for _ in range(2):
        other.translate(SENTENCES, EN_ES)
        os.kill(workers_pids(other, EN_ES)[6], signal.SIGKILL)
    other.translate(SENTENCES, EN_ES)
    other.close()
    other.close()
    assert ({child.pid for child in me.children()}, me.num_fds()) == before
    with pytest.raises(EngineError, match="closed"):
        other.translate(SENTENCES, EN_ES)


def test_stages_end_with_the_program_that_was_killed(_own_cache: None, engine: Apertium) -> None:
    program = (
        "import os, signal; from service.engines.apertium import Apertium; from service.records import Pair\n"
        "from service.settings import Settings\n"
        "engine = Apertium(Settings()); engine.translate(['a house'], Pair('en', 'es'))\n"
        "print(*engine._workers[Pair('en', 'es')].pids(), flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 11
    until = time.monotonic() + 10
    while any(map(_runs, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(map(_runs, pids))


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_fingerprints_follow_the_data(stage: Callable[..., Path], tmp_path: Path) -> None:
    program = stage(r"out(text + b'\0')")
    data = tmp_path / "eng-spa.bin"
    data.write_bytes(b"1")
    modes = write_modes(tmp_path, eng__spa=f"'{program}' '{data}'")
    first = Apertium(Settings(apertium_modes=modes)).fingerprint(EN_ES)
    assert Apertium(Settings(apertium_modes=modes)).fingerprint(EN_ES) == first
    data.write_bytes(b"12")
    assert Apertium(Settings(apertium_modes=modes)).fingerprint(EN_ES) != first


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"probes": 1, "classes": []}', '{"probes": {"a": 1}, "classes": {"a": 1}}']
)
def test_a_damaged_cache_counts_as_empty(content: str, tmp_path: Path) -> None:
    file = tmp_path / "apertium.json"
    file.write_text(content, encoding="utf-8")
    cache = Cache(file)
    assert cache.fault("a") == (False, None)
    assert cache.classes("a") == frozenset()
    cache.keep_faults({"a": None, "b": "it is broken"})
    cache.keep_classes("a", frozenset({frozenset({"ADV", "PREP"})}))
    again = Cache(file)
    assert again.fault("a") == (True, None)
    assert again.fault("b") == (True, "it is broken")
    assert again.classes("a") == {frozenset({"ADV", "PREP"})}


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = Cache(tmp_path / "file" / "apertium.json")
    cache.keep_faults({"a": None})
    assert cache.fault("a") == (True, None)


def test_a_taught_tagger_says_what_an_untaught_one_says_first(engine: Apertium, tmp_path: Path) -> None:
    """The lessons change nothing but what a class that was new does to the words after it."""
    mode = read_modes(Settings().apertium_modes)[EN_GL]
    tagger = tagger_of(mode)
    assert tagger is not None
    analysed = subprocess.run(mode.stages[0], input=b"for do for do.[]\0", capture_output=True, check=True).stdout

    def tag(data: bytes) -> tuple[bytes, str]:
        model = tmp_path / "model.prob"
        model.write_bytes(data)
        command = ["apertium-tagger", "-z", "-d", "-g", str(model)]
        done = subprocess.run(command, input=analysed, capture_output=True, check=True)
        return done.stdout, done.stderr.decode()

    plain, report = tag(tagger.model.read_bytes())
    new = tagger.reported(report.splitlines())
    assert new, "the tagger knows all classes of this sentence now; take another"
    lessons, report = tag(taught(tagger.model.read_bytes(), new))
    assert lessons == plain
    assert not tagger.reported(report.splitlines())


@pytest.mark.parametrize(
    "classes", [frozenset(), frozenset({frozenset({"NO SUCH TAG"})}), frozenset({frozenset({""})})]
)
def test_lessons_that_mean_nothing_leave_the_model_as_it_is(
    engine: Apertium, classes: frozenset[frozenset[str]]
) -> None:
    tagger = tagger_of(read_modes(Settings().apertium_modes)[EN_GL])
    assert tagger is not None
    assert taught(tagger.model.read_bytes(), classes) == tagger.model.read_bytes()
