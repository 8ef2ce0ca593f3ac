"""The figures of `results.json` as the table that the README shows, each beside its bar.

    python -m bench.table            # prints it
    python -m bench.table --readme   # puts it into README.md, between the two marks

Only medians and ratios are shown. Nothing is measured here.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results.json"
BEGIN, END = "<!-- bench: made by `make bench` -->", "<!-- /bench -->"
_HEAD = "| work | beside | bar | measured | |\n|---|---|---|---|---|"


@dataclass(frozen=True)
class Row:
    """One kind of work: its figures, each found by the keys on the way to it, and what all should clear.

    `least` and `most` are one bar for all figures, or one for each; with neither they are stated. Where the figures
    are theirs/ours and the row is to say ours/theirs, it `is_inverse`. `why` says why the bar is missed, if it is.
    """

    work: str
    beside: str
    ways: tuple[tuple[str, ...], ...]
    show: Callable[[float], str]
    least: float | None = None
    most: float | tuple[float, ...] | None = None
    is_inverse: bool = False
    bar: str = ""
    why: str = ""

    def line(self, results: dict[str, Any]) -> str | None:
        """Return the row in Markdown, or None where something of it was not measured."""
        found = [_figure(results, way) for way in self.ways]
        figures = [1 / each if self.is_inverse else each for each in found if each is not None]
        if len(figures) < len(self.ways):
            return None
        shown = " · ".join(self.show(each) for each in figures)
        return f"| {self.work} | {self.beside} | {self._bar()} | {shown} | {self._verdict(figures)} |"

    def _bar(self) -> str:
        if self.least is not None:
            return f"at least {self.show(self.least)}"
        if isinstance(self.most, float | int):
            return f"at most {self.show(self.most)}"
        return self.bar or "stated"

    def _verdict(self, figures: list[float]) -> str:
        if self.least is None and self.most is None:
            return ""
        most = self.most if isinstance(self.most, tuple) else (self.most,) * len(figures)
        holds = [
            (self.least is None or figure >= self.least) and (limit is None or figure <= limit)
            for figure, limit in zip(figures, most, strict=True)
        ]
        if all(holds):
            return "holds"
        said = "**missed**" if not any(holds) else f"**missed** by {len(holds) - sum(holds)} of {len(holds)}"
        return f"{said}: {self.why}" if self.why else said


def _figure(results: Any, way: tuple[str, ...]) -> float | None:  # noqa: ANN401 - JSON
    for key in way:
        if not isinstance(results, dict) or key not in results:
            return None
        results = results[key]
    return float(results)


def _times(figure: float) -> str:
    return f"{figure:.1f}x" if figure < 20 else f"{figure:.0f}x"


def _share(figure: float) -> str:
    return f"{figure:.2f}x its time"


def _percent(figure: float) -> str:
    return f"{figure:.1f} %"


def _seconds(figure: float) -> str:
    return f"{figure:.2f} s"


def _speed(figure: float) -> str:
    return f"{figure:.0f} MB/s"


def _mebibytes(figure: float) -> str:
    return f"{figure:.0f} MiB"


def _power(figure: float) -> str:
    return f"power {figure:.2f}"


def _change(figure: float) -> str:
    return f"{100 * figure:+.1f} %"


# The exponent is a slope over noisy points: what is linear comes out as 0.9 to 1.1.
_LINEAR = 1.1
_APY = 8.0


def _rows(results: dict[str, Any]) -> Iterator[Row]:
    beams = [("argos", f"beam {beam}") for beam in (4, 2, 1)]

    def ratios(*works: str) -> tuple[tuple[str, ...], ...]:
        return tuple((*at, work, "ratio") for work in works for at in beams)

    argos, raw, each = "`argostranslate.translate`", "raw CTranslate2, ideal batches", "each at beams 4, 2, 1"
    ways = (*ratios("article, argostranslate"), ("argos", "beam 4", "50 sentences, argostranslate", "ratio"))
    yield Row("article at beams 4, 2, 1 · 50 sentences at 4", argos, ways, _times, 4)
    ways = ratios("article, raw", "1000 sentences, raw")
    yield Row(f"article · 1,000 sentences, {each}", raw, ways, _share, most=1.15, is_inverse=True)
    yield Row("article, two neural hops", argos, (("argos", "pivot", "ratio"),), _times, 8)
    yield from _http()
    yield from _rules(results)
    yield from _names(results)
    yield from _start(results)
    yield from _memory(results)
    growth = tuple(
        ("growth", what, "exponent") for what in ("length, apertium", "length, echo", "callers", "languages")
    )
    what = "growth: 300 kB by rules · 10 MB without · 256 callers · 10 languages"
    yield Row(what, "–", growth, _power, most=_LINEAR)


def _http() -> Iterator[Row]:
    kinds = ("sentence", "mixed", "sentence, no glossary")
    for n, bar in ((1, 2), (16, 5)):
        ways = tuple(("http", kind, f"{n} callers", "ratio") for kind in kinds)
        what = f"HTTP, {n} caller{'s' if n > 1 else ''}: a sentence · 1 to 12 · a sentence, no glossary"
        yield Row(what, "LibreTranslate", ways, _times, bar)
    measured = (("sentence", 4), ("mixed", 4), ("sentence", 64))
    ways = tuple(("http", kind, f"{n} callers", "ratio") for kind, n in measured)
    yield Row("HTTP, 4 callers: a sentence · 1 to 12; 64: a sentence", "LibreTranslate", ways, _times)
    ways = (("http", "document", "beside", "p95"),)
    yield Row("HTTP: a sentence while 5 MB are translated, p95", "–", ways, _seconds, most=2)


def _rules(results: dict[str, Any]) -> Iterator[Row]:
    ways = (
        *(("http", "apy", f"{n} callers", "ratio") for n in (1, 16)),
        ("http", "apy", "article", "1 callers", "ratio"),
        *(("http", "apy", "no glossary", f"{n} callers", "ratio") for n in (1, 16)),
    )
    what = "rules, HTTP: 1 · 16 callers · article; no glossary: 1 · 16 callers"
    yield Row(what, "apertium-apy", ways, _times, _APY, why=_why_not(results))
    yield Row("rules: article", "`apertium`", (("apertium", "article, command", "ratio"),), _times)
    ways = tuple(("apertium", what, "ratio") for what in ("article, raw", "1000 sentences, raw"))
    yield Row("rules: article · 1,000 sentences", "raw pipeline", ways, _share, most=1.25, is_inverse=True)


def _why_not(results: dict[str, Any]) -> str:
    """Say where the processors' time goes that more sentences by rules would need."""
    apy = results.get("http", {}).get("apy", {})
    if "processor" not in apy:
        return ""
    stages, own = apy["processor"]["stages_ms"], apy["processor"]["server_ms"]
    wanted = _APY * apy["16 callers"]["theirs"]["a_second"]
    left = 1000 * results["machine"]["cpus"] / wanted
    return (
        f"a sentence takes {stages:.1f} ms of processor in Apertium's own stages and {own:.1f} ms in Python; "
        f"{_times(_APY)} leaves {left:.1f} ms for both"
    )


