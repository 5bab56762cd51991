"""End the main task while other work is left."""

import asyncio

from trace import Boom


async def _nap(t, name, cleanup=0):
    """Sleep for long, log the cancel, and take some time for the cleanup."""
    try:
        await asyncio.sleep(1000)
    except asyncio.CancelledError as error:
        t.log(name, "caught", error)
        if cleanup:
            await asyncio.sleep(cleanup)
            t.log(name, "cleaned")
        raise


async def tasks_are_cancelled_together(t):
    """Cancel all tasks that are left in one go and wait for their cleanup."""
    for name, cleanup in (("a", 10), ("b", 0), ("c", 5)):
        asyncio.create_task(_nap(t, name, cleanup))
    await asyncio.sleep(1)
    t.log("main over")


async def task_created_in_the_last_step(t):
    """Start a task created in the last step before the run ends and cancels it."""
    asyncio.create_task(_nap(t, "late", 0)).add_done_callback(
        lambda task: t.log("done", task.cancelled())
    )
    t.log("main over")


async def error_during_the_shutdown(t):
    """Report the error of a task that fails while it is being cancelled."""

    async def child():
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            await asyncio.sleep(5)
            raise Boom("cleanup")

    asyncio.create_task(child())
    asyncio.create_task(_nap(t, "other"))
    await asyncio.sleep(1)
    t.log("main over")


async def swallowed_cancel_is_waited_for(t):
    """Wait for a task that goes on in spite of the cancel."""

    async def child():
        try:
            await asyncio.sleep(1000)
        except asyncio.CancelledError:
            t.log("swallowed")
        await asyncio.sleep(20)
        t.log("child over")

    asyncio.create_task(child())
    await asyncio.sleep(1)
    t.log("main over")


async def callbacks_and_timers_at_the_end(t):
    """Run callbacks that are queued already and drop timers that are not due."""
    loop = asyncio.get_running_loop()
    loop.call_later(50, t.log, "not reached")
    await asyncio.sleep(0)
    loop.call_soon(t.log, "callback")
    t.log("main over")


async def timers_during_the_shutdown(t):
    """Fire timers that come due while the cleanup of a task goes on."""
    loop = asyncio.get_running_loop()
    asyncio.create_task(_nap(t, "slow", 20))
    await asyncio.sleep(1)
    loop.call_later(10, t.log, "timer")
    loop.call_later(100, t.log, "not reached")
    t.log("main over")


async def cancelled_main(t):
    """Cancel what is left when main ends cancelled."""
    asyncio.create_task(_nap(t, "left"))
    await asyncio.sleep(0)
    asyncio.current_task().cancel("main")
    await asyncio.sleep(0)


async def failed_task_left_behind(t):
    """Report the error of a task nobody joined, in the end."""

    async def child():
        raise Boom("left behind")

    asyncio.create_task(child())
    await asyncio.sleep(1)
    t.log("main over")


async def group_left_behind(t):
    """Cancel the group of a task that is left, children included."""

    async def family():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_nap(t, "a", 5))
                group.create_task(_nap(t, "b"))
        finally:
            t.log("family over")

    asyncio.create_task(family())
    await asyncio.sleep(1)
    t.log("main over")
