"""The Argos engine: packages as they lie on disk, text as argostranslate gives it, sentences of any length, memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from constructed import Shape, build_package, lexicon
from hypothesis import given
from hypothesis import strategies as st

from service import packages
from service.engines.argos import Argos
from service.engines.argos.models import batches, usable_threads, weights
from service.engines.argos.packages import argos_folders, scan
from service.engines.argos.pool import Pool
from service.engines.argos.tokens import parts, rejoin
from service.errors import EngineError, UnsupportedPairError
from service.records import Pair
from service.settings import Settings

_EN_ES = Pair("en", "es")
_SENTENCES = [
    "The president said that the soldiers left the village.",
    "Many people live here, but the old market closed on Monday; the museum opened.",
    "Oleksandr Synyehubov met the mayor near Kharkiv.",
    "“The city”, he said – two days before – is not small…",
    "Привіт, the river 🏙️!",
    "The children read 1,234.5 books in 2022 (or more).",
]


@pytest.fixture(scope="module")
def engine(argos_settings: Settings):
    opened = Argos(argos_settings)
    yield opened
    opened.close()


def _settings_with(archive: Path, folder: Path, **more: object) -> Settings:
    settings = Settings(argos_packages=folder, **more)
    packages.install_file(archive, settings)
    return settings


def test_words_of_the_lexicon_are_translated(engine: Argos) -> None:
    words = lexicon("en", "es")
    assert engine.translate(list(words), _EN_ES) == list(words.values())


def test_unknown_names_go_through_by_pieces(engine: Argos) -> None:
    translated = engine.translate(["The mayor met Synyehubov and Zelensky in Kyiv."], _EN_ES)
    assert translated == ["El alcalde encontró Siniehubov y Zelensci en Kiiv."]


def test_pivot_through_two_packages(engine: Argos) -> None:
    spanish = engine.translate(["The soldiers crossed the river."], _EN_ES)
    assert engine.translate(spanish, Pair("es", "fr")) == ["Le soldats traversa le fleuve."]


def test_white_space_around_a_sentence_stays(engine: Argos) -> None:
    assert engine.translate(["\n  The city \t"], _EN_ES) == ["\n  El ciudad \t"]


def test_underscores_of_the_source_stay(engine: Argos) -> None:
    assert engine.translate(["old_city"], _EN_ES)[0].count("_") == 1


def test_target_prefix_is_given_and_taken_away(argos_archives: dict[str, Path], tmp_path: Path) -> None:
    engine = Argos(_settings_with(argos_archives["prefix"], tmp_path))
    assert engine.translate(["The president left the city."], _EN_ES) == ["El presidente dejó el ciudad."]
    # The model was built to need it: without the prefix the first piece is lost.
    (tmp_path / "translate-en_es-1_1" / "metadata.json").write_text('{"from_code": "en", "to_code": "es"}')
    assert Argos(Settings(argos_packages=tmp_path)).translate(["The president left the city."], _EN_ES) != [
        "El presidente dejó el ciudad."
    ]


# Run apart: argostranslate reads its settings when it is imported, and creates folders.
_ARGOSTRANSLATE = """
import json, sys
from argostranslate import package, translate

class Whole:
    def __init__(self, pkg): pass
    def split_sentences(self, text): return [text]

