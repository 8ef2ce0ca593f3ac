"""One running Apertium pipeline: a process a stage, joined by pipes, fed with NUL-terminated blocks.

Blocks are written ahead while results are read, in one loop without threads, so that all stages work at once and a
full pipe blocks nobody. Whatever goes wrong the caller learns which blocks came through, and the pipeline is gone.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from service.engines.apertium.stream import block, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHUNK_BYTES = 1 << 16
_MAX_LINES = 50_000  # of different ones on stderr, between two calls
_DYING_S = 1.0


class StageError(Exception):
    """The pipeline broke; `done` holds the results of the first blocks."""

    def __init__(self, why: str, *, stage: str, done: list[str]) -> None:
        super().__init__(f"{stage} {why}")
        self.done = done


class Pipeline:
    """The running stages of one mode; for one thread at a time.

    Every stage has its own session: a Ctrl-C meant for the program that started it does not reach it. When that
    program dies without a word its end of the first pipe closes, and the stages end one after another.
    """

    def __init__(
        self,
        stages: Sequence[Sequence[str]],
        *,
        timeout_s: float,
        listen_to: int | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        """Start every stage; `listen_to` is the index of the one whose words on stderr `heard` returns."""
        self._names = [stage[0] for stage in stages]
        self._timeout_s = timeout_s
        self._processes: list[subprocess.Popen[bytes]] = []
        self._fds: list[int] = []
        self._finalizer = weakref.finalize(self, _end, self._processes, self._fds)
        self._stdin, self._stdout = -1, -1
        try:
            self._start(stages, listen_to, pass_fds)
        except OSError as error:
            self.close()
            stage = self._names[len(self._processes)]
            raise StageError(f"could not be started: {error.strerror}", stage=stage, done=[]) from None

    def _start(self, stages: Sequence[Sequence[str]], listen_to: int | None, pass_fds: Sequence[int]) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        theirs: list[int] = []
        try:
            before, self._stdin = self._pipe(theirs, mine=1)
            heard, said = (self._pipe(theirs, mine=0) for _ in range(2))
            self._heard, self._said = _Lines(heard[0]), _Lines(said[0])
            for n, stage in enumerate(stages):
                after, out = self._pipe(theirs, mine=0 if n == len(stages) - 1 else None)
                stderr = heard[1] if n == listen_to else said[1]
                self._processes.append(
                    subprocess.Popen(
                        stage,
                        stdin=before,
                        stdout=out,
                        stderr=stderr,
                        env=environment,
                        pass_fds=pass_fds,
                        start_new_session=True,
                    )
                )
                before = after
            self._stdout = before
        finally:
            for fd in theirs:
                os.close(fd)

    def _pipe(self, theirs: list[int], *, mine: int | None) -> tuple[int, int]:
        """Make a pipe of which end `mine` is kept and never blocks; the others are the stages'."""
        ends = os.pipe()
        for end, fd in enumerate(ends):
            (self._fds if end == mine else theirs).append(fd)
            os.set_blocking(fd, end != mine)
        return ends

    @property
    def pids(self) -> list[int]:
        """Return the process of each stage, in order."""
        return [process.pid for process in self._processes]

    def alive(self) -> bool:
        """Tell whether every stage still runs."""
        return self._finalizer.alive and all(process.poll() is None for process in self._processes)

    def heard(self) -> list[str]:
        """Return the different lines that the stage listened to has written to stderr since the last call."""
        self._heard.read()
        return self._heard.take()

    def run(self, texts: Sequence[str]) -> list[str]:
        """Send n texts through, each as a block of its own; return n results in their order.

        Raises: StageError: a stage died, hung or lost its place; its `done` has the results before. The pipeline is
            closed then.
        """
        todo = memoryview(b"".join(block(text, number=n) for n, text in enumerate(texts)))
        done: list[str] = []
        rest = b""
        listened = {lines.fd: lines for lines in (self._heard, self._said)}
        poll = select.poll()
        poll.register(self._stdin, select.POLLOUT)
        for fd in (self._stdout, *listened):
            poll.register(fd, select.POLLIN)
        deadline = time.monotonic() + self._timeout_s
        while len(done) < len(texts):
            for fd, _ in poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                if fd == self._stdout:
                    deadline = time.monotonic() + self._timeout_s
                    rest = self._read(rest, done)
                elif fd == self._stdin:
                    todo = self._write(todo)
                    if not todo:
                        poll.unregister(fd)
                elif not listened[fd].read():
                    poll.unregister(fd)
            if time.monotonic() >= deadline:
                raise self._hung(done)
        return done

    def _read(self, rest: bytes, done: list[str]) -> bytes:
        """Add the blocks that have come to `done`; return the beginning of the next."""
        read = os.read(self._stdout, _CHUNK_BYTES)
        if not read:
            # At the end of its input a stage may close the block that it was cut off in: the last is not trusted.
            raise self._broken(done[:-1])
        *blocks, rest = (rest + read).split(b"\0")
        for output in blocks:
            text = text_of(output, number=len(done))
            if text is None:
                raise self._broken(done[:-1])
            done.append(text)
        return rest

    def _write(self, todo: memoryview) -> memoryview:
        try:
            return todo[os.write(self._stdin, todo[:_CHUNK_BYTES]) :]
        except BlockingIOError:
            return todo
        except BrokenPipeError:  # the reading side will see the end
            return todo[:0]

    def _broken(self, done: list[str]) -> StageError:
        """Close, and name the stage that died of itself rather than of a neighbour's death."""
        self._fds.remove(self._stdin)
        os.close(self._stdin)  # so that those before the dead one end too
        until = time.monotonic() + _DYING_S
        while time.monotonic() < until and any(process.poll() is None for process in self._processes):
            time.sleep(0.002)
        codes = [(process.poll() or 0, name) for process, name in zip(self._processes, self._names, strict=True)]
        self._said.read()
        lines = (self.heard() + self._said.take())[-1:]
        self.close()
        # A signal tells more than a status, and the death of a writer whose reader is gone tells nothing.
        own = [(code > 0, code, name) for code, name in codes if code and code != -signal.SIGPIPE]
        _, code, stage = min(own, key=lambda each: each[0], default=(False, 0, " | ".join(self._names)))
        how = f"died of signal {-code}" if code < 0 else f"ended with status {code}" if code else "lost a sentence"
        return StageError(f"{how}{''.join(f', saying {line[:200]!r}' for line in lines)}", stage=stage, done=done)

    def _hung(self, done: list[str]) -> StageError:
        """Close, and name the stage that is stopped or computes without end."""
        states = [(_state(process.pid), name) for process, name in zip(self._processes, self._names, strict=True)]
        self.close()
        stuck = [name for state, name in states if state in "TtDR"]
        why = f"gave no output for {self._timeout_s:g} s"
        return StageError(why, stage=stuck[0] if stuck else " | ".join(self._names), done=done)

    def close(self) -> None:
        """End all stages and free what they held; harmless when done twice."""
        self._finalizer()


class _Lines:
    """What comes out of a pipe, line by line, each different line once; bounded."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._rest = b""
        self._lines: dict[bytes, None] = {}

    def read(self) -> bool:
        """Read what is there without waiting; False at the end."""
        try:
            while read := os.read(self.fd, _CHUNK_BYTES):
                *lines, self._rest = (self._rest + read).split(b"\n")
                self._rest = self._rest[-_CHUNK_BYTES:]
                if len(self._lines) < _MAX_LINES:
                    self._lines.update(dict.fromkeys(lines))
        except BlockingIOError:
            return True
        except OSError:  # closed after a failure
            return False
        return False

    def take(self) -> list[str]:
        """Return the lines, oldest first, and forget them."""
        lines = [line.decode("utf-8", errors="replace").strip() for line in (*self._lines, self._rest)]
        self._lines.clear()
        self._rest = b""
        return [line for line in lines if line]


def _state(pid: int) -> str:
    """Return the one-letter state of a process as proc(5) has it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return "?"


def _end(processes: list[subprocess.Popen[bytes]], fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)
    for process in processes:
        process.kill()
    for process in processes:
        process.wait()
