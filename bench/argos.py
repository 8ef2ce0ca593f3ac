"""The neural engine: beside `argostranslate.translate`, and beside raw CTranslate2 calls; one hop and two.

The model is constructed (see `tests/constructed.py`): 6+6 layers, 512 wide, 24,000 pieces, int8, whose arithmetic is
that of a usual Argos package. argostranslate runs in a process of its own with its own settings; only its sentence
splitter, which it would fetch, is replaced by the one that exonym uses, and its cache of the last text is emptied. The
raw call gets the sentences that exonym makes and the best threads and batch size that a sweep finds.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.pairs import paired, seconds, show
from service import packages
from service.engines.argos import Argos
from service.engines.argos.models import usable_threads
from service.records import Pair
from service.segment import join, split
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.engines.argos.packages import Package

ROOT = Path(__file__).parent.parent
WORK = ROOT / "bench" / ".work" / "argos"
_PAIR = Pair("en", "es")
_BEAMS = (4, 2, 1)
_N_NEWS = 1000
_N_FEW = 50  # as many as argostranslate can be given without waiting for minutes
_BATCH_TOKENS = (0, 256, 512, 1024)  # 0: everything in one batch

# Answers each line of its input with the seconds that one translation took, after the first line, which is the text.
_ARGOSTRANSLATE = """
import json, sys, time
from argostranslate import translate
from sentencex import segment

class Sentencex:
    def __init__(self, pkg):
        self.lang = pkg.from_code
    def split_sentences(self, text):
        return [sentence.strip() for sentence in segment(self.lang, text) if sentence.strip()]

def empty(way):
    if hasattr(way, "cache"):
        way.cache = {}
    for part in (getattr(way, name, None) for name in ("t1", "t2", "underlying")):
        if part is not None:
            empty(part)

translate.MiniSBDSentencizer = Sentencex
text, target = json.loads(sys.stdin.readline())
way = translate.get_translation_from_codes("en", target)
for line in sys.stdin:
    empty(way)
    print(json.dumps(way.translate(text)), flush=True)
