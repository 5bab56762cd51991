"""Wait for one thing with a deadline by wait_for()."""

import asyncio

from trace import Boom


async def _nap(t, name, ms):
    """Sleep and log the end or the cancel."""
    try:
        await asyncio.sleep(ms)
        t.log(name, "slept")
        return name
    except asyncio.CancelledError as error:
        t.log(name, "caught", error)
        raise


async def _linger(t, ms, error=None, value=None):
    """Take some time after the cancel, then raise, or return, or let it pass."""
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        t.log("cleanup")
        await asyncio.sleep(ms)
        t.log("cleaned")
        if error is not None:
            raise error
        if value is not None:
            return value
        raise


async def _limited(t, awaitable, ms):
    """Log what wait_for returns or raises, and the cause."""
    try:
        t.log("value", await asyncio.wait_for(awaitable, ms))
    except (TimeoutError, Boom) as error:
        t.log("raised", error, "cause", error.__cause__)


async def in_time(t):
    """Return the value of what ends in time and leave no timer behind."""
    await _limited(t, _nap(t, "quick", 5), 1000)
    await asyncio.sleep(1)
    t.log("slept")


async def too_late(t):
    """Cancel what is late and raise with the cancel as the cause."""
    await _limited(t, _nap(t, "slow", 100), 10)
    t.log(asyncio.current_task().cancelling())


async def late_task(t):
    """Cancel a task that is late."""
    task = asyncio.create_task(_nap(t, "slow", 100))
    await _limited(t, task, 10)
    t.log(task.cancelled(), task.cancelling())


async def without_deadline(t):
    """Wait as long as it takes."""
    await _limited(t, _nap(t, "patient", 500), None)


async def zero_with_coroutine(t):
    """Never start a coroutine when there is no time."""
    for ms in (0, -5):
        await _limited(t, _nap(t, "never", 1), ms)


async def zero_with_done_future(t):
    """Return what is there already when there is no time."""
    future = asyncio.get_running_loop().create_future()
    future.set_result("ready")
    failed = asyncio.get_running_loop().create_future()
    failed.set_exception(Boom("ready"))
    await _limited(t, future, 0)
    await _limited(t, failed, -1)


async def zero_with_running_task(t):
    """Cancel a running task and wait for its cleanup when there is no time."""
    task = asyncio.create_task(_linger(t, 10))
    await asyncio.sleep(1)
    await _limited(t, task, 0)
    t.log(task.cancelled())


async def zero_with_stubborn_task(t):
    """Return the value of a task that swallows the cancel."""
    task = asyncio.create_task(_linger(t, 10, value="kept"))
    await asyncio.sleep(1)
    await _limited(t, task, 0)


async def cleanup_outlives_the_deadline(t):
    """Raise only after the cleanup has ended."""
    await _limited(t, _linger(t, 30), 10)


async def cleanup_of_a_task_outlives_the_deadline(t):
    """Raise only after the cleanup of an own task has ended."""
    await _limited(t, asyncio.create_task(_linger(t, 30)), 10)


async def cleanup_raises(t):
    """Let an error of the cleanup take the place of the timeout."""
    await _limited(t, _linger(t, 5, error=Boom("cleanup")), 10)
    await _limited(t, asyncio.create_task(_linger(t, 5, error=Boom("task"))), 10)


async def cancel_suppressed(t):
    """Return the value that takes the place of the cancel."""
    await _limited(t, _linger(t, 5, value="kept"), 10)
    await _limited(t, asyncio.create_task(_linger(t, 5, value="task")), 10)


async def inner_cancels_itself(t):
    """Pass on a cancel that has nothing to do with the deadline."""
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(5, future.cancel, "inner")
    try:
        await asyncio.wait_for(future, 100)
    except asyncio.CancelledError as error:
        t.log("raised", error, asyncio.current_task().cancelling())


async def outer_cancel(t):
    """Cancel the inner task with the waiter, with and without a deadline."""
    for ms in (100, None):
        inner = asyncio.create_task(_nap(t, "inner", 50))
        outer = asyncio.create_task(asyncio.wait_for(inner, ms))
        await asyncio.sleep(5)
        t.log("cancel", outer.cancel("outer"))
        try:
            await outer
        except asyncio.CancelledError as error:
            t.log("ended", error, outer.cancelled(), inner.cancelled())


async def outer_cancel_and_result_together(t):
    """Let the cancel win over a value of the same iteration."""
    future = asyncio.get_running_loop().create_future()

    async def waiter():
        t.log("not reached", await asyncio.wait_for(future, 100))

    outer = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    future.set_result("value")
    t.log("cancel", outer.cancel("together"))
    try:
        await outer
    except asyncio.CancelledError as error:
        t.log("ended", error)


async def outer_cancel_and_deadline_together(t):
    """Let an outside cancel of the same instant win over the deadline."""
    loop = asyncio.get_running_loop()

    async def waiter():
        try:
            await asyncio.wait_for(_nap(t, "inner", 100), 10)
        finally:
            t.log("count", asyncio.current_task().cancelling())

    for early in (True, False):
        outer = asyncio.create_task(waiter())
        if early:
            loop.call_later(10, outer.cancel, "outside")
        await asyncio.sleep(0)
        if not early:
            loop.call_later(10, outer.cancel, "outside")
        try:
            await outer
        except asyncio.CancelledError as error:
            t.log("ended", error)


async def result_and_deadline_together(t):
    """Time out when the timer runs before the wake-up, although the value is there."""
    loop = asyncio.get_running_loop()
    for early in (True, False):
        future = loop.create_future()
        if early:
            loop.call_later(10, future.set_result, "value")
        waiter = asyncio.create_task(_limited(t, future, 10))
        await asyncio.sleep(0)
        if not early:
            loop.call_later(10, lambda f=future: t.log("done", f.done()))
        await waiter


async def result_one_instant_earlier(t):
    """Return a value that comes an iteration before the deadline."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(9.5, future.set_result, "value")
    await _limited(t, future, 10)


async def shielded_task_survives(t):
    """Leave a shielded task running after the timeout."""
    task = asyncio.create_task(_nap(t, "inner", 20))
    await _limited(t, asyncio.shield(task), 10)
    t.log(task.done(), task.cancelling())
    await _limited(t, asyncio.shield(task), 0)
    t.log(await task)


async def nested_deadlines(t):
    """Let the nearer deadline time out, inside or outside."""
    await _limited(t, asyncio.wait_for(_nap(t, "inner near", 100), 5), 10)
    await _limited(t, asyncio.wait_for(_nap(t, "outer near", 100), 10), 5)


async def loop_of_polls(t):
    """Poll a shielded task with a short deadline again and again."""
    task = asyncio.create_task(_nap(t, "inner", 25))
    while True:
        try:
            t.log("value", await asyncio.wait_for(asyncio.shield(task), 10))
            break
        except TimeoutError as error:
            t.log("raised", error)
