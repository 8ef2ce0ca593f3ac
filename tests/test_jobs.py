"""Jobs: bounded, watched by many, cancelled, and never left running by a server that is gone."""

import asyncio
import subprocess
import sys
import threading
import time

import pytest

from service.errors import ConflictError, InputError, NotFoundError, OverloadedError
from service.jobs import Jobs
from service.records import Caller
from service.settings import Settings
from service.store import Store
from service.store.jobs import STOPPED


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def store(url):
    with Store.open(url) as store:
        yield store


def run(main, store, **changes):
    """Run `main(jobs)` in an event loop of its own."""

    async def whole():
        jobs = Jobs(store.jobs, Settings(**changes))
        try:
            return await asyncio.wait_for(main(jobs), 20)
        finally:
            await jobs.close()

    return asyncio.run(whole())


async def finished(jobs, id_):
    """Return all that a watcher of a job sees."""
    return [job async for job in jobs.events(id_)]


async def until(condition):
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that")


def test_a_job_runs_and_its_result_stays(store):
    async def main(jobs):
        async def work(progress):
            progress(2, 2)
            return {"text": "Kyiv"}

        job = await jobs.submit("translate", work, caller=Caller("me"))
        assert job.state == "queued"
        return await finished(jobs, job.id)

    *_, last = run(main, store)
    assert (last.state, last.result, last.done, last.total) == ("done", {"text": "Kyiv"}, 2, 2)
    kept = store.jobs.get(last.id)
    assert (kept.state, kept.result, kept.caller) == ("done", {"text": "Kyiv"}, "me")


def test_progress_from_a_thread_is_seen_by_every_watcher(store):
    async def main(jobs):
        go = threading.Event()

        def translate(progress):
            progress(1, 10)
            assert go.wait(10)
            for done in range(2, 11):
                progress(done, 10)
                time.sleep(0.06)

        async def work(progress):
            await asyncio.to_thread(translate, progress)
            return "x"

        job = await jobs.submit("translate", work)
        watchers = [asyncio.create_task(finished(jobs, job.id)) for _ in range(3)]
        while (await jobs.get(job.id)).done < 1:
            await asyncio.sleep(0.01)
        go.set()
        return await asyncio.gather(*watchers)

    for seen in run(main, store):
        done = [job.done for job in seen]
        assert done == sorted(done) and len(set(done)) >= 3
        assert seen[-1].state == "done"
        assert {job.total for job in seen[1:-1]} <= {None, 10}


def test_no_more_run_at_a_time_than_the_settings_say_and_the_rest_wait_their_turn(store):
    running = most = 0

    async def work(progress):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1

    async def main(jobs):
        ids = [(await jobs.submit("translate", work)).id for _ in range(7)]
        return await asyncio.gather(*(finished(jobs, id_) for id_ in ids))

    ends = run(main, store, max_jobs=2)
    assert most == 2
    assert [seen[-1].state for seen in ends] == ["done"] * 7


def test_cancelling_stops_the_work_and_frees_its_place(store):
    async def main(jobs):
        stopped = []

        async def work(progress):
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                stopped.append(True)
                raise

        async def quick(progress):
            return "next"

        running = await jobs.submit("translate", work)
        waiting = await jobs.submit("translate", quick)
        also = await jobs.submit("translate", quick)
        watcher = asyncio.create_task(finished(jobs, running.id))
        await until(lambda: jobs._live[running.id].is_running)
        await jobs.cancel(also.id)
        cancelled = await jobs.cancel(running.id)
        assert (await jobs.cancel(running.id)).state == "cancelled"
        after = (await finished(jobs, waiting.id))[-1]
        with pytest.raises(ConflictError):
            await jobs.cancel(waiting.id)
        return cancelled, (await watcher)[-1], after, (await jobs.get(also.id)), stopped

    cancelled, seen, after, also, stopped = run(main, store, max_jobs=1)
    assert cancelled.state == seen.state == also.state == "cancelled" and stopped == [True]
    assert (after.state, after.result) == ("done", "next")


