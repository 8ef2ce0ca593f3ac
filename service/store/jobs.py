"""Long work, its progress and its result: queued, running, then done, failed or cancelled, which are final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, delete, insert, select, update

from service.errors import ConflictError
from service.store.ids import check_length, known_form, missing, now, random_id
from service.store.tables import jobs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping

    from service.records import Caller
    from service.store.database import Database
    from service.store.owners import Owners

JobState: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled"]

_OPEN: tuple[JobState, ...] = ("queued", "running")
_KEPT_S = 24 * 3600  # for which the result of a finished job can be fetched
_KIND_CHARS = 64
_PAGE = 200
STOPPED = "the server was stopped before this was done; send it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of work; `done` and `total` are in a unit of its kind, `total` None while it is not known.

    `result` is JSON; `code` and `error` say why it failed.
    """

    id: str
    kind: str
    caller: str | None
    state: JobState
    done: int
    total: int | None
    result: Any
    code: str | None
    error: str | None
    created: datetime
    updated: datetime

    @property
    def is_open(self) -> bool:
        """Tell whether its state can still change."""
        return self.state in _OPEN


class Jobs:
    """The jobs of a store.

    A job belongs to the process that added it. When that ends without finishing it, the next `expire` of any process
    that shares the store makes it a failed one; a store does that when it is opened, too.
    """

    def __init__(self, database: Database, owners: Owners) -> None:
        self._database = database
        self._owners = owners

    def add(self, *, kind: str, caller: Caller | None = None, total: int | None = None) -> Job:
        """Add a job, queued.

        Raises: InputError.
        """
        check_length(kind, what="kind of the job", limit=_KIND_CHARS)
        created = now()
        row: dict[str, Any] = {
            "id": random_id(),
            "kind": kind,
            "caller": caller.id if caller else None,
            "owner": self._owners.mine(),
            "state": "queued",
            "done": 0,
            "total": total,
            "result": None,
            "code": None,
            "error": None,
            "created": created,
            "updated": created,
        }
        with self._database.write() as connection:
            connection.execute(insert(jobs).values(row))
        return _job(row)

    def get(self, id_: str) -> Job:
        """Return a job.

        Raises: NotFoundError.
        """
        wanted = known_form(id_, what="job")
        with self._database.read() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == wanted)).mappings().first()
        if row is None:
            raise missing("job", id_)
        return _job(row)

    def list(self, *, state: JobState | None = None, limit: int = 50) -> tuple[Job, ...]:
        """Return jobs, the newest first; at most 200."""
        query = select(jobs).order_by(jobs.c.created.desc(), jobs.c.id).limit(max(1, min(limit, _PAGE)))
        if state is not None:
            query = query.where(jobs.c.state == state)
        with self._database.read() as connection:
            return tuple(_job(row) for row in connection.execute(query).mappings())

    def start(self, id_: str) -> Job:
        """Say that work on a queued job begins.

        Raises: NotFoundError; ConflictError: it is not queued, perhaps because it was cancelled.
        """
        return self._change(id_, among=("queued",), state="running")

    def progress(self, id_: str, *, done: int, total: int | None = None) -> bool:
        """Write how far a running job is; the caller sees to it that this is not done too often.

        Returns: False when it is not running any more, so that whoever works on it can stop.
        Raises: NotFoundError: the id cannot be one.
        """
        wanted = known_form(id_, what="job")
        running = (jobs.c.id == wanted, jobs.c.state == "running")
        with self._database.write(durable=False) as connection:
            result = connection.execute(update(jobs).where(*running).values(done=done, total=total, updated=now()))
        return result.rowcount > 0

    def finish(self, id_: str, *, result: object) -> Job:
        """Say that a running job is done, with its result as JSON can hold it.

        Raises: NotFoundError; ConflictError: it is not running.
        """
        return self._change(id_, among=("running",), state="done", result=result)

    def fail(self, id_: str, *, code: str, error: str) -> Job:
        """Say that a queued or running job failed, with a code and a message for whoever asked for it.

        Raises: NotFoundError; ConflictError: it is finished.
        """
        return self._change(id_, among=_OPEN, state="failed", code=code, error=error)

    def cancel(self, id_: str) -> Job:
        """Cancel a queued or running job; one that was cancelled before stays so.

        Raises: NotFoundError; ConflictError: it is done or has failed.
        """
        return self._change(id_, among=(*_OPEN, "cancelled"), state="cancelled")

    def delete(self, id_: str) -> None:
        """Delete a job, whatever its state.

        Raises: NotFoundError.
        """
        wanted = known_form(id_, what="job")
        with self._database.write() as connection:
            if not connection.execute(delete(jobs).where(jobs.c.id == wanted)).rowcount:
                raise missing("job", id_)

    def expire(self) -> int:
        """Fail the open jobs of processes that ended, delete those that were finished a day ago; count both."""
        with self._database.read() as connection:
            query = select(jobs.c.owner).where(jobs.c.state.in_(_OPEN)).distinct()
            owners = connection.execute(query).scalars().all()
            old: ColumnElement[bool] = jobs.c.updated < now() - timedelta(seconds=_KEPT_S)
            n_old = len(connection.execute(select(jobs.c.id).where(old, jobs.c.state.not_in(_OPEN)).limit(1)).all())
        dead = self._owners.dead(owners)
        if not dead and not n_old:
            return 0
        orphans = update(jobs).where(jobs.c.owner.in_(dead), jobs.c.state.in_(_OPEN))
        with self._database.write() as connection:
            failed = connection.execute(orphans.values(state="failed", code="stopped", error=STOPPED, updated=now()))
            gone = connection.execute(delete(jobs).where(old, jobs.c.state.not_in(_OPEN)))
        return failed.rowcount + gone.rowcount

    def _change(self, id_: str, *, among: tuple[JobState, ...], **values: object) -> Job:
        wanted = known_form(id_, what="job")
        with self._database.write() as connection:
            change = update(jobs).where(jobs.c.id == wanted, jobs.c.state.in_(among))
            changed = connection.execute(change.values(**values, updated=now())).rowcount
            row = connection.execute(select(jobs).where(jobs.c.id == wanted)).mappings().first()
        if row is None:
            raise missing("job", id_)
        if not changed:
            raise ConflictError(f"the job {wanted} is {row['state']}; only {' or '.join(among)} ones can be changed so")
        return _job(row)


def _job(row: RowMapping | dict[str, Any]) -> Job:
    return Job(**{name: row[name] for name in Job.__dataclass_fields__})
