"""Paired runs: A B A B ..., so that a machine that slows down slows both."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def paired(
    ours: Callable[[], object], theirs: Callable[[], object], *, runs: int = 5, warm_up: bool = True
) -> dict[str, float]:
    """Time two callables in turn, after one warm-up each where there is time for it.

    Returns: medians in seconds, and the median, smallest and largest of the ratios theirs/ours pair by pair.
    """
    if warm_up:
        ours(), theirs()
    times = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    ratios = sorted(b / a for a, b in times)
    return {
        "ours_s": statistics.median(a for a, _ in times),
        "theirs_s": statistics.median(b for _, b in times),
        "ratio": statistics.median(ratios),
        "ratio_min": ratios[0],
        "ratio_max": ratios[-1],
        "runs": runs,
    }


def show(what: str, result: dict[str, float], bar: str) -> None:
    """Print one line: what was compared, how long each took, the ratio and the bar it should clear."""
    print(
        f"{what:52} ours {result['ours_s'] * 1e3:9.1f} ms   theirs {result['theirs_s'] * 1e3:9.1f} ms   "
        f"theirs/ours {result['ratio']:6.2f} ({result['ratio_min']:.2f}-{result['ratio_max']:.2f})   bar: {bar}",
        flush=True,
    )


def seconds(call: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
