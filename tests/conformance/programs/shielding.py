"""Protect a task from the cancel of its waiter with shield()."""

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


async def _fail(ms, message):
    """Raise after a sleep."""
    await asyncio.sleep(ms)
    raise Boom(message)


async def _shielded(t, awaitable):
    """Await something behind a shield and log the cancel that comes instead."""
    try:
        return await asyncio.shield(awaitable)
    except asyncio.CancelledError as error:
        t.log("shield", error)
        raise


async def _end(t, task):
    """Join a task and log how it ended."""
    try:
        t.log("value", await task)
    except BaseException as error:
        t.log("ended", error, task.cancelled())


async def waiter_cancelled(t):
    """Cancel the waiter at once and let the inner task finish."""
    inner = asyncio.create_task(_nap(t, "inner", 20))
    outer = asyncio.create_task(_shielded(t, inner))
    await asyncio.sleep(5)
    t.log("cancel", outer.cancel("outer"))
    await _end(t, outer)
    t.log(inner.done(), inner.cancelling())
    t.log(await inner)


async def inner_cancelled(t):
    """Cancel the waiter when somebody else cancels the inner task."""
    inner = asyncio.create_task(_nap(t, "inner", 20))
    outer = asyncio.create_task(_shielded(t, inner))
    await asyncio.sleep(5)
    t.log("cancel", inner.cancel())
    await _end(t, outer)
    t.log(outer.cancelling())


async def transparent_otherwise(t):
    """Pass values and errors on."""
    t.log(await asyncio.shield(_nap(t, "value", 5)))
    try:
        await asyncio.shield(_fail(5, "error"))
    except Boom as error:
        t.log("raised", error)


async def done_inner_is_returned(t):
    """Return a done task itself instead of a new future."""
    task = asyncio.create_task(_nap(t, "inner", 0))
    await task
    t.log(asyncio.shield(task) is task)
    pending = asyncio.create_task(_nap(t, "pending", 1))
    t.log(asyncio.shield(pending) is pending)
    await pending


async def inner_fails_after_the_cancel(t):
    """Report an error that has lost its waiter."""
    inner = asyncio.create_task(_fail(10, "lost"))
    outer = asyncio.create_task(_shielded(t, inner))
    await asyncio.sleep(5)
    outer.cancel()
    await _end(t, outer)
    await asyncio.sleep(10)
    t.log("over")


async def coroutine_is_started_as_a_task(t):
    """Start a bare coroutine in a task of its own, before it is awaited."""

    async def child():
        t.log("child")

    shielded = asyncio.shield(child())
    t.log("called")
    await asyncio.sleep(0)
    t.log("main", shielded.done())
    await shielded
    t.log("over")


async def cancel_and_result_together(t):
    """Raise the cancel although the inner task has just ended."""
    future = asyncio.get_running_loop().create_future()
    outer = asyncio.create_task(_shielded(t, future))
    await asyncio.sleep(0)
    future.set_result("value")
    t.log("cancel", outer.cancel("together"))
    await _end(t, outer)
    t.log(future.result())


async def cancel_one_iteration_after_the_result(t):
    """Raise the cancel although the shield is done, too."""
    future = asyncio.get_running_loop().create_future()
    outer = asyncio.create_task(_shielded(t, future))
    await asyncio.sleep(0)
    future.set_result("value")
    await asyncio.sleep(0)
    t.log("cancel", outer.cancel("after"))
    await _end(t, outer)


async def waiting_on_after_the_cancel(t):
    """Let the waiter wait for the inner task before it gives in."""
    inner = asyncio.create_task(_nap(t, "inner", 20))

    async def careful():
        try:
            return await asyncio.shield(inner)
        except asyncio.CancelledError:
            t.log("waiting on")
            await inner
            raise

    task = asyncio.create_task(careful())
    await asyncio.sleep(5)
    task.cancel("careful")
    await _end(t, task)


async def cancelled_gather_of_shields(t):
    """Cancel the shields inside a gather, not what they protect."""
    inner = [asyncio.create_task(_nap(t, name, 20)) for name in ("a", "b")]

    async def waiter():
        await asyncio.gather(*(asyncio.shield(task) for task in inner))

    task = asyncio.create_task(waiter())
    await asyncio.sleep(5)
    task.cancel("gather")
    await _end(t, task)
    t.log(inner[0].done(), inner[1].done())
    await asyncio.wait(inner)


async def shielded_gather(t):
    """Protect all the children of a gather."""
    gathered = asyncio.gather(_nap(t, "a", 20), _nap(t, "b", 10))
    task = asyncio.create_task(_shielded(t, gathered))
    await asyncio.sleep(5)
    task.cancel("outer")
    await _end(t, task)
    t.log(await gathered)


async def two_shields_of_one_task(t):
    """Cancel one of two waiters behind shields of their own."""
    inner = asyncio.create_task(_nap(t, "inner", 10))
    first = asyncio.create_task(_shielded(t, inner))
    second = asyncio.create_task(_shielded(t, inner))
    await asyncio.sleep(5)
    first.cancel("first")
    await _end(t, first)
    await _end(t, second)
