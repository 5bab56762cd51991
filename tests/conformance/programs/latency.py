"""Count the iterations between a trigger and the step that it wakes."""

import asyncio

from trace import Boom


def _settle(t):
    """Make a future that a timer sets to 1 once every party waits."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def fire():
        t.log("set")
        future.set_result(1)

    loop.call_later(10, fire)
    return future


async def _wait_on(future):
    """Return what the future holds."""
    return await future


async def _two_steps(t):
    """Take two steps and say when the last one runs."""
    await asyncio.sleep(0)
    t.log("last step")
    return 2


async def future_set(t):
    """Resume one iteration after a future is set."""
    t.log("resumed", await _settle(t))


async def future_set_through_coroutines(t):
    """Resume a chain of coroutines as fast as a single one."""

    async def middle():
        return await _wait_on(_settle(t))

    t.log("resumed", await middle())


async def zero_sleep(t):
    """Yield exactly one iteration."""
    t.log("before")
    await asyncio.sleep(0)
    t.log("after")


async def timer_sleep(t):
    """Resume one iteration after the timer's own."""
    asyncio.get_running_loop().call_later(10, t.log, "timer")
    await asyncio.sleep(10)
    t.log("after")


async def task_start(t):
    """Take the first step in the next iteration."""

    async def child():
        t.log("first step")

    asyncio.create_task(child())
    t.log("created")
    await asyncio.sleep(0)
    t.log("again")


async def join_last_step(t):
    """Resume one iteration after the last step of the joined task."""
    t.log("joined", await asyncio.create_task(_two_steps(t)))


async def join_through_future(t):
    """Resume two iterations after the future that the joined task waits on."""
    t.log("joined", await asyncio.create_task(_wait_on(_settle(t))))


async def join_through_three_tasks(t):
    """Add one iteration for each task on the way."""
    first = asyncio.create_task(_wait_on(_settle(t)))
    second = asyncio.create_task(_wait_on(first))
    third = asyncio.create_task(_wait_on(second))
    t.log("joined", await third)


async def join_failed_task(t):
    """Deliver an error as fast as a value."""

    async def child():
        await asyncio.sleep(0)
        t.log("raise")
        raise Boom("child")

    try:
        await asyncio.create_task(child())
    except Boom as error:
        t.log("joined", error)


async def wait_for_future(t):
    """Add no iteration for the deadline."""
    t.log("resumed", await asyncio.wait_for(_settle(t), 100))


async def wait_for_without_deadline(t):
    """Add no iteration without a deadline either."""
    t.log("resumed", await asyncio.wait_for(_settle(t), None))


async def wait_for_coroutine(t):
    """Run a coroutine inside the waiting task."""

    async def child():
        t.log("child")
        return await _settle(t)

    t.log("resumed", await asyncio.wait_for(child(), 100))


async def timeout_block(t):
    """Add no iteration for leaving a timeout block."""
    async with asyncio.timeout(100):
        t.log("resumed", await _settle(t))
    t.log("left")


async def shield_future(t):
    """Resume two iterations after the shielded future is set."""
    t.log("resumed", await asyncio.shield(_settle(t)))


async def gather_future(t):
    """Resume two iterations after the gathered future is set."""
    t.log("resumed", await asyncio.gather(_settle(t)))


async def gather_last_step(t):
    """Resume two iterations after the last step of a gathered task."""
    t.log("resumed", await asyncio.gather(_two_steps(t), _two_steps(t)))


async def wait_future(t):
    """Resume two iterations after the awaited future is set."""
    done, pending = await asyncio.wait([_settle(t)])
    t.log("resumed", len(done), len(pending))


async def wait_last_step(t):
    """Resume two iterations after the last step of the awaited task."""
    done, _ = await asyncio.wait([asyncio.create_task(_two_steps(t))])
    t.log("resumed", len(done))


async def as_completed_future(t):
    """Resume two iterations after the future is set."""
    async for future in asyncio.as_completed([_settle(t)]):
        t.log("item", future.result())
    t.log("left")


async def as_completed_last_step(t):
    """Resume two iterations after the last step of a task."""
    async for task in asyncio.as_completed([_two_steps(t), _two_steps(t)]):
        t.log("item", task.result())
    t.log("left")


async def cancel_sleeper(t):
    """Resume the joiner two iterations after the cancel."""
    task = asyncio.create_task(asyncio.sleep(100))
    await asyncio.sleep(0)
    t.log("cancel", task.cancel())
    try:
        await task
    except asyncio.CancelledError:
        t.log("joined", task.cancelled())


async def cancel_not_started(t):
    """Resume the joiner two iterations after the cancel, the task's only step between them."""
    task = asyncio.create_task(asyncio.sleep(100))
    t.log("cancel", task.cancel())
    try:
        await task
    except asyncio.CancelledError:
        t.log("joined", task.cancelled())


async def group_exit_after_future(t):
    """Leave the group three iterations after its child's future is set."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_wait_on(_settle(t)))
    t.log("left")


async def group_exit_after_last_step(t):
    """Leave the group two iterations after its last child's last step."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_two_steps(t))
        group.create_task(_two_steps(t))
    t.log("left")


async def empty_group(t):
    """Leave a group without children in the same step."""
    async with asyncio.TaskGroup():
        t.log("inside")
    t.log("left")


async def event_set(t):
    """Resume one iteration after the event is set."""
    event = asyncio.Event()

    def fire():
        t.log("set")
        event.set()

    asyncio.get_running_loop().call_later(10, fire)
    await event.wait()
    t.log("resumed")


async def lock_release(t):
    """Resume one iteration after the lock is released."""
    lock = asyncio.Lock()
    await lock.acquire()

    def fire():
        t.log("release")
        lock.release()

    asyncio.get_running_loop().call_later(10, fire)
    await lock.acquire()
    t.log("acquired")


async def semaphore_release(t):
    """Resume one iteration after the semaphore is released."""
    semaphore = asyncio.Semaphore(0)

    def fire():
        t.log("release")
        semaphore.release()

    asyncio.get_running_loop().call_later(10, fire)
    await semaphore.acquire()
    t.log("acquired")


async def queue_put(t):
    """Resume one iteration after an item is put."""
    queue = asyncio.Queue()

    def fire():
        t.log("put")
        queue.put_nowait("item")

    asyncio.get_running_loop().call_later(10, fire)
    t.log("got", await queue.get())
