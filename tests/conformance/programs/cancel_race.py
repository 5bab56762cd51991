"""Let a cancel and something else happen in one iteration."""

import asyncio

from trace import Boom


async def _end(t, task):
    """Join a task and log how it ended."""
    try:
        t.log("value", await task)
    except BaseException as error:
        t.log("ended", error, task.cancelled(), task.cancelling())


async def _waiter(t, future):
    """Await a future and log the cancel that comes instead."""
    try:
        return await future
    except asyncio.CancelledError as error:
        t.log("caught", error)
        raise


async def _start(t):
    """Start a task that waits on a new future."""
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(_waiter(t, future))
    await asyncio.sleep(0)
    return future, task


async def result_then_cancel(t):
    """Cancel a task that is woken already: its value is lost to it, not to the future."""
    future, task = await _start(t)
    future.set_result("value")
    t.log(task.cancel("cancel"))
    await _end(t, task)
    t.log(future.result())


async def cancel_then_result(t):
    """Refuse the value of a future that the cancel reached first."""
    future, task = await _start(t)
    t.log(task.cancel("cancel"))
    try:
        future.set_result("value")
    except asyncio.InvalidStateError as error:
        t.log("refused", error)
    await _end(t, task)


async def error_then_cancel(t):
    """Let the cancel replace an error that was on its way."""
    future, task = await _start(t)
    future.set_exception(Boom("error"))
    t.log(task.cancel("cancel"))
    await _end(t, task)
    t.log(future.exception())


async def cancel_after_the_wake_up(t):
    """Reach a task that went on to its next wait."""
    future, task = await _start(t)

    async def longer():
        value = await task
        t.log("first", value)
        await asyncio.sleep(5)

    outer = asyncio.create_task(longer())
    await asyncio.sleep(0)
    future.set_result("value")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    t.log(task.done(), outer.cancel("cancel"))
    await _end(t, outer)


async def cancel_in_the_step_of_the_end(t):
    """Cancel a task that ends in the same iteration, before and after its step."""

    async def quick():
        await asyncio.sleep(0)
        return "value"

    first = asyncio.create_task(quick())
    canceller = asyncio.get_running_loop()
    await asyncio.sleep(0)
    canceller.call_soon(lambda: t.log("after", first.cancel("after")))
    await _end(t, first)

    second = asyncio.create_task(quick())
    canceller.call_soon(lambda: canceller.call_soon(lambda: t.log("nothing to do")))
    await asyncio.sleep(0)
    t.log("before", second.cancel("before"))
    await _end(t, second)


async def timer_and_cancel_at_one_instant(t):
    """Let the handle that was armed first decide."""
    loop = asyncio.get_running_loop()
    for cancel_first in (True, False):
        future, task = await _start(t)
        calls = [
            lambda f=future: f.done() or f.set_result("value"),
            lambda k=task: t.log("cancel", k.cancel("cancel")),
        ]
        for call in reversed(calls) if cancel_first else calls:
            loop.call_later(10, call)
        await _end(t, task)


async def sleep_ends_when_cancelled(t):
    """Cancel a sleeper whose timer is due in the same iteration."""
    loop = asyncio.get_running_loop()

    async def child():
        try:
            return await asyncio.sleep(10, "slept")
        except asyncio.CancelledError as error:
            t.log("caught", error)
            raise

    early = asyncio.create_task(child())
    loop.call_later(10, lambda: t.log("cancel early", early.cancel("early")))
    await _end(t, early)
    late = asyncio.create_task(child())
    await asyncio.sleep(0)
    loop.call_later(10, lambda: t.log("cancel late", late.cancel("late")))
    await _end(t, late)


async def cancel_of_a_woken_joiner(t):
    """Cancel a joiner whose task ended in the iteration before."""

    async def quick():
        await asyncio.sleep(0)
        return "value"

    inner = asyncio.create_task(quick())
    outer = asyncio.create_task(_waiter(t, inner))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    t.log(inner.done(), outer.done(), outer.cancel("woken"))
    await _end(t, outer)
    t.log(inner.result())


async def cancel_and_uncancel_of_a_woken_task(t):
    """Give the value to a woken task whose cancel is taken back in time."""
    future, task = await _start(t)
    future.set_result("value")
    t.log(task.cancel("cancel"), task.uncancel())
    await _end(t, task)


async def swallowed_loss(t):
    """Go on after a swallowed cancel that took the place of a value."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def child():
        try:
            t.log("first", await future)
        except asyncio.CancelledError:
            t.log("swallowed")
        t.log("second", await future)

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    future.set_result("value")
    task.cancel()
    await _end(t, task)


async def cancel_before_the_next_suspension(t):
    """Deliver between two waits what came while the task was woken."""
    loop = asyncio.get_running_loop()
    futures = [loop.create_future() for _ in range(3)]

    async def child():
        for index, future in enumerate(futures):
            t.log(index, await future)

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    for index, future in enumerate(futures[:2]):
        future.set_result(index)
    loop.call_soon(lambda: t.log("cancel", task.cancel("between")))
    await _end(t, task)
    t.log(futures[2].cancelled())
