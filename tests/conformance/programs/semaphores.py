"""Share a few permits among many tasks."""

import asyncio


async def _hold(t, semaphore, name, ms=1):
    """Hold a permit for a while; 0 keeps it."""
    try:
        await semaphore.acquire()
    except asyncio.CancelledError as error:
        t.log(name, "gives up", error, semaphore.locked())
        raise
    t.log(name, "holds", semaphore.locked())
    if ms > 0:
        try:
            await asyncio.sleep(ms)
        finally:
            semaphore.release()


def _start(t, semaphore, *names, ms=1):
    """Start a task for each name."""
    return [asyncio.create_task(_hold(t, semaphore, name, ms)) for name in names]


async def _taken(t, *names, ms=1):
    """Make a semaphore without permits that a task for each name waits for."""
    semaphore = asyncio.Semaphore(0)
    tasks = _start(t, semaphore, *names, ms=ms)
    await asyncio.sleep(0)
    return semaphore, tasks


async def _count(semaphore):
    """Count the free permits by taking them all."""
    count = 0
    while not semaphore.locked():
        await semaphore.acquire()
        count += 1
    return count


async def _end(t, semaphore, tasks):
    """Give what is still waited for, wait for the tasks and count what is left."""
    await asyncio.sleep(5)
    missing = [task for task in tasks if not task.done()]
    t.log("missing", len(missing))
    for _ in missing:
        semaphore.release()
    await asyncio.wait(tasks)
    t.log("ended", [task.cancelled() for task in tasks], await _count(semaphore))


async def counts_down_without_yielding(t):
    """Take free permits in the same step."""
    semaphore = asyncio.Semaphore(2)
    asyncio.get_running_loop().call_soon(t.log, "callback")
    for _ in range(2):
        await semaphore.acquire()
        t.log("holds", semaphore.locked())
    semaphore.release()
    t.log("released", semaphore.locked())
    async with semaphore:
        t.log("holds", semaphore.locked())
    await asyncio.sleep(0)


async def limits_concurrency(t):
    """Let two of five run at a time."""
    semaphore = asyncio.Semaphore(2)
    await _end(t, semaphore, _start(t, semaphore, "a", "b", "c", "d", "e"))


async def bad_values(t):
    """Refuse a negative number of permits."""
    for kind in asyncio.Semaphore, asyncio.BoundedSemaphore:
        try:
            kind(-1)
        except ValueError as error:
            t.log("refused", error)
    t.log("none", asyncio.Semaphore(0).locked())


async def releases_wake_in_order(t):
    """Wake as many as permits were released in one step, in the order of their arrival."""
    semaphore, tasks = await _taken(t, "a", "b", "c", "d", ms=0)
    for _ in range(3):
        semaphore.release()
    t.log("released", semaphore.locked())
    await _end(t, semaphore, tasks)


async def more_releases_than_waiters(t):
    """Keep the permits that nobody waits for, behind those who are woken."""
    semaphore, tasks = await _taken(t, "a")
    for _ in range(3):
        semaphore.release()
    t.log("released", semaphore.locked())
    await semaphore.acquire()
    t.log("main holds", semaphore.locked())
    await _end(t, semaphore, tasks)


async def release_and_acquire_in_one_step(t):
    """Send the releaser to the back of the line when others wait."""
    semaphore, tasks = await _taken(t, "a", "b")
    semaphore.release()
    await semaphore.acquire()
    t.log("main holds again", [task.done() for task in tasks])
    semaphore.release()
    await _end(t, semaphore, tasks)


async def re_acquirer_goes_behind(t):
    """Alternate between two tasks that take the only permit again and again."""
    semaphore = asyncio.Semaphore(1)

    async def worker(name):
        for _ in range(3):
            async with semaphore:
                t.log(name, "holds")
                await asyncio.sleep(0)

    await asyncio.gather(worker("a"), worker("b"))


async def newcomer_while_a_waiter_is_woken(t):
    """Let a newcomer queue although there are permits, as long as a woken waiter has not run."""
    semaphore, tasks = await _taken(t, "a", ms=0)
    newcomers = _start(t, semaphore, "newcomer", "other", ms=0)
    for _ in range(3):
        semaphore.release()
    t.log("released", semaphore.locked())
    await _end(t, semaphore, tasks + newcomers)


