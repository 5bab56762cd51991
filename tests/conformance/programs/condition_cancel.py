"""Cancel what waits for a notification: it holds the lock again, and the notification is not lost."""

import asyncio


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


async def _end(t, condition, tasks):
    """Notify whoever still waits, wait for the tasks and log how they ended."""
    await asyncio.sleep(5)
    t.log("notify all", [task.done() for task in tasks])
    async with condition:
        condition.notify_all()
    await asyncio.wait(tasks)
    t.log("ended", [task.cancelled() for task in tasks], condition.locked())


async def cancelled_with_a_free_lock(t):
    """Take the lock again before the cancel is raised; whoever waits too is notified for nothing."""
    condition, tasks = await _waited(t, "a", "b", "c")
    t.log(tasks[0].cancel("cancel"))
    await _end(t, condition, tasks)


async def cancelled_with_a_contested_lock(t):
    """Raise the cancel only when the lock is free again."""
    condition, tasks = await _waited(t, "a")
    async with condition:
        t.log(tasks[0].cancel("cancel"))
        await asyncio.sleep(3)
        t.log("main leaves")
    await _end(t, condition, tasks)


async def cancelled_while_taking_the_lock_again(t):
    """Pass the notification on when the notified waiter is cancelled before it has the lock."""
    condition, tasks = await _waited(t, "a", "b", "c")
    async with condition:
        condition.notify()
        await asyncio.sleep(1)
        t.log(tasks[0].cancel("cancel"))
        await asyncio.sleep(1)
        t.log("main leaves")
    await _end(t, condition, tasks)


async def latest_cancel_is_raised(t):
    """Keep on taking the lock through any number of cancels and raise the last one."""
    condition, tasks = await _waited(t, "a")
    async with condition:
        for message in "first", "second", "third":
            t.log(tasks[0].cancel(message), tasks[0].cancelling())
            await asyncio.sleep(1)
        t.log("main leaves")
    await _end(t, condition, tasks)


async def two_cancels_in_one_step(t):
    """Count two requests of one step as one cancel."""
    condition, tasks = await _waited(t, "a")
    async with condition:
        condition.notify()
        await asyncio.sleep(1)
        t.log(tasks[0].cancel("first"), tasks[0].cancel("second"), tasks[0].cancelling())
        await asyncio.sleep(1)
    await _end(t, condition, tasks)


async def notify_then_cancel(t):
    """Pass the notification on when the waiter is cancelled in the same step."""
    condition, tasks = await _waited(t, "a", "b", "c")
    async with condition:
        condition.notify()
        t.log(tasks[0].cancel("cancel"))
    await _end(t, condition, tasks)


async def cancel_then_notify(t):
    """Notify the next one when the first is cancelled already."""
    condition, tasks = await _waited(t, "a", "b", "c")
    async with condition:
        t.log(tasks[0].cancel("cancel"))
        condition.notify()
    await _end(t, condition, tasks)


async def cancel_of_two_notified(t):
    """Pass two notifications on."""
    condition, tasks = await _waited(t, "a", "b", "c", "d", "e")
    async with condition:
        condition.notify(2)
        for task in tasks[:2]:
            task.cancel()
    await _end(t, condition, tasks)


async def cancel_with_the_release(t):
    """Cancel a notified waiter in the step that releases the lock, before and after the release."""
    for cancel_first in True, False:
        condition, tasks = await _waited(t, "a", "b")
        await condition.acquire()
        condition.notify()
        await asyncio.sleep(1)
        if cancel_first:
            tasks[0].cancel()
        condition.release()
        if not cancel_first:
            tasks[0].cancel()
        await _end(t, condition, tasks)


async def cancelled_before_waiting(t):
    """Release the lock for a moment although the cancel is known already."""
    condition, tasks = await _waited(t, "a")

    async def late():
        async with condition:
            asyncio.current_task().cancel("late")
            await condition.wait()

    tasks.append(asyncio.create_task(late()))
    await asyncio.sleep(0)
    t.log("after its step", condition.locked())
    await _end(t, condition, tasks)
