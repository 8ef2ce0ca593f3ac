"""How soon there is something: `exonym --help`, a server that answers, and its first translation.

    python -m bench start

Help is beside an interpreter that does nothing. The servers are beside LibreTranslate with the same model; ready is
the first 200 of `/health` after the process began, and the first translation loads the model.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from bench.argos import package_settings
from bench.pairs import paired, seconds, show
from bench.servers import exonym, libretranslate

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from bench.servers import Running

_SEED = Path(__file__).parent.parent / "seeds" / "kharkiv-border.txt"
_RUNS = 3
_IMPORTS = "import gc; gc.disable(); import service.cli.serve, service.api.app, uvicorn"


def run() -> dict[str, object]:
    """Time whole processes; the bars are 0.3 s for help and 2 s for a server."""
    result = paired(lambda: _process("-m", "service", "--help"), lambda: _process("-c", "pass"), runs=9)
    show("exonym --help, beside python -c pass", result, "ours under 300 ms")
    imports_s = statistics.median(seconds(lambda: _process("-c", _IMPORTS)) for _ in range(_RUNS))
    print(f"what a server imports: {imports_s:.2f} s", flush=True)
    folder = Path(str(package_settings(_SEED.read_text(encoding="utf-8"))[0].argos_packages))
    pairs = [(_started(exonym, folder), _started(libretranslate, folder)) for _ in range(_RUNS)]
    found: dict[str, object] = {"help": result, "imports_s": imports_s}
    for n, what in enumerate(("ready", "first translation")):
        ours, theirs = (statistics.median(pair[who][n] for pair in pairs) for who in (0, 1))
        ratio = statistics.median(b[n] / a[n] for a, b in pairs)
        print(f"server, {what:18} ours {ours:.2f} s   theirs {theirs:.2f} s   theirs/ours {ratio:.1f}", flush=True)
        found[what] = {"ours_s": ours, "theirs_s": theirs, "ratio": ratio, "runs": _RUNS}
    return found


def _started(start: Callable[[Path], AbstractContextManager[Running]], folder: Path) -> tuple[float, float]:
    """Return the seconds until a server answered, and those of its first translation."""
    with start(folder) as running:
        data = json.dumps({"q": "The river is near the city.", "source": "en", "target": "es"}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{running.port}/translate", data, {"Content-Type": "application/json"}
        )
        began = time.monotonic()
        with urllib.request.urlopen(request, timeout=120) as answer:
            answer.read()
        return running.ready_s, time.monotonic() - began


def _process(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
