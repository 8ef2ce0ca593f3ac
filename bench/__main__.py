"""Run every benchmark: `make bench`, or `python -m bench argos names` for some.

Each module beside this one measures one part of exonym against what a user would pick instead: runs in turn, A B A B,
medians, and ratios of the pairs, since absolute times mean little on a shared machine. Nothing here is a test.
"""

from __future__ import annotations

import importlib
import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

BENCHES = ("apertium", "argos", "detect", "growth", "http", "memory", "names", "start")
RESULTS = Path(__file__).parent / "results.json"


def main(chosen: list[str]) -> None:
    """Run the chosen benchmarks, print each as a table, and keep all figures in `results.json`."""
    unknown = set(chosen) - set(BENCHES)
    if unknown:
        sys.exit(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    results["machine"] = {"python": platform.python_version(), "system": platform.platform(), "cpus": _cpus()}
    results["versions"] = {name: version(name) for name in ("exonym", "ctranslate2", "sentencepiece", "ahocorasick-rs")}
    for name in chosen or BENCHES:
        print(f"== {name}", flush=True)
        results[name] = importlib.import_module(f"bench.{name}").run()
    RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _cpus() -> int:
    import os

    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    main(sys.argv[1:])
