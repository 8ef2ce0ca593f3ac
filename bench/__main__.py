"""Run every benchmark: `make bench`, or `python -m bench argos names` for some.

Each module beside this one measures one part of exonym against what a user would pick instead: runs in turn, A B A B,
medians, and ratios of the pairs, since absolute times mean little on a shared machine. Nothing here is a test.
`python -m bench --readme` measures nothing: it puts the figures of the last run into the README and draws them.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from typing import Any

from bench import table
from bench.servers import APY, LIBRETRANSLATE

BENCHES = ("apertium", "argos", "detect", "growth", "http", "memory", "names", "start")
_VERSIONS = ("exonym", "ctranslate2", "sentencepiece", "ahocorasick-rs")


def main(arguments: list[str]) -> None:
    """Run the chosen benchmarks, print each as a table, and keep all figures in `results.json`."""
    if arguments == ["--readme"]:
        _shown()
        return
    unknown = set(arguments) - set(BENCHES)
    if unknown:
        sys.exit(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    for name in arguments or BENCHES:
        print(f"== {name}", flush=True)
        started = time.monotonic()
        figures = importlib.import_module(f"bench.{name}").run()
        took_s = time.monotonic() - started
        print(f"{name} took {took_s:.0f} s", flush=True)
        # After each, so that a later one that fails costs no figures.
        _keep(name, figures, took_s)


def _keep(name: str, figures: object, took_s: float) -> None:
    results: dict[str, Any] = json.loads(table.RESULTS.read_text(encoding="utf-8")) if table.RESULTS.exists() else {}
    cpus = len(os.sched_getaffinity(0))
    results["machine"] = {"python": platform.python_version(), "system": platform.platform(), "cpus": cpus}
    peers = dict(requirement.split("==") for requirement in (LIBRETRANSLATE, APY))
    results["versions"] = {each: version(each) for each in _VERSIONS} | peers
    results["took_s"] = results.get("took_s", {}) | {name: round(took_s)}
    results[name] = figures
    table.RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _shown() -> None:
    from bench.plot import draw

    table.main(["--readme"])
    draw(json.loads(table.RESULTS.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main(sys.argv[1:])
