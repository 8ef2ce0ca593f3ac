"""The neural engine: an article beside `argostranslate.translate`, and beside one raw CTranslate2 call.

The model is constructed (see `tests/constructed.py`): 6+6 layers, 512 wide, 24,000 pieces, int8, whose arithmetic is
that of a usual Argos package. argostranslate runs in a process of its own with its own settings; only its sentence
splitter, which it would fetch, is replaced by the one that exonym uses, and its cache of the last text is emptied. The
raw call gets the sentences that exonym makes and the best threads and batch size that a sweep finds.
"""

from __future__ import annotations

import json
import os
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
_BEAM = 4
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

translate.MiniSBDSentencizer = Sentencex
way = translate.get_translation_from_codes("en", "es")
text = json.loads(sys.stdin.readline())
for line in sys.stdin:
    way.cache = {}
    done = way.translate(text)
    print(json.dumps(done), flush=True)
"""


def run() -> dict[str, object]:
    """Print both comparisons and return their figures."""
    text = (ROOT / "seeds" / "kharkiv-border.txt").read_text(encoding="utf-8")
    settings, package = package_settings(text)
    engine = Argos(settings)
    segments = split(text, lang="en")
    sentences = [segment.text for segment in segments.segments]

    def article() -> str:
        pieces = split(text, lang="en")
        return join(pieces, engine.translate([segment.text for segment in pieces.segments], _PAIR))

    first_s = seconds(article)
    print(f"{len(sentences)} sentences; first translation, with loading: {first_s:.2f} s", flush=True)
    with _argostranslate(text) as theirs:
        beside = paired(article, theirs, runs=5)
    show("article, beside argostranslate.translate", beside, "at least 4")
    raw, how = _fastest_raw(package, sentences)
    one_call = paired(lambda: engine.translate(sentences, _PAIR), raw, runs=9)
    show(f"sentences, beside one raw call ({how})", one_call, "at least 0.87 (1.15x)")
    engine.close()
    return {
        "beam_size": _BEAM,
        "threads": usable_threads(),
        "sentences": len(sentences),
        "first_s": first_s,
        "argostranslate": beside,
        "raw": {**one_call, "best": how},
    }


def package_settings(text: str) -> tuple[Settings, Package]:
    """Construct the package once; the words of the text are pieces, so that it has as many tokens as usual."""
    settings = Settings(argos_packages=WORK / "packages", beam_size=_BEAM)
    if not packages.installed(settings):
        sys.path.insert(0, str(ROOT / "tests"))
        from constructed import ARGOS, build_package

        WORK.mkdir(parents=True, exist_ok=True)
        archive = build_package(WORK, shape=ARGOS, more_words=sorted(set(re.findall(r"\w+", text))))
        packages.install_file(archive, settings)
    return settings, packages.installed(settings)[0]


@contextmanager
def _argostranslate(text: str) -> Iterator[Callable[[], str]]:
    """Start argostranslate and lend what has it translate the text once."""
    environ = {
        **os.environ,
        "ARGOS_PACKAGES_DIR": str(WORK / "packages"),
        **{f"XDG_{kind}_HOME": str(WORK / "home") for kind in ("DATA", "CONFIG", "CACHE")},
    }
    process = subprocess.Popen(
        [sys.executable, "-c", _ARGOSTRANSLATE], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    stdin, stdout = process.stdin, process.stdout
    if stdin is None or stdout is None:
        raise RuntimeError("argostranslate was started without pipes")
    stdin.write(json.dumps(text) + "\n")

    def translate() -> str:
        stdin.write("\n")
        stdin.flush()
        return str(json.loads(stdout.readline()))

    with process:
        yield translate


def _fastest_raw(package: Package, sentences: list[str]) -> tuple[Callable[[], object], str]:
    """Return the raw call with the threads and the batch size whose best of three runs, taken in turn, is shortest."""
    calls = list(_raw_calls(package, sentences))
    rounds = [[seconds(call) for call, _ in calls] for _ in range(3)]
    took_s = [min(times) for times in zip(*rounds, strict=True)]
    return calls[took_s.index(min(took_s))]


def _raw_calls(package: Package, sentences: list[str]) -> Iterator[tuple[Callable[[], object], str]]:
    import ctranslate2
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_file=str(package.path / "sentencepiece.model"))
    n_threads = usable_threads()
    for inter, intra in {(1, n_threads), (n_threads, 1)}:
        translator = ctranslate2.Translator(str(package.path / "model"), inter_threads=inter, intra_threads=intra)
        for size in _BATCH_TOKENS:
            yield (
                partial(_raw, translator, processor, sentences, size),
                f"{inter}x{intra} threads, {size or 'no'} limit",
            )


def _raw(translator: Any, processor: Any, sentences: list[str], size: int) -> list[str]:  # noqa: ANN401
    results = translator.translate_batch(
        processor.encode(sentences, out_type=str),
        max_batch_size=size,
        batch_type="tokens" if size else "examples",
        beam_size=_BEAM,
        length_penalty=0.2,
        replace_unknowns=True,
    )
    return [processor.decode_pieces(result.hypotheses[0]) for result in results]
