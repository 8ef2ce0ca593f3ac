"""Long work in the background: so many jobs at a time, with progress that many may watch, and an end that is kept.

A job lives in the store, so that its result can be fetched after a reload or from another process that shares the
store; while it runs here, what it has done is at hand without asking the store.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from glossary import GlossaryError
from service.errors import ConflictError, NotFoundError, OverloadedError, ServiceError, StoreError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from service.records import Caller, Progress
    from service.settings import Settings
    from service.store import Job
    from service.store import Jobs as StoredJobs

#: Work that is told where to report its progress, and returns its result as JSON can hold it.
Work: TypeAlias = "Callable[[Progress], Awaitable[Any]]"

_LOG = logging.getLogger(__name__)
_SHOW_EVERY_S = 0.2  # progress as a watcher sees it
_WRITE_EVERY_S = 2.0  # progress as the store has it, for those who ask another process
_RETRY_S = 10


@dataclass(slots=True)
class _Live:
    """A job of this process that is not finished."""

    job: Job
    n_chars: int
    task: asyncio.Task[None] | None = None
    progress: tuple[int, int | None] = (0, None)
    is_running: bool = False
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    def seen(self) -> Job:
        """Return the job as far as it is."""
        done, total = self.progress
        return replace(self.job, done=done, total=total, state="running" if self.is_running else "queued")


class Jobs:
    """The jobs of one server; call everything from its event loop."""

    def __init__(self, store: StoredJobs, settings: Settings) -> None:
        self._store = store
        self._slots = asyncio.Semaphore(settings.max_jobs)
        self._max_waiting = settings.queue_requests
        self._max_chars = settings.queue_chars
        self._grace_s = settings.shutdown_grace_s
        self._live: dict[str, _Live] = {}
        self._closing = False

    async def submit(self, kind: str, work: Work, *, caller: Caller | None = None, n_chars: int = 0) -> Job:
        """Begin a job as soon as there is a place for it, and return it at once.

        Args:
            n_chars: what it keeps in memory while it waits, in characters or bytes.
        Raises: OverloadedError: too much is waiting already, or the server is being stopped; StoreError.
        """
        self._check_room(n_chars)
        job = await asyncio.to_thread(self._store.add, kind=kind, caller=caller)
        live = _Live(job, n_chars)
        self._live[job.id] = live
        live.task = asyncio.create_task(self._run(live, work), name=f"job {job.id}")
        return job

    async def get(self, id_: str) -> Job:
        """Return a job as far as it is.

        Raises: NotFoundError, StoreError.
        """
        live = self._live.get(id_.lower())
        return live.seen() if live else await asyncio.to_thread(self._store.get, id_)

    async def cancel(self, id_: str) -> Job:
        """Cancel a job and what it does; one that was cancelled before stays so.

        Raises: NotFoundError; ConflictError: it is done or has failed; StoreError.
        """
        job = await asyncio.to_thread(self._store.cancel, id_)
        live = self._live.get(job.id)
        if live and live.task:
            live.task.cancel()
            await live.finished.wait()
        return job

    async def events(self, id_: str, *, leave: Callable[[], bool] = lambda: False) -> AsyncIterator[Job]:
        """Yield the job as it is now, then whenever it has come further, last when it is finished.

        Args: leave: says when the watcher has to go, whatever the job does.
        Raises: NotFoundError, StoreError.
        """
        seen = None
        while not leave():
            job = await self.get(id_)
            shown = (job.state, job.done, job.total)
            if shown != seen:
                seen = shown
                yield job
            if not job.is_open:
                return
            await self._wait(job.id)

    async def close(self) -> None:
        """Take no more jobs, let those that were accepted finish for as long as the settings grant, fail the rest."""
        self._closing = True
        tasks = [live.task for live in self._live.values() if live.task]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _check_room(self, n_chars: int) -> None:
        if self._closing:
            raise OverloadedError("the server is being stopped; send it again when it is back", retry_after_s=_RETRY_S)
        if len(self._live) >= self._max_waiting:
            n = len(self._live)
            raise OverloadedError(f"{n} jobs are waiting, and no more may; try again later", retry_after_s=_RETRY_S)
        held = sum(live.n_chars for live in self._live.values())
        if self._live and held + n_chars > self._max_chars:
            raise OverloadedError(
                f"jobs with {held:,} characters are waiting, and no more than {self._max_chars:,} may; try again later",
                retry_after_s=_RETRY_S,
            )

    async def _wait(self, id_: str) -> None:
        """Wait until there may be news of a job."""
        live = self._live.get(id_)
        if live is None:
            await asyncio.sleep(1.0)  # another process has it
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(live.finished.wait(), _SHOW_EVERY_S)

    async def _run(self, live: _Live, work: Work) -> None:
        try:
            async with self._slots:
                await asyncio.to_thread(self._store.start, live.job.id)
                live.is_running = True
                result = await self._worked(live, work)
                await asyncio.to_thread(self._store.finish, live.job.id, result=result)
        except asyncio.CancelledError:
            await asyncio.shield(self._failed(live, "stopped", "the server was stopped before this was done"))
        except (ServiceError, GlossaryError) as error:
            await self._failed(live, error.code, str(error))
        except Exception:
            _LOG.exception("job %s failed", live.job.id)
            await self._failed(live, "internal", f"something went wrong here; the log has it under {live.job.id}")
        finally:
            self._live.pop(live.job.id, None)
            live.finished.set()

    async def _worked(self, live: _Live, work: Work) -> Any:  # noqa: ANN401 - any JSON
        """Do the work, and write its progress now and then; stop when the job is no longer wanted."""

        def progress(done: int, total: int | None) -> None:
            live.progress = done, total

        task = asyncio.ensure_future(self._patiently(work, progress))
        written = live.progress
        try:
            while not (await asyncio.wait({task}, timeout=_WRITE_EVERY_S))[0]:
                done, total = written = live.progress
                if not await asyncio.to_thread(self._store.progress, live.job.id, done=done, total=total):
                    raise ConflictError(f"the job {live.job.id} was cancelled")
            if live.progress != written:
                done, total = live.progress
                await asyncio.to_thread(self._store.progress, live.job.id, done=done, total=total)
            return task.result()
        finally:
            task.cancel()

    async def _patiently(self, work: Work, progress: Progress) -> Any:  # noqa: ANN401 - any JSON
        """Do the work; where there is no room for it now, wait: a job is in no hurry."""
        while True:
            try:
                return await work(progress)
            except OverloadedError as error:
                if self._closing:
                    raise
                await asyncio.sleep(error.retry_after_s)

    async def _failed(self, live: _Live, code: str, error: str) -> None:
        """Say that a job failed; one that is cancelled stays so."""
        try:
            await asyncio.to_thread(self._store.fail, live.job.id, code=code, error=error)
        except (ConflictError, NotFoundError):
            pass
        except StoreError as broken:
            _LOG.error("job %s failed (%s), which could not be kept: %s", live.job.id, code, broken)
