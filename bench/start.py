"""How long `exonym --help` takes, beside an interpreter that does nothing."""

from __future__ import annotations

import subprocess
import sys

from bench.pairs import paired, show


def run() -> dict[str, object]:
    """Time whole processes; the bar is 0.3 s."""
    result = paired(lambda: _process("-m", "service", "--help"), lambda: _process("-c", "pass"), runs=9)
    show("exonym --help, beside python -c pass", result, "ours under 300 ms")
    return {"help": result}


def _process(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