async def newcomers_while_woken_waiters_are_cancelled(t):
    """Wake as many newcomers as the cancelled waiters leave permits."""
    semaphore, tasks = await _taken(t, "a", "b", ms=0)
    newcomers = _start(t, semaphore, "c", "d", "e", ms=0)
    semaphore.release()
    semaphore.release()
    for task in tasks:
        task.cancel()
    await _end(t, semaphore, tasks + newcomers)


async def cancelled_waiters_are_passed(t):
    """Let a newcomer take a permit when every waiter is cancelled but not gone yet."""
    semaphore, tasks = await _taken(t, "a", "b")
    for task in tasks:
        task.cancel()
    t.log("cancelled", semaphore.locked())
    semaphore.release()
    t.log("released", semaphore.locked())
    await semaphore.acquire()
    t.log("main holds", [task.done() for task in tasks])
    await _end(t, semaphore, tasks)


async def cancel_then_release(t):
    """Give the permit to the next one when the head is cancelled just before the release."""
    semaphore, tasks = await _taken(t, "a", "b", "c")
    t.log(tasks[0].cancel("cancel"))
    semaphore.release()
    await _end(t, semaphore, tasks)


async def release_then_cancel(t):
    """Pass the permit on when the head is cancelled just after the release."""
    semaphore, tasks = await _taken(t, "a", "b", "c")
    semaphore.release()
    t.log(tasks[0].cancel("cancel"))
    await _end(t, semaphore, tasks)


async def releases_then_cancels(t):
    """Lose no permit when two of four waiters are cancelled right after two releases."""
    for cancelled in (0, 1), (1, 0), (0, 2), (2, 3):
        semaphore, tasks = await _taken(t, "a", "b", "c", "d", ms=0)
        semaphore.release()
        semaphore.release()
        for index in cancelled:
            tasks[index].cancel()
        await _end(t, semaphore, tasks)


async def cancel_of_a_woken_waiter_frees_the_permit(t):
    """Take a permit back that nobody else waits for."""
    semaphore, tasks = await _taken(t, "a")
    semaphore.release()
    tasks[0].cancel()
    t.log("cancelled", semaphore.locked())
    await asyncio.sleep(0)
    t.log("after its step", semaphore.locked())
    await _end(t, semaphore, tasks)


async def cancel_taken_back(t):
    """Let a woken waiter keep its permit when the cancel is taken back in time."""
    semaphore, tasks = await _taken(t, "a", "b")
    semaphore.release()
    t.log(tasks[0].cancel(), tasks[0].uncancel())
    await _end(t, semaphore, tasks)


async def waiting_with_a_deadline(t):
    """Give up at a deadline, also in the moment of a release."""
    loop = asyncio.get_running_loop()
    semaphore = asyncio.Semaphore(0)
    try:
        await asyncio.wait_for(semaphore.acquire(), 5)
    except TimeoutError as error:
        t.log("wait_for", error, semaphore.locked())
    for release_first in True, False:
        now = loop.time()
        if release_first:
            loop.call_at(now + 5, semaphore.release)
        try:
            async with asyncio.timeout_at(now + 5):
                if not release_first:
                    loop.call_at(now + 5, semaphore.release)
                await semaphore.acquire()
                t.log("main holds")
        except TimeoutError as error:
            t.log("timeout", error, semaphore.locked())
        await asyncio.sleep(1)
        t.log("left", await _count(semaphore))


async def bounded_release_is_refused(t):
    """Refuse a release beyond the first number of permits."""
    semaphore = asyncio.BoundedSemaphore(2)
    await semaphore.acquire()
    for _ in range(3):
        try:
            semaphore.release()
            t.log("released", semaphore.locked())
        except ValueError:
            t.log("refused", semaphore.locked())
    t.log("left", await _count(semaphore))


async def bounded_release_with_waiters(t):
    """Count a permit that a waiter is given as taken."""
    semaphore = asyncio.BoundedSemaphore(1)
    await semaphore.acquire()
    tasks = _start(t, semaphore, "a")
    await asyncio.sleep(0)
    for _ in range(3):
        try:
            semaphore.release()
            t.log("released", semaphore.locked())
        except ValueError:
            t.log("refused", semaphore.locked())
    await asyncio.wait(tasks)
    t.log("the task's own release fails", tasks[0].exception() is not None)