"""


def run() -> dict[str, object]:
    """Print the comparisons and return their figures."""
    text = (ROOT / "seeds" / "kharkiv-border.txt").read_text(encoding="utf-8")
    news = news_sentences(text, n=_N_NEWS)
    settings, package = package_settings(text)
    results: dict[str, object] = {"threads": usable_threads()}
    for beam in _BEAMS:
        print(f"beam {beam}", flush=True)
        results[f"beam {beam}"] = _beam(settings.model_copy(update={"beam_size": beam}), package, text, news)
    results["pivot"] = _pivot(text)
    return results


def _beam(settings: Settings, package: Package, text: str, news: list[str]) -> dict[str, object]:
    engine, beam = Argos(settings), settings.beam_size
    article = [segment.text for segment in split(text, lang="en").segments]
    first_s = seconds(lambda: _whole(engine, text))
    print(f"{len(article)} sentences; first translation, with loading: {first_s:.2f} s", flush=True)
    results: dict[str, object] = {"first_s": first_s}
    few = "\n".join(news[:_N_FEW])
    is_usual = beam == _BEAMS[0]
    works = [("article", text, 2), (f"{_N_FEW} sentences", few, 1)] if is_usual else [("article", text, 1)]
    for what, whole, runs in works:
        with _argostranslate(whole, WORK / "packages", target="es", beam=beam) as theirs:
            result = paired(lambda t=whole: _whole(engine, t), theirs, runs=runs, warm_up=runs > 1)
        show(f"{what}, beside argostranslate.translate", result, "at least 4")
        results[f"{what}, argostranslate"] = result
    raw, how = _fastest_raw(package, article, beam)
    for what, sentences, runs in (("article", article, 9 if is_usual else 5), (f"{len(news)} sentences", news, 1)):
        result = paired(
            lambda s=sentences: engine.translate(s, _PAIR), lambda s=sentences: raw(s), runs=runs, warm_up=runs > 1
        )
        show(f"{what}, beside one raw call ({how})", result, "at least 0.87 (1.15x)")
        results[f"{what}, raw"] = {**result, "best": how}
    engine.close()
    return results


def _pivot(text: str) -> dict[str, float]:
    """Two neural hops; argostranslate tries every of four hypotheses of the first in the second."""
    folder = WORK / "pivot"
    settings = Settings(argos_packages=folder, beam_size=_BEAMS[0])
    if len(packages.installed(settings)) < 2:
        _build(settings, text, source="en", target="es")
        _build(settings, text, source="es", target="fr")
    engine = Argos(settings)

    def ours() -> str:
        pieces = split(text, lang="en")
        halfway = engine.translate([segment.text for segment in pieces.segments], _PAIR)
        return join(pieces, engine.translate(halfway, Pair("es", "fr")))

    with _argostranslate(text, folder, target="fr", beam=_BEAMS[0]) as theirs:
        result = paired(ours, theirs, runs=1, warm_up=False)
    show("article by way of a pivot, beside argostranslate", result, "at least 8")
    engine.close()
    return result


def _whole(engine: Argos, text: str) -> str:
    pieces = split(text, lang="en")
    return join(pieces, engine.translate([segment.text for segment in pieces.segments], _PAIR))


def news_sentences(text: str, *, n: int) -> list[str]:
    """Return n different sentences with the words and the lengths of those in `text`; the same n every time."""
    sentences = [segment.text.split() for segment in split(text, lang="en").segments]
    words = [word for sentence in sentences for word in sentence]
    chance = random.Random(11)
    return [" ".join(chance.sample(words, len(chance.choice(sentences)))) for _ in range(n)]


def package_settings(text: str) -> tuple[Settings, Package]:
    """Construct the package once; the words of the text are pieces, so that it has as many tokens as usual."""
    settings = Settings(argos_packages=WORK / "packages", beam_size=_BEAMS[0])
    if not packages.installed(settings):
        _build(settings, text, source="en", target="es")
    return settings, packages.installed(settings)[0]


def _build(settings: Settings, text: str, *, source: str, target: str) -> None:
    sys.path.insert(0, str(ROOT / "tests"))
    from constructed import ARGOS, build_package

    WORK.mkdir(parents=True, exist_ok=True)
    words = sorted(set(re.findall(r"\w+", text)))
    archive = build_package(WORK, source=source, target=target, shape=ARGOS, more_words=words)
    packages.install_file(archive, settings)


@contextmanager
def _argostranslate(text: str, folder: Path, *, target: str, beam: int) -> Iterator[Callable[[], str]]:
    """Start argostranslate and lend what has it translate the text once."""
    environ = {
        **os.environ,
        "ARGOS_PACKAGES_DIR": str(folder),
        "ARGOS_BEAM_SIZE": str(beam),
        **{f"XDG_{kind}_HOME": str(WORK / "home") for kind in ("DATA", "CONFIG", "CACHE")},
    }
    process = subprocess.Popen(
        [sys.executable, "-c", _ARGOSTRANSLATE], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    stdin, stdout = process.stdin, process.stdout
    if stdin is None or stdout is None:
        raise RuntimeError("argostranslate was started without pipes")
    stdin.write(json.dumps([text, target]) + "\n")

    def translate() -> str:
        stdin.write("\n")
        stdin.flush()
        return str(json.loads(stdout.readline()))

    with process:
        yield translate


def _fastest_raw(package: Package, sentences: list[str], beam: int) -> tuple[Callable[[list[str]], object], str]:
    """Return the raw call with the threads and the batch size whose best of two runs, taken in turn, is shortest."""
    calls = list(_raw_calls(package, beam))
    rounds = [[seconds(partial(call, sentences)) for call, _ in calls] for _ in range(2)]
    took_s = [min(times) for times in zip(*rounds, strict=True)]
    return calls[took_s.index(min(took_s))]


def _raw_calls(package: Package, beam: int) -> Iterator[tuple[Callable[[list[str]], object], str]]:
    import ctranslate2
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_file=str(package.path / "sentencepiece.model"))
    n_threads = usable_threads()
    for inter, intra in {(1, n_threads), (n_threads, 1)}:
        translator = ctranslate2.Translator(str(package.path / "model"), inter_threads=inter, intra_threads=intra)
        for size in _BATCH_TOKENS:
            yield partial(_raw, translator, processor, size, beam), f"{inter}x{intra} threads, {size or 'no'} limit"


def _raw(translator: Any, processor: Any, size: int, beam: int, sentences: list[str]) -> list[str]:  # noqa: ANN401
    results = translator.translate_batch(
        processor.encode(sentences, out_type=str),
        max_batch_size=size,
        batch_type="tokens" if size else "examples",
        beam_size=beam,
        length_penalty=0.2,
        replace_unknowns=True,
    )
    return [processor.decode_pieces(result.hypotheses[0]) for result in results]