def _names(results: dict[str, Any]) -> Iterator[Row]:
    sizes = [str(n) for n in (100, 10_000, 1_000_000)]
    ways = tuple(("names", "forms", n, "ours_mb_s") for n in sizes)
    raw = [_figure(results, ("names", "forms", n, "raw_mb_s")) for n in sizes]
    why = f"the raw automaton does {' · '.join(f'{each or 0:.0f}' for each in raw)} MB/s here"
    yield Row("names, find: 100 · 10,000 · 1,000,000 forms", "–", ways, _speed, 20, why=why)
    ways = (("names", "house", "share_percent"),)
    yield Row("names of the article: find, settle, report", "its neural translation", ways, _percent, most=3)


def _start(results: dict[str, Any]) -> Iterator[Row]:
    ways = (("start", "help", "ours_s"), ("start", "ready", "ours_s"))
    why = f"{_figure(results, ('start', 'imports_s')) or 0:.1f} s of it are imports"
    yield Row("`exonym --help` · server ready", "–", ways, _seconds, most=(0.3, 2), bar="under 0.3 s · 2 s", why=why)
    ways = (("start", "ready", "ratio"), ("start", "first translation", "ratio"))
    yield Row("server ready · its first translation", "LibreTranslate", ways, _times)


def _memory(results: dict[str, Any]) -> Iterator[Row]:
    keys = ("idle", "one_model", "four_models", "last_third")
    theirs = results.get("memory", {}).get("theirs")
    if theirs is None:
        return
    limits = tuple(theirs[key] for key in keys)
    beside = f"LibreTranslate: {' · '.join(f'{each:.0f}' for each in limits)} MiB"
    ways = tuple(("memory", "ours", key) for key in keys)
    what = "memory: idle · one model · four · under load"
    yield Row(what, beside, ways, _mebibytes, most=limits, bar="under its own")
    what = f"memory, end of {results['memory']['load_s']:.0f} s of load"
    yield Row(what, "its middle", (("memory", "growth"),), _change, most=0.02)


def table(results: dict[str, Any]) -> str:
    """Return the table in Markdown, with a line above it that says on what machine and with what versions."""
    machine, versions = results["machine"], results["versions"]
    said = ", ".join(f"{name} {version}" for name, version in versions.items())
    where = f"{machine['cpus']} cores, Python {machine['python']}; {said}."
    lines = [line for row in _rows(results) if (line := row.line(results)) is not None]
    return "\n".join([where, "", _HEAD, *lines])


def with_table(readme: str, results: dict[str, Any]) -> str:
    """Return the README with the table of these results between its marks.

    Raises: ValueError: the marks are not there, in order, once each.
    """
    if readme.count(BEGIN) != 1 or readme.count(END) != 1 or readme.index(END) < readme.index(BEGIN):
        raise ValueError(f"README.md needs {BEGIN} and then {END}, once each")
    between = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    return between.sub(lambda _: f"{BEGIN}\n{table(results)}\n{END}", readme)


def main(arguments: list[str]) -> None:
    """Print the table, or put it into the README."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    if "--readme" not in arguments:
        print(table(results))
        return
    readme = ROOT / "README.md"
    readme.write_text(with_table(readme.read_text(encoding="utf-8"), results), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
