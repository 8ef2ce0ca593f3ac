"""The plot that the README shows, `docs/bench.png`: growth, and ratios beside others; from `results.json`.

python -m bench.plot
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bench.table import RESULTS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

_PICTURE = ROOT / "docs" / "bench.png"
_GROWTH = {
    "length, apertium": ("characters, rule-based engine", "s"),
    "length, echo": ("characters, exonym alone", "s"),
    "callers": ("callers", "s until each has a sentence"),
    "languages": ("target languages", "s"),
}
_DPI = 90


def draw(results: dict[str, Any], path: Path = _PICTURE) -> None:
    """Draw what was measured; a part that was not is left empty."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 3, figsize=(12, 6.4), layout="constrained")
    for axis, (key, labels) in zip(axes.flat, _GROWTH.items(), strict=False):
        _growth(axis, results.get("growth", {}).get(key, {}), *labels)
    _ratios(axes.flat[4], results)
    _memory(axes.flat[5], results.get("memory", {}))
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, dpi=_DPI)
    pyplot.close(figure)


def _growth(axis: Any, found: dict[str, Any], x_label: str, y_label: str) -> None:  # noqa: ANN401 - no types there
    points = sorted((float(size), cost) for size, cost in found.get("seconds", {}).items())
    if not points:
        axis.set_axis_off()
        return
    sizes, costs = zip(*points, strict=True)
    axis.loglog(sizes, costs, "o-", label=f"measured, power {found['exponent']:.2f}")
    axis.loglog(sizes, [costs[-1] * size / sizes[-1] for size in sizes], ":", color="grey", label="linear")
    axis.set_xlabel(x_label)
    axis.set_ylabel(y_label)
    axis.legend(fontsize=8)


def _ratios(axis: Any, results: dict[str, Any]) -> None:  # noqa: ANN401
    http = results.get("http", {})
    for kind, label in (("sentence", "LibreTranslate, sentences"), ("mixed", "LibreTranslate, 1 to 12 sentences")):
        found = {int(name.split()[0]): each["ratio"] for name, each in http.get(kind, {}).items()}
        axis.plot(list(found), list(found.values()), "o-", label=label)
    by_callers = {name: each for name, each in http.get("apy", {}).items() if name.endswith("callers")}
    apy = {int(name.split()[0]): each["ratio"] for name, each in by_callers.items()}
    axis.plot(list(apy), list(apy.values()), "o-", label="apertium-apy, sentences")
    axis.set_xscale("log", base=2)
    axis.axhline(1, color="grey", linestyle=":")
    axis.set_ylim(bottom=0)
    axis.set_xlabel("callers")
    axis.set_ylabel("times as many sentences a second")
    axis.legend(fontsize=8)


def _memory(axis: Any, found: dict[str, Any]) -> None:  # noqa: ANN401
    for who, label in (("ours", "exonym"), ("theirs", "LibreTranslate")):
        sizes = found.get(who, {}).get("sizes", [])
        axis.plot([100 * n / max(1, len(sizes) - 1) for n in range(len(sizes))], sizes, label=label)
    axis.set_ylim(bottom=0)
    axis.set_xlabel("% of the time under load, four models")
    axis.set_ylabel("MiB")
    axis.legend(fontsize=8)


if __name__ == "__main__":
    draw(json.loads(RESULTS.read_text(encoding="utf-8")))
