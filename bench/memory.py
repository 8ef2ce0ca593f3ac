"""Memory of the servers: idle, with one model and with four, and while they are loaded; beside LibreTranslate.

Resident memory of a server and of the processes that it started. The models are copies of the constructed package of
`bench.argos` under other languages; each is loaded by a translation. `BENCH_LOAD_S` sets how long exonym is loaded.
Memory is flat when the mean of the last third of that time is not above that of the second by more than 2 %.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import threading
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from bench.argos import package_settings
from bench.http import libre, loaded, made_texts
from bench.servers import WORK, Running, exonym, libretranslate

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

_SEED = Path(__file__).parent.parent / "seeds" / "kharkiv-border.txt"
_LANGS = ("es", "fr", "it", "pt")
_LOAD_S = float(os.environ.get("BENCH_LOAD_S", "120"))
_PEER_LOAD_S = min(60, _LOAD_S)
_CALLERS = 8


def run() -> dict[str, object]:
    """Print one line a server and return the figures, in mebibytes."""
    text = _SEED.read_text(encoding="utf-8")
    folder = _four_packages(text)
    ours = _server("exonym", exonym, folder, text, _LOAD_S)
    theirs = _server("LibreTranslate", libretranslate, folder, text, _PEER_LOAD_S)
    growth = ours["last_third"] / ours["second_third"] - 1
    print(f"under {_LOAD_S:.0f} s of load ours grows by {100 * growth:.1f} %   bar: flat, 2 % at most")
    return {"ours": ours, "theirs": theirs, "load_s": _LOAD_S, "growth": growth}


def _server(
    name: str,
    start: Callable[[Path], AbstractContextManager[Running]],
    folder: Path,
    text: str,
    load_s: float,
) -> dict[str, Any]:
    with start(folder) as running:
        time.sleep(1)
        found: dict[str, Any] = {"idle": _mb(running.pid)}
        for n, lang in enumerate(_LANGS, start=1):
            _translate(running.port, "The river is near the city.", lang)
            if n in (1, len(_LANGS)):
                found[{1: "one_model"}.get(n, "four_models")] = _mb(running.pid)
        sizes = _sizes(running, text, load_s)
    third = len(sizes) // 3
    found["second_third"], found["last_third"] = (
        statistics.mean(each) for each in (sizes[third : 2 * third], sizes[2 * third :])
    )
    found["sizes"] = sizes[:: max(1, len(sizes) // 60)]
    shown = ", ".join(f"{what.replace('_', ' ')} {size:.0f}" for what, size in found.items() if what != "sizes")
    print(f"{name:16} MiB: {shown}", flush=True)
    return found


def _sizes(running: Running, text: str, load_s: float) -> list[float]:
    """Return the memory every half second of the load."""
    ask = libre(running.port, made_texts(text, lengths=(1, 2, 4)))
    load = threading.Thread(target=loaded, args=(ask, _CALLERS), kwargs={"seconds": load_s})
    load.start()
    sizes = []
    end = time.monotonic() + load_s
    while load.is_alive() and time.monotonic() < end:
        sizes.append(_mb(running.pid))
        time.sleep(0.5)
    load.join()
    return sizes


def _mb(pid: int) -> float:
    process = psutil.Process(pid)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True))) / 2**20


def _translate(port: int, text: str, lang: str) -> None:
    data = json.dumps({"q": text, "source": "en", "target": lang}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/translate", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()


def _four_packages(text: str) -> Path:
    """Return a folder with the constructed package under four pairs; the files of the model are links."""
    _, package = package_settings(text)
    folder = WORK / "four"
    shutil.rmtree(folder, ignore_errors=True)
    for lang in _LANGS:
        copy = folder / f"translate-en_{lang}-1_0"
        shutil.copytree(package.path, copy, copy_function=os.link)
        metadata = json.loads((copy / "metadata.json").read_text(encoding="utf-8"))
        (copy / "metadata.json").unlink()
        metadata |= {"to_code": lang, "to_name": lang}
        (copy / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    return folder
