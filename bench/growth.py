"""How cost grows: with the length of a text, with the number of target languages and with callers at once.

    python -m bench growth

The rule-based engine translates, since it is the fast one; up to 10 MB the echo engine stands in, which leaves what
exonym itself takes: dividing, names, joining. Sentences differ, so that nothing is answered from what was translated
before. What n callers cost is the time in which a server answers a sentence of each.
"""

from __future__ import annotations

import math
from pathlib import Path

from bench.argos import news_sentences
from bench.http import loaded, made_texts, native
from bench.pairs import seconds
from bench.servers import WORK, exonym
from glossary import load, shipped
from service.engines import open_engine
from service.pipeline import Pipeline
from service.settings import Settings

_SEED = Path(__file__).parent.parent / "seeds" / "kharkiv-border.txt"
_LENGTHS = {"apertium": (1_000, 10_000, 100_000, 300_000), "echo": (1_000, 10_000, 100_000, 1_000_000, 10_000_000)}
_MAX_LANGS = 10
_CALLERS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_LOAD_S = 4


def run() -> dict[str, object]:
    """Print one line a length and one a number of languages, and return the figures."""
    pipeline = Pipeline({name: open_engine(name, Settings()) for name in _LENGTHS}, load(shipped()))
    targets = [lang for lang in pipeline.router.targets("en") if not lang.startswith("en")][:_MAX_LANGS]
    if "es" not in targets:
        print("Apertium's pairs are not installed; .ci/setup run brings them")
        return {}
    seed = _SEED.read_text(encoding="utf-8")
    pipeline.translate(seed, source="en", targets=targets)  # starts every pipeline
    results: dict[str, object] = {f"length, {name}": _lengths(pipeline, seed, name) for name in _LENGTHS}
    results["languages"] = _languages(pipeline, seed, targets)
    pipeline.close()
    results["callers"] = _callers(seed)
    return results


def _callers(seed: str) -> dict[str, object]:
    """Load a server with more and more callers, who ask the rule-based engine for a sentence each."""
    took_s, p95_s = {}, {}
    with exonym(WORK / "none") as running:
        ask = native(running.port, made_texts(seed, lengths=(1,), n=8000), engine="apertium")
        loaded(ask, 4, seconds=1)
        for n in _CALLERS:
            found = loaded(ask, n, seconds=_LOAD_S)
            took_s[n], p95_s[n] = 1 / found["a_second"], found["p95"]
            print(
                f"{n:>10} callers: {found['a_second']:7.0f} sentences/s, p95 {found['p95'] * 1e3:7.0f} ms", flush=True
            )
    exponent = slope({n: n * cost for n, cost in took_s.items()})
    print(f"  the time until all callers are answered grows to the power of {exponent:.2f}   bar: 1")
    return {"seconds": {n: n * cost for n, cost in took_s.items()}, "p95_s": p95_s, "exponent": exponent}


def _lengths(pipeline: Pipeline, seed: str, engine: str) -> dict[str, object]:
    longest = "\n".join(news_sentences(seed, n=math.ceil(_LENGTHS[engine][-1] / 100)))
    took_s = {}
    for n_chars in _LENGTHS[engine]:
        text = longest[:n_chars]
        took_s[n_chars] = seconds(
            lambda text=text: pipeline.translate(text, source="en", targets=["es"], engine=engine)
        )
        print(f"{n_chars:>10,} characters, {engine}: {took_s[n_chars]:8.3f} s", flush=True)
    exponent = slope(took_s)
    print(f"  cost grows with the length to the power of {exponent:.2f}   bar: 1")
    return {"seconds": took_s, "exponent": exponent}


def _languages(pipeline: Pipeline, seed: str, targets: list[str]) -> dict[str, object]:
    took_s = {}
    for n in range(1, len(targets) + 1):
        took_s[n] = min(
            seconds(lambda n=n: pipeline.translate(seed, source="en", targets=targets[:n])) for _ in range(3)
        )
        print(f"{n:>10} languages ({targets[n - 1]} is new): {took_s[n]:8.3f} s", flush=True)
    exponent = slope(took_s)
    print(f"  cost grows with the languages to the power of {exponent:.2f}   bar: 1")
    return {"seconds": took_s, "exponent": exponent, "targets": targets}


def slope(measured: dict[int, float]) -> float:
    """Return b of the least-squares line log(cost) = a + b log(size): 1 is linear, less is better."""
    points = [(math.log(size), math.log(cost)) for size, cost in measured.items()]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
