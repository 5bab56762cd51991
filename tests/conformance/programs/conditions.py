"""Wait for a notification under a lock."""

import asyncio

from trace import Boom


async def _wait(t, condition, name):
    """Wait once for a notification and log how it ends."""
    async with condition:
        try:
            await condition.wait()
        except asyncio.CancelledError as error:
            t.log(name, "gives up", error, condition.locked())
            raise
        t.log(name, "goes on", condition.locked())
    t.log(name, "left")


async def _waited(t, *names):
    """Make a condition that a task for each name waits on."""
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(_wait(t, condition, name)) for name in names]
    await asyncio.sleep(0)
    return condition, tasks


async def _notify(condition, n=1):
    """Notify under the lock."""
    async with condition:
        condition.notify(n)


async def _end(t, condition, tasks):
    """Notify whoever still waits, wait for the tasks and log how they ended."""
    await asyncio.sleep(5)
    t.log("notify all", [task.done() for task in tasks])
    async with condition:
        condition.notify_all()
    await asyncio.wait(tasks)
    t.log("ended", [task.cancelled() for task in tasks], condition.locked())


async def notified_in_order(t):
    """Wake as many as asked for, in the order of their arrival."""
    condition, tasks = await _waited(t, "a", "b", "c", "d", "e")
    for n in 1, 0, 2:
        t.log("notify", n)
        await _notify(condition, n)
        await asyncio.sleep(1)
    await _end(t, condition, tasks)


async def more_notifications_than_waiters(t):
    """Forget the notifications that nobody waits for."""
    condition, tasks = await _waited(t, "a")
    await _notify(condition, 3)
    tasks.append(asyncio.create_task(_wait(t, condition, "late")))
    await _end(t, condition, tasks)


async def without_the_lock(t):
    """Refuse to wait or to notify while nobody holds the lock."""
    condition = asyncio.Condition()
    for attempt in condition.notify, condition.notify_all:
        try:
            attempt()
        except RuntimeError as error:
            t.log("notify", error)
    try:
        await condition.wait()
    except RuntimeError as error:
        t.log("wait", error)
    try:
        await condition.wait_for(lambda: False)
    except RuntimeError as error:
        t.log("wait_for", error)
    t.log("wait_for", await condition.wait_for(lambda: "met"), condition.locked())


async def predicate_is_checked_under_the_lock(t):
    """Return the predicate's value after as many wake-ups as it takes."""
    condition = asyncio.Condition()
    items = []

    async def consumer():
        async with condition:
            value = await condition.wait_for(lambda: t.log("check", len(items), condition.locked()) or len(items) // 2)
            t.log("met", value)

    task = asyncio.create_task(consumer())
    for item in 1, 2:
        await asyncio.sleep(1)
        items.append(item)
        await _notify(condition)
    await task


async def predicate_raises(t):
    """Let the predicate's error out with the lock held."""
    condition = asyncio.Condition()
    checks = []

    def predicate():
        checks.append(1)
        if len(checks) == 2:
            raise Boom("predicate")
        return False

    asyncio.get_running_loop().call_later(1, lambda: asyncio.create_task(_notify(condition)))
    await condition.acquire()
    try:
        await condition.wait_for(predicate)
    except Boom as error:
        t.log("caught", error, condition.locked())
    condition.release()


async def notified_waiter_queues_for_the_lock(t):
    """Let whoever waits for the lock already pass before the notified one."""
    condition, tasks = await _waited(t, "a", "b")
    await condition.acquire()

    async def newcomer(name):
        async with condition:
            t.log(name, "holds")
            await asyncio.sleep(1)

    tasks.append(asyncio.create_task(newcomer("early")))
    await asyncio.sleep(0)
    condition.notify()
    tasks.append(asyncio.create_task(newcomer("late")))
    t.log("notified")
    await asyncio.sleep(1)
    condition.release()
    await _end(t, condition, tasks)


async def timeout_leaves_the_lock_held(t):
    """Hold the lock again when a deadline has passed."""
    condition = asyncio.Condition()
    async with condition:
        try:
            await asyncio.wait_for(condition.wait(), 5)
        except TimeoutError as error:
            t.log("wait_for", error, condition.locked())
        try:
            async with asyncio.timeout(5):
                await condition.wait_for(lambda: False)
        except TimeoutError as error:
            t.log("timeout", error, condition.locked())
    t.log("left", condition.locked())


async def timeout_with_a_contested_lock(t):
    """Let a deadline pass late when the lock is taken."""
    condition = asyncio.Condition()

    async def holder():
        async with condition:
            t.log("holder holds")
            await asyncio.sleep(9)

    async with condition:
        task = asyncio.create_task(holder())
        try:
            async with asyncio.timeout(5):
                await condition.wait()
        except TimeoutError as error:
            t.log("timeout", error, task.done())


async def one_lock_for_two_conditions(t):
    """Notify the waiters of one condition alone."""
    lock = asyncio.Lock()
    full, empty = asyncio.Condition(lock), asyncio.Condition(lock)
    tasks = [asyncio.create_task(_wait(t, condition, name)) for condition, name in ((full, "full"), (empty, "empty"))]
    await asyncio.sleep(0)
    async with lock:
        t.log("locked", full.locked(), empty.locked())
        empty.notify_all()
    await _end(t, full, tasks)


async def bounded_buffer(t):
    """Move items from a producer to two consumers."""
    condition = asyncio.Condition()
    items = []

    async def producer():
        for item in range(4):
            async with condition:
                await condition.wait_for(lambda: len(items) < 2)
                items.append(item)
                t.log("produced", item)
                condition.notify_all()

    async def consumer(name):
        for _ in range(2):
            async with condition:
                await condition.wait_for(lambda: items)
                t.log(name, "consumed", items.pop(0))
                condition.notify_all()
            await asyncio.sleep(1)

    await asyncio.gather(consumer("a"), consumer("b"), producer())
