"""Hand a lock from task to task."""

import asyncio


async def _hold(t, lock, name, ms=1):
    """Hold the lock for a while."""
    try:
        await lock.acquire()
    except asyncio.CancelledError as error:
        t.log(name, "gives up", error, lock.locked())
        raise
    t.log(name, "holds")
    try:
        await asyncio.sleep(ms)
    finally:
        t.log(name, "releases")
        lock.release()


def _start(t, lock, *names):
    """Start a task for each name."""
    return [asyncio.create_task(_hold(t, lock, name)) for name in names]


async def _end(t, lock, tasks):
    """Wait for the tasks and log what is left."""
    await asyncio.wait(tasks)
    t.log("ended", [task.cancelled() for task in tasks], lock.locked())


async def _held(t, *names):
    """Make a lock that is held and that a task for each name waits for."""
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = _start(t, lock, *names)
    await asyncio.sleep(0)
    return lock, tasks


async def handed_over_in_order(t):
    """Serve the waiters in the order of their arrival."""
    lock = asyncio.Lock()
    await _end(t, lock, _start(t, lock, "a", "b", "c"))


async def free_lock_does_not_yield(t):
    """Take a free lock in the same step."""
    lock = asyncio.Lock()
    asyncio.get_running_loop().call_soon(t.log, "callback")
    for _ in range(2):
        async with lock:
            t.log("holds", lock.locked())
        t.log("left", lock.locked())
    await asyncio.sleep(0)


async def release_of_a_free_lock(t):
    """Refuse to release what nobody holds."""
    lock = asyncio.Lock()
    for _ in range(2):
        try:
            lock.release()
        except RuntimeError as error:
            t.log("refused", error)
        await lock.acquire()
        lock.release()
    t.log("left", lock.locked())


async def second_release_in_one_step(t):
    """Refuse a second release although a waiter is about to take the lock."""
    lock, tasks = await _held(t, "a", "b")
    lock.release()
    try:
        lock.release()
    except RuntimeError as error:
        t.log("refused", error)
    await _end(t, lock, tasks)


async def released_by_another_task(t):
    """Let any task release: nobody owns a lock."""
    lock, tasks = await _held(t, "a")

    async def stranger():
        t.log("stranger releases")
        lock.release()

    await asyncio.create_task(stranger())
    t.log("joined", lock.locked())
    await _end(t, lock, tasks)