translate.MiniSBDSentencizer = Whole
way = translate.get_translation_from_codes("en", "es")
print(json.dumps([way.translate(sentence) for sentence in json.load(sys.stdin)]))
"""


def _argos_environ(folder: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ARGOS", "XDG", "SNAP"))}
    return {**kept, "HOME": str(folder), **more}


@pytest.mark.parametrize("archive", ["en_es", "prefix", "bpe"])
def test_text_is_that_of_argostranslate(argos_archives: dict[str, Path], archive: str, tmp_path: Path) -> None:
    settings = _settings_with(argos_archives[archive], tmp_path / "packages")
    environ = _argos_environ(tmp_path, ARGOS_PACKAGES_DIR=str(tmp_path / "packages"))
    theirs = subprocess.run(
        [sys.executable, "-c", _ARGOSTRANSLATE],
        input=json.dumps(_SENTENCES),
        capture_output=True,
        text=True,
        check=True,
        env=environ,
    )
    assert Argos(settings).translate(_SENTENCES, _EN_ES) == json.loads(theirs.stdout)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"XDG_DATA_HOME": "{home}/data"},
        {"ARGOS_PACKAGES_DIR": "{home}/own"},
        {"XDG_CONFIG_HOME": "{home}/config"},
        {"XDG_CONFIG_HOME": "{home}/config", "ARGOS_PACKAGES_DIR": "{home}/own"},
        {"SNAP": "{home}/snap", "SNAP_USER_DATA": "{home}/snapdata"},
    ],
)
def test_folders_are_those_of_argostranslate(variables: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "config" / "argos-translate").mkdir(parents=True)
    configured = {"ARGOS_PACKAGES_DIR": str(tmp_path / "configured")}
    (tmp_path / "config" / "argos-translate" / "settings.json").write_text(json.dumps(configured))
    for bundled in ("packages", "content_snap_packages/one", "content_snap_packages/two"):
        (tmp_path / "snap" / "snap_custom" / bundled).mkdir(parents=True)
    environ = _argos_environ(tmp_path, **{key: value.format(home=tmp_path) for key, value in variables.items()})
    program = "from argostranslate import settings; print(*settings.package_dirs, sep='\\n')"
    theirs = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environ
    ).stdout.split()
    program = """
