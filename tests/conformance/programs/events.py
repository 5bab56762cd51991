"""Wait for an event to be set."""

import asyncio


async def _await(t, event, name):
    """Wait once and log how it ends."""
    try:
        await event.wait()
    except asyncio.CancelledError as error:
        t.log(name, "gives up", error, event.is_set())
        raise
    t.log(name, "passes", event.is_set())


async def _waited(t, *names):
    """Make an event that a task for each name waits for."""
    event = asyncio.Event()
    tasks = [asyncio.create_task(_await(t, event, name)) for name in names]
    await asyncio.sleep(0)
    return event, tasks


async def _end(t, tasks):
    """Wait for the tasks and log how they ended."""
    await asyncio.wait(tasks)
    t.log("ended", [task.cancelled() for task in tasks])


async def set_wakes_all_in_order(t):
    """Wake every waiter, in the order of their arrival."""
    event, tasks = await _waited(t, "a", "b", "c")
    event.set()
    t.log("set", event.is_set())
    await _end(t, tasks)


async def set_event_does_not_yield(t):
    """Pass a set event in the same step, and again after clear() only when it is set again."""
    event = asyncio.Event()
    event.set()
    event.set()
    asyncio.get_running_loop().call_soon(t.log, "callback")
    await event.wait()
    await event.wait()
    t.log("passed twice")
    event.clear()
    event.clear()
    asyncio.get_running_loop().call_later(5, event.set)
    await event.wait()
    t.log("passed again")


async def set_then_clear(t):
    """Wake the present waiters, although the event is clear again when they run."""
    event, tasks = await _waited(t, "a", "b")
    event.set()
    event.clear()
    tasks.append(asyncio.create_task(_await(t, event, "late")))
    await asyncio.sleep(5)
    t.log("set again")
    event.set()
    await _end(t, tasks)


async def clear_then_wait_in_a_woken_task(t):
    """Let a woken waiter clear the event for itself, not for those woken with it."""
    event = asyncio.Event()

    async def consumer(name):
        for _ in range(2):
            await event.wait()
            t.log(name, "passes", event.is_set())
            event.clear()

    tasks = [asyncio.create_task(consumer(name)) for name in "ab"]
    for _ in range(3):
        await asyncio.sleep(5)
        t.log("set")
        event.set()
    await _end(t, tasks)


async def cancelled_waiter_leaves(t):
    """Forget a cancelled waiter."""
    event, tasks = await _waited(t, "a", "b")
    t.log(tasks[0].cancel("cancel"))
    await asyncio.sleep(1)
    event.set()
    await _end(t, tasks)


async def set_then_cancel(t):
    """Cancel a waiter that is woken already: its wake-up is nobody else's."""
    event, tasks = await _waited(t, "a", "b")
    event.set()
    t.log(tasks[0].cancel("cancel"))
    await _end(t, tasks)


async def cancel_then_set(t):
    """Set the event after a waiter was cancelled, before it runs."""
    event, tasks = await _waited(t, "a", "b")
    t.log(tasks[0].cancel("cancel"))
    event.set()
    await _end(t, tasks)


async def set_then_cancel_taken_back(t):
    """Let a woken waiter pass when the cancel is taken back in time."""
    event, tasks = await _waited(t, "a")
    event.set()
    t.log(tasks[0].cancel(), tasks[0].uncancel())
    await _end(t, tasks)


async def set_in_the_cleanup_of_a_waiter(t):
    """Let a cancelled waiter wake the others."""
    event, tasks = await _waited(t, "a", "b")

    async def setter():
        try:
            await event.wait()
        finally:
            t.log("setter sets")
            event.set()

    tasks.insert(0, asyncio.create_task(setter()))
    await asyncio.sleep(0)
    tasks[0].cancel()
    await _end(t, tasks)


async def waiting_with_a_deadline(t):
    """Give up at a deadline, with wait_for() and inside a timeout block."""
    event, _ = await _waited(t)
    try:
        await asyncio.wait_for(event.wait(), 5)
    except TimeoutError as error:
        t.log("wait_for", error)
    try:
        async with asyncio.timeout(5):
            await _await(t, event, "main")
    except TimeoutError as error:
        t.log("timeout", error)
    asyncio.get_running_loop().call_later(5, event.set)
    await asyncio.wait_for(event.wait(), 10)
    t.log("passed")


async def deadline_with_the_set(t):
    """Settle a set() and a deadline of the same moment, in either order."""
    loop = asyncio.get_running_loop()
    for set_first in True, False:
        event, _ = await _waited(t)
        now = loop.time()
        if set_first:
            loop.call_at(now + 5, event.set)
        try:
            async with asyncio.timeout_at(now + 5):
                if not set_first:
                    loop.call_at(now + 5, event.set)
                await _await(t, event, "main")
        except TimeoutError as error:
            t.log("main", error)