async def cancelled_head_is_skipped(t):
    """Serve the next waiter when the first one has given up."""
    lock, tasks = await _held(t, "a", "b")
    t.log(tasks[0].cancel("cancel"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    lock.release()
    t.log("released")
    await _end(t, lock, tasks)


async def cancel_then_release(t):
    """Wake the second waiter one iteration later when the head is cancelled just before the release."""
    lock, tasks = await _held(t, "a", "b", "c")
    t.log(tasks[0].cancel("cancel"))
    lock.release()
    t.log("released", lock.locked())
    await _end(t, lock, tasks)


async def release_then_cancel(t):
    """Pass the lock on when the head is cancelled just after the release."""
    lock, tasks = await _held(t, "a", "b", "c")
    lock.release()
    t.log(tasks[0].cancel("cancel"))
    await _end(t, lock, tasks)


async def release_then_cancel_of_all(t):
    """Leave the lock free when everyone gives up after the release."""
    lock, tasks = await _held(t, "a", "b", "c")
    lock.release()
    for task in tasks:
        t.log(task.cancel())
    await _end(t, lock, tasks)


async def cancel_of_all_then_release(t):
    """Leave the lock free when everyone gives up before the release."""
    lock, tasks = await _held(t, "a", "b")
    for task in reversed(tasks):
        t.log(task.cancel())
    lock.release()
    await _end(t, lock, tasks)


async def release_then_cancel_of_another(t):
    """Let the head keep its turn when the one behind it gives up."""
    lock, tasks = await _held(t, "a", "b", "c")
    lock.release()
    t.log(tasks[1].cancel("cancel"))
    await _end(t, lock, tasks)


async def cancel_taken_back(t):
    """Let a woken waiter take the lock when the cancel is taken back in time."""
    lock, tasks = await _held(t, "a", "b")
    lock.release()
    t.log(tasks[0].cancel(), tasks[0].uncancel())
    await _end(t, lock, tasks)


async def cancelled_before_waiting(t):
    """Raise at the first suspension, not at a free lock."""
    lock, tasks = await _held(t, "a")

    async def late():
        asyncio.current_task().cancel("cancel")
        other = asyncio.Lock()
        async with other:
            t.log("took a free lock")
        await _hold(t, lock, "late")

    tasks.append(asyncio.create_task(late()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    lock.release()
    await _end(t, lock, tasks)


async def release_and_acquire_in_one_step(t):
    """Send the releaser to the back of the line when others wait."""
    lock, tasks = await _held(t, "a", "b")
    lock.release()
    await lock.acquire()
    t.log("main holds again", [task.done() for task in tasks])
    lock.release()
    await _end(t, lock, tasks)


async def newcomer_behind_a_woken_waiter(t):
    """Let a newcomer queue although the lock is free for the moment."""
    lock, tasks = await _held(t, "a")
    newcomers = _start(t, lock, "newcomer")
    lock.release()
    t.log("released", lock.locked())
    await _end(t, lock, tasks + newcomers)


async def newcomer_before_cancelled_waiters(t):
    """Let a newcomer pass when every waiter is cancelled but not gone yet."""
    lock, tasks = await _held(t, "a", "b")
    for task in tasks:
        task.cancel()
    lock.release()
    await lock.acquire()
    t.log("main holds again", [task.done() for task in tasks])
    await asyncio.sleep(1)
    lock.release()
    await _end(t, lock, tasks)


async def newcomer_before_a_cancelled_woken_waiter(t):
    """Let a newcomer queue behind a woken waiter that has been cancelled since."""
    lock, tasks = await _held(t, "a")
    lock.release()
    tasks[0].cancel()
    await lock.acquire()
    t.log("main holds again", [task.done() for task in tasks])
    lock.release()
    await _end(t, lock, tasks)


async def cancelled_inside(t):
    """Release the lock of a holder that is cancelled."""
    lock = asyncio.Lock()
    tasks = _start(t, lock, "a", "b")
    await asyncio.sleep(0)
    t.log(tasks[0].cancel())
    await _end(t, lock, tasks)


async def cancelled_inside_with_the_next(t):
    """Pass the lock to the third when the holder and the second are cancelled at once."""
    for order in (0, 1), (1, 0):
        lock = asyncio.Lock()
        tasks = _start(t, lock, "a", "b", "c")
        await asyncio.sleep(0)
        for index in order:
            t.log(tasks[index].cancel())
        await _end(t, lock, tasks)


async def waiting_with_a_deadline(t):
    """Give up at a deadline, with wait_for() and inside a timeout block."""
    lock, tasks = await _held(t)
    try:
        await asyncio.wait_for(lock.acquire(), 5)
    except TimeoutError as error:
        t.log("wait_for", error, lock.locked())
    try:
        async with asyncio.timeout(5):
            await _hold(t, lock, "main")
    except TimeoutError as error:
        t.log("timeout", error, lock.locked())
    lock.release()
    await asyncio.wait_for(lock.acquire(), 5)
    t.log("holds", lock.locked())


async def deadline_with_the_release(t):
    """Settle a release and a deadline of the same moment, in either order."""
    loop = asyncio.get_running_loop()
    for release_first in True, False:
        lock, tasks = await _held(t)
        now = loop.time()
        if release_first:
            loop.call_at(now + 5, lock.release)
        try:
            async with asyncio.timeout_at(now + 5):
                if not release_first:
                    loop.call_at(now + 5, lock.release)
                tasks = _start(t, lock, "a")
                await lock.acquire()
                t.log("main holds")
                lock.release()
        except TimeoutError as error:
            t.log("main", error, lock.locked())
        await _end(t, lock, tasks)
