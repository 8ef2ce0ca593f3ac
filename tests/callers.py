"""A closed loop of callers over kept connections, in a process of its own: `python callers.py < plan.json`.

Each caller sends its next request when it has the answer to the last. HTTP is written and read by hand: a client
library would take more of the two processors than the server that is measured.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


WATCH_S = 0.02


@dataclass(frozen=True)
class Plan:
    """What to send where.

    `bodies` are sent in turn, over and over; `watch` is a path that one more caller asks for `WATCH_S` after its last
    answer. Nothing but the watching should be in a process whose watching counts.
    """

    host: str
    port: int
    path: str
    seconds: float
    bodies: list[str] = field(default_factory=list)
    n_callers: int = 0
    content_type: str = "application/json"
    headers: str = ""
    watch: str = ""
    keep_answers: bool = False


def under_load(plan: Plan) -> dict[str, Any]:
    """Carry out a plan in another process; returns what `measured` does."""
    done = subprocess.run(
        [sys.executable, __file__], input=json.dumps(asdict(plan)), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


async def measured(plan: Plan) -> dict[str, Any]:
    """Send requests until the time is over, and wait for the last answers.

    Returns: statuses with their numbers, requests a second, seconds of each (p50, p95, p99, max) of all that were
        answered with 200, the same of the watched path, and the answers by body where they were to be kept.
    """
    turn = itertools.count()
    end = time.monotonic() + plan.seconds
    results: list[tuple[int, float, int, bytes]] = []
    watched: list[float] = []
    tasks = [_caller(plan, turn, end, results) for _ in range(plan.n_callers)]
    started = time.monotonic()
    await asyncio.gather(*tasks, *([_watcher(plan, end, watched)] if plan.watch else []))
    took_s = time.monotonic() - started
    statuses = Counter(str(status) for status, *_ in results)
    good = sorted(seconds for status, seconds, _, _ in results if status == 200)
    found: dict[str, Any] = {"statuses": statuses, "a_second": len(good) / took_s, **_percentiles(good)}
    if plan.watch:
        found["watched"] = _percentiles(sorted(watched))
    if plan.keep_answers:
        found["answers"] = [
            (n % len(plan.bodies), status, body.decode("utf-8", "replace")) for status, _, n, body in results
        ]
    return found


def _percentiles(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    at = {"p50": 0.50, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: seconds[min(len(seconds) - 1, int(share * len(seconds)))] for name, share in at.items()}


async def _caller(plan: Plan, turn: Iterator[int], end: float, results: list[tuple[int, float, int, bytes]]) -> None:
    head = f"POST {plan.path} HTTP/1.1\r\nHost: x\r\nContent-Type: {plan.content_type}\r\n{plan.headers}"
    reader, writer = await asyncio.open_connection(plan.host, plan.port)
    while time.monotonic() < end:
        n = next(turn)
        body = plan.bodies[n % len(plan.bodies)].encode()
        started = time.monotonic()
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        status, answer, is_kept = await _answer(reader)
        results.append((status, time.monotonic() - started, n, answer if plan.keep_answers else b""))
        if not is_kept:
            writer.close()
            reader, writer = await asyncio.open_connection(plan.host, plan.port)
    writer.close()


async def _watcher(plan: Plan, end: float, seconds: list[float]) -> None:
    reader, writer = await asyncio.open_connection(plan.host, plan.port)
    while time.monotonic() < end:
        started = time.monotonic()
        writer.write(f"GET {plan.watch} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await _answer(reader)
        seconds.append(time.monotonic() - started)
        await asyncio.sleep(WATCH_S)
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bool]:
    """Read one answer: its status, its body, and whether the connection is kept."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    if headers.get("transfer-encoding") == "chunked":
        body = b"".join([piece async for piece in _chunks(reader)])
    elif "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
    else:
        return int(lines[0].split()[1]), await reader.read(), False
    return int(lines[0].split()[1]), body, headers.get("connection") != "close"


async def _chunks(reader: asyncio.StreamReader) -> Any:
    while size := int((await reader.readline()).strip(), 16):
        yield await reader.readexactly(size)
        await reader.readline()
    await reader.readline()


if __name__ == "__main__":
    json.dump(asyncio.run(measured(Plan(**json.load(sys.stdin)))), sys.stdout)