import os
from service.engines.argos.packages import argos_folders
print(*argos_folders(os.environ), sep="\\n")
"""
    ours = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environ
    ).stdout.split()
    assert sorted(ours) == sorted(theirs)
    assert ours[0] == theirs[0]


def test_unreadable_argos_settings_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "argos-translate").mkdir()
    (tmp_path / "argos-translate" / "settings.json").write_text('["not", "an object"')
    found = argos_folders({"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": "/data"})
    assert found == (Path("/data/argos-translate/packages"),)


def _broken(folder: Path, name: str, *, metadata: str | None, files: tuple[str, ...] = ()) -> None:
    (folder / name / "model").mkdir(parents=True)
    if metadata is not None:
        (folder / name / "metadata.json").write_text(metadata)
    for file in files:
        (folder / name / file).write_bytes(b"")


def test_broken_packages_are_named_and_spoil_no_other(argos_archives: dict[str, Path], tmp_path: Path) -> None:
    settings = _settings_with(argos_archives["en_es"], tmp_path)
    good, whole = '{"from_code": "en", "to_code": "fr"}', ("model/model.bin", "sentencepiece.model")
    _broken(tmp_path, "empty", metadata=None)
    _broken(tmp_path, "no-json", metadata="{")
    _broken(tmp_path, "list", metadata="[]")
    _broken(tmp_path, "deep", metadata="[" * 100_000)
    _broken(tmp_path, "no-codes", metadata='{"from_code": "en"}', files=whole)
    _broken(tmp_path, "no-language", metadata='{"from_code": "en", "to_code": "q!"}', files=whole)
    _broken(tmp_path, "no-model", metadata=good, files=whole[1:])
    _broken(tmp_path, "no-tokeniser", metadata=good, files=whole[:1])
    _broken(tmp_path, "other-kind", metadata='{"type": "sbd", "from_codes": ["en"]}')
    _broken(tmp_path, ".hidden", metadata=None)
    (tmp_path / "a file").write_text("")
    engine = Argos(settings)
    assert engine.pairs() == {_EN_ES}
    named = {
        name
        for name in (path.name for path in tmp_path.iterdir())
        if any(f"/{name} " in each for each in engine.problems())
    }
    assert named == {"empty", "no-json", "list", "deep", "no-codes", "no-language", "no-model", "no-tokeniser"}
    assert len(engine.problems()) == len(named)


def test_argos_codes_become_tags_and_both_are_taken(argos_settings: Settings, tmp_path: Path) -> None:
    model = argos_settings.argos_packages / "translate-en_es-1_0"
    for source, target in (("en", "pb"), ("zt", "en"), ("zh", "en"), ("nb", "en")):
        shutil.copytree(model, tmp_path / f"{source}_{target}")
        metadata = {"from_code": source, "to_code": target, "package_version": 1.5}
        (tmp_path / f"{source}_{target}" / "metadata.json").write_text(json.dumps(metadata))
    engine = Argos(Settings(argos_packages=tmp_path))
    assert {str(pair) for pair in engine.pairs()} == {"en-pt-BR", "zh-Hant-en", "zh-Hans-en", "nb-en"}
    for pair in (Pair("en", "pt-BR"), Pair("en", "pb"), Pair("zh", "en"), Pair("zh-Hans", "en"), Pair("zt", "en")):
        assert engine.translate(["The city"], pair) == ["El ciudad"]
    assert "-1.5-" in engine.fingerprint(Pair("zh", "en"))


def test_highest_version_of_a_pair_is_used(argos_archives: dict[str, Path], tmp_path: Path) -> None:
    settings = _settings_with(argos_archives["bpe"], tmp_path)
    packages.install_file(argos_archives["en_es"], settings)
    path = tmp_path / "translate-en_es-1_0" / "metadata.json"
    assert scan([tmp_path]).best()[_EN_ES].version == "1.2"
    path.write_text(path.read_text().replace('"1.0"', '"1.10"'))
    assert scan([tmp_path]).best()[_EN_ES].version == "1.10"


def test_a_package_installed_later_is_found(argos_archives: dict[str, Path], tmp_path: Path) -> None:
    settings = Settings(argos_packages=tmp_path / "not-there-yet")
    engine = Argos(settings)
    assert engine.pairs() == frozenset()
    with pytest.raises(UnsupportedPairError, match="exonym install en es"):
        engine.translate(["The city"], _EN_ES)
    packages.install_file(argos_archives["en_es"], settings)
    assert engine.translate(["The city"], _EN_ES) == ["El ciudad"]


def test_fingerprint_depends_on_content_and_settings_alone(
    argos_settings: Settings, argos_archives: dict[str, Path], tmp_path: Path
) -> None:
    before = Argos(argos_settings).fingerprint(_EN_ES)
    settings = _settings_with(argos_archives["en_es"], tmp_path)
    assert Argos(settings).fingerprint(_EN_ES) == before
    assert Argos(settings.model_copy(update={"beam_size": 2})).fingerprint(_EN_ES) != before
    assert Argos(settings.model_copy(update={"compute_type": "float32"})).fingerprint(_EN_ES) != before
    model = tmp_path / "translate-en_es-1_0" / "model" / "model.bin"
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    assert Argos(settings).fingerprint(_EN_ES) != before


@pytest.mark.parametrize("file", ["model/model.bin", "sentencepiece.model", "model/config.json"])
@pytest.mark.parametrize("damage", ["cut", "noise", "empty"])
def test_a_damaged_package_is_an_engine_error(
    argos_archives: dict[str, Path], file: str, damage: str, tmp_path: Path
) -> None:
    settings = _settings_with(argos_archives["en_es"], tmp_path)
    path = tmp_path / "translate-en_es-1_0" / file
    content = path.read_bytes()
    damaged = {"cut": content[: len(content) // 2], "noise": bytes(range(256)) * 40, "empty": b""}
    path.write_bytes(damaged[damage])
    engine = Argos(settings)
    with pytest.raises(EngineError, match=r"translate-en_es-1_0"):
        engine.translate(["The city"], _EN_ES)
    path.write_bytes(content)  # mended: the failed load is not remembered
    assert engine.translate(["The city"], _EN_ES) == ["El ciudad"]


def test_settings_change_arithmetic_and_beam_but_not_the_words(argos_settings: Settings) -> None:
    for update in ({"compute_type": "float32"}, {"compute_type": "int16"}, {"beam_size": 1}, {"threads": 1}):
        engine = Argos(argos_settings.model_copy(update=update))
        assert engine.translate(["The war lost."], _EN_ES) == ["El guerra perdió."]
        assert engine.hypotheses(["The war lost."], _EN_ES, n=3)[0][0].text == "El guerra perdió."


@pytest.mark.parametrize("separator", [" ", ", ", "; ", " — "])
def test_long_sentences_lose_nothing(engine: Argos, separator: str) -> None:
    sentence = separator.join(["the old city"] * 400) + "."
    assert engine.translate([sentence], _EN_ES) == [separator.join(["el viejo ciudad"] * 400) + "."]


def test_a_word_without_end_loses_nothing(engine: Argos) -> None:
    assert engine.translate(["Q" * 5000], _EN_ES) == ["Q" * 5000]


def test_sentences_longer_than_the_models_positions(tmp_path: Path) -> None:
    archive = build_package(tmp_path, shape=Shape(positions=48))
    engine = Argos(_settings_with(archive, tmp_path / "packages"))
    sentence = " ".join(["the old city"] * 40)
    assert engine.translate([sentence], _EN_ES) == [" ".join(["el viejo ciudad"] * 40)]


def test_weights_say_size_and_positions(argos_settings: Settings) -> None:
    path = argos_settings.argos_packages / "translate-en_es-1_0" / "model" / "model.bin"
    saved = weights(path, compute_type="default")
    assert saved.n_positions == 512
    assert path.stat().st_size * 0.9 < saved.n_bytes <= path.stat().st_size
    # Positions and scales are not quantised, so four bytes a weight is a little less than four times the file.
    assert 2 * saved.n_bytes < weights(path, compute_type="float32").n_bytes <= 4 * saved.n_bytes


_PROSE = st.text(alphabet="ab é,;: —\n東、", max_size=400)


@given(_PROSE, st.integers(1, 20))
def test_parts_hold_everything_and_fit(text: str, max_tokens: int) -> None:
    divided = parts(text, encode=list, max_tokens=max_tokens)
    assert "".join("".join(part.text.split()) for part in divided) == "".join(text.split())
    assert all(part.text == part.text.strip() for part in divided)
    assert all(len(part.tokens) <= max_tokens and list(part.tokens) == list(part.text) for part in divided)
    assert len(divided) == 1 or all(part.text for part in divided)


@given(st.text(alphabet="abcdefgh, ", min_size=1, max_size=400).map(lambda text: " ".join(text.split())))
def test_rejoined_parts_are_the_sentence(text: str) -> None:
    divided = parts(text, encode=list, max_tokens=12)
    assert rejoin([part.text for part in divided], divided, target="es") == text


def test_parts_end_at_clauses() -> None:
    divided = parts("one two three, four five six; seven eight nine", encode=str.split, max_tokens=4)
    assert [part.text for part in divided] == ["one two three,", "four five six;", "seven eight nine"]


@pytest.mark.parametrize(("target", "joined"), [("en", "Tokyo, rain"), ("ja", "Tokyo,rain"), ("zh-Hant", "Tokyo,rain")])
def test_languages_without_spaces_are_joined_without(target: str, joined: str) -> None:
    divided = parts("東京は、雨です", encode=list, max_tokens=4)
    assert [part.text for part in divided] == ["東京は、", "雨です"]
    assert rejoin(["Tokyo,", "rain"], divided, target=target) == joined


@given(st.lists(st.integers(1, 300), max_size=200), st.integers(1, 8), st.integers(64, 2048))
def test_batches_hold_every_row_once_and_fit(lengths: list[int], n_workers: int, max_tokens: int) -> None:
    lengths.sort(reverse=True)
    planned = batches(lengths, n_workers=n_workers, max_tokens=max_tokens)
    assert [length for rows in planned for length in lengths[rows]] == lengths
    assert all(lengths[rows] for rows in planned)
    for rows in planned:
        row_lengths = lengths[rows]
        assert len(row_lengths) == 1 or row_lengths[0] * len(row_lengths) <= max_tokens


@given(st.lists(st.integers(5, 60), min_size=40, max_size=200), st.integers(1, 8))
def test_batches_keep_every_worker_busy(lengths: list[int], n_workers: int) -> None:
    lengths.sort(reverse=True)
    planned = batches(lengths, n_workers=n_workers, max_tokens=100_000)
    assert len(planned) <= n_workers
    costs = [sum(lengths[rows]) + 2 * lengths[rows][0] for rows in planned]
    # The longest is at most an equal share, plus the row that did not fit and the costs of the batch itself.
    share = sum(costs) / max(1, min(n_workers, sum(lengths) // 64))
    assert max(costs) <= 1.2 * share + 4 * lengths[0]


def test_usable_threads_are_within_the_affinity() -> None:
    assert 1 <= usable_threads() <= len(os.sched_getaffinity(0))


def _pool(load=str.upper, *, idle_s: float = 0, max_bytes: int = 0) -> Pool[str, str]:
    return Pool(load=load, size_bytes=lambda key: 10 * len(key), idle_s=idle_s, max_bytes=max_bytes)


def test_pool_loads_once_for_many_threads() -> None:
    loads = []

    def load(key: str) -> str:
        time.sleep(0.05)
        loads.append(key)
        return key.upper()

    pool, seen = _pool(load), []

    def user() -> None:
        with pool.use("a") as thing:
            seen.append(thing)

    threads = [threading.Thread(target=user) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (loads, seen) == (["a"], ["A"] * 8)


def test_pool_drops_the_least_recently_used_over_its_cap() -> None:
    pool = _pool(max_bytes=20)
    for key in ("a", "b", "a", "c"):
        with pool.use(key):
            pass
    assert pool.loaded() == ["a", "c"]


def test_pool_never_drops_what_is_in_use() -> None:
    pool = _pool(max_bytes=10)
    with pool.use("a"), pool.use("b"), pool.use("c"):
        assert pool.loaded() == ["a", "b", "c"]
    assert len(pool.loaded()) == 1
    with pool.use("larger than the cap"):
        pass
    assert pool.loaded() == ["larger than the cap"]


def test_pool_drops_what_is_idle() -> None:
    pool = _pool(idle_s=0.2)
    with pool.use("a"):
        with pool.use("b"):
            pass
        time.sleep(0.5)
        assert pool.loaded() == ["a"]
    deadline = time.monotonic() + 5
    while pool.loaded() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert pool.loaded() == []
    with pool.use("a") as thing:
        assert thing == "A"
    pool.close()


def test_pool_forgets_what_could_not_be_loaded() -> None:
    outcomes = iter([EngineError("damaged"), "fine"])

    def load(key: str) -> str:
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    pool = _pool(load)
    with pytest.raises(EngineError, match="damaged"), pool.use("a"):
        pass
    assert pool.loaded() == []
    with pool.use("a") as thing:
        assert thing == "fine"


def test_a_closed_engine_says_so(argos_settings: Settings) -> None:
    engine = Argos(argos_settings)
    engine.close()
    with pytest.raises(EngineError, match="closed"):
        engine.translate(["The city"], _EN_ES)


def test_models_are_dropped_under_load_without_harm(argos_settings: Settings) -> None:
    engine = Argos(argos_settings.model_copy(update={"model_idle_s": 0.05, "model_memory_mb": 1}))
    wrong = []

    def work(pair: Pair, text: str, expected: str) -> None:
        for _ in range(15):
            if engine.translate([text], pair) != [expected]:
                wrong.append(pair)
            time.sleep(0.03)

    cases = [(_EN_ES, "The city", "El ciudad"), (Pair("es", "fr"), "El ciudad", "Le ville")]
    threads = [threading.Thread(target=work, args=case) for case in cases * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    engine.close()


def test_heavy_modules_wait_for_the_first_translation(argos_settings: Settings, tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from service.engines.argos import Argos
from service.records import Pair
from service.settings import Settings
engine = Argos(Settings(argos_packages=Path({str(argos_settings.argos_packages)!r})))
engine.pairs(), engine.fingerprint(Pair("en", "es"))
assert not {{"ctranslate2", "sentencepiece", "numpy"}} & set(sys.modules), "loaded too early"
assert engine.translate(["The city"], Pair("en", "es")) == ["El ciudad"]
assert not [name for name in sys.modules if name.startswith("argostranslate")], "argostranslate was imported"
"""
    subprocess.run([sys.executable, "-c", program], check=True, env=_argos_environ(tmp_path))
    assert not list(tmp_path.iterdir())
