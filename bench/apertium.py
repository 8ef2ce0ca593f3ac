"""The rule-based engine: beside the same pipeline fed raw, and beside the `apertium` command.

Raw is as little as works: the stages of the mode file with `-z`, the blocks made beforehand, written by a thread, read
until as many NULs have come. Nothing is escaped, unescaped, checked, restarted or taught there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from bench.pairs import paired, show
from service.engines.apertium import Apertium
from service.engines.apertium.modes import read_modes
from service.engines.apertium.stream import block
from service.records import Pair
from service.segment import split
from service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).parent.parent
_PAIR, _MODE = Pair("en", "es"), "eng-spa"
_N_SENTENCES = 1000


def run() -> dict[str, object]:
    """Print the comparisons and return their figures."""
    settings = Settings()
    engine = Apertium(settings)
    if shutil.which("apertium") is None or _PAIR not in engine.pairs():
        print(f"apertium-{_MODE} is not installed; .ci/setup run brings it")
        return {}
    text = (ROOT / "seeds" / "kharkiv-border.txt").read_text(encoding="utf-8")
    article = [segment.text for segment in split(text, lang="en").segments]
    many = list(islice(cycle(article), _N_SENTENCES))
    results: dict[str, object] = {"pair": str(_PAIR), "sentences": len(article)}
    with _raw(read_modes(settings.apertium_modes)[_PAIR].stages) as raw:
        for name, sentences in (("article", article), (f"{_N_SENTENCES} sentences", many)):
            data = b"".join(block(sentence, number=n) for n, sentence in enumerate(sentences))
            result = paired(lambda s=sentences: engine.translate(s, _PAIR), lambda d=data: raw(d), runs=11)
            show(f"{name}, beside the raw pipeline", result, "at least 0.80 (1.25x)")
            results[f"{name}, raw"] = result
    beside = (
        ("article", article, text),
        (f"{_N_SENTENCES} sentences", many, "\n\n".join(many)),
        ("one", ["Hi."], "Hi."),
    )
    for name, sentences, whole in beside:
        result = paired(lambda s=sentences: engine.translate(s, _PAIR), lambda t=whole: _command(t), runs=7)
        show(f"{name}, beside the apertium command", result, "at least 4" if name == "article" else "none")
        results[f"{name}, command"] = result
    engine.close()
    return results


def _command(text: str) -> str:
    done = subprocess.run(["apertium", "-u", _MODE], input=text, capture_output=True, text=True, check=True)
    return done.stdout


@contextmanager
def _raw(stages: Sequence[Sequence[str]]) -> Iterator[Callable[[bytes], bytes]]:
    """Start the stages and lend what sends blocks through them."""
    processes: list[subprocess.Popen[bytes]] = []
    for stage in stages:
        stdin = processes[-1].stdout if processes else subprocess.PIPE
        processes.append(subprocess.Popen(stage, stdin=stdin, stdout=subprocess.PIPE))
    for process in processes[:-1]:
        process.stdout.close()
    first, last = processes[0].stdin, processes[-1].stdout

    def translate(data: bytes) -> bytes:
        writer = threading.Thread(target=lambda: (first.write(data), first.flush()))
        writer.start()
        output, n_blocks = b"", data.count(b"\0")
        while output.count(b"\0") < n_blocks:
            output += os.read(last.fileno(), 1 << 16)
        writer.join()
        return output

    try:
        yield translate
    finally:
        first.close()
        last.close()
        for process in processes:
            process.wait()