def test_a_job_that_another_process_cancelled_is_given_up(store, monkeypatch):
    monkeypatch.setattr("service.jobs._WRITE_EVERY_S", 0.05)

    async def main(jobs):
        async def work(progress):
            await asyncio.sleep(60)

        job = await jobs.submit("translate", work)
        await until(lambda: jobs._live[job.id].is_running)
        await asyncio.to_thread(store.jobs.cancel, job.id)
        await until(lambda: job.id not in jobs._live)
        return await jobs.get(job.id)

    assert run(main, store).state == "cancelled"


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (InputError("mend it so"), "input", "mend it so"),
        (RuntimeError("a secret text"), "internal", "something went wrong"),
    ],
)
def test_a_job_that_fails_says_why_and_no_more_than_that(store, caplog, error, code, message):
    async def main(jobs):
        async def work(progress):
            raise error

        job = await jobs.submit("translate", work)
        return (await finished(jobs, job.id))[-1]

    job = run(main, store)
    assert (job.state, job.code) == ("failed", code)
    assert message in job.error and "secret" not in job.error


def test_a_result_that_is_no_json_fails_the_job(store):
    async def main(jobs):
        async def work(progress):
            return object()

        job = await jobs.submit("translate", work)
        return (await finished(jobs, job.id))[-1]

    assert run(main, store).state == "failed"


def test_too_many_and_too_large_jobs_are_refused_at_once(store):
    async def main(jobs):
        async def work(progress):
            await asyncio.sleep(60)

        first = await jobs.submit("translate", work, n_chars=900)
        with pytest.raises(OverloadedError, match="characters"):
            await jobs.submit("translate", work, n_chars=101)
        second = await jobs.submit("translate", work, n_chars=100)
        with pytest.raises(OverloadedError, match="2 jobs"):
            await jobs.submit("translate", work)
        await jobs.cancel(first.id)
        third = await jobs.submit("translate", work)
        for job in (second, third):
            await jobs.cancel(job.id)

    run(main, store, queue_requests=2, queue_chars=1000)


def test_a_stopped_server_finishes_what_it_can_and_fails_the_rest(store):
    async def work(progress):
        await asyncio.sleep(0.05)
        return "in time"

    async def endless(progress):
        await asyncio.sleep(60)

    async def main():
        jobs = Jobs(store.jobs, Settings(shutdown_grace_s=0.5, max_jobs=1))
        ids = [(await jobs.submit("translate", each)).id for each in (work, endless, work)]
        await jobs.close()
        with pytest.raises(OverloadedError, match="stopped"):
            await jobs.submit("translate", work)
        return ids

    kept = [store.jobs.get(id_) for id_ in asyncio.run(main())]
    assert [job.state for job in kept] == ["done", "failed", "failed"]
    assert kept[1].code == kept[2].code == "stopped"


def test_a_killed_server_leaves_failed_jobs_and_not_running_ones(store, url):
    script = (
        "import asyncio, sys\n"
        "from service.jobs import Jobs\nfrom service.settings import Settings\nfrom service.store import Store\n"
        "async def main():\n"
        "    jobs = Jobs(Store.open(sys.argv[1]).jobs, Settings())\n"
        "    async def work(progress):\n"
        "        print('running', flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "    print((await jobs.submit('translate', work)).id, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, url], stdout=subprocess.PIPE, text=True) as process:
        lines = {process.stdout.readline().strip() for _ in range(2)}
        process.kill()
        process.wait()
    (id_,) = lines - {"running"}
    with Store.open(url) as opened:
        job = opened.jobs.get(id_)
    assert (job.state, job.code, job.error) == ("failed", "stopped", STOPPED)


def test_an_id_that_is_none_is_not_found(store):
    async def main(jobs):
        for id_ in ("0" * 32, "x", "", "\x00"):
            for ask in (jobs.get, jobs.cancel):
                with pytest.raises(NotFoundError):
                    await ask(id_)
            with pytest.raises(NotFoundError):
                await finished(jobs, id_)

    run(main, store)
