"""Count cancel requests and take them back."""

import asyncio

from trace import Boom


async def _end(t, task):
    """Join a task and log how it ended."""
    try:
        t.log("value", await task)
    except BaseException as error:
        t.log("ended", error, task.cancelled(), task.cancelling())


async def two_requests_one_error(t):
    """Deliver one error for two requests, with the first message if the task waits."""

    async def child():
        for _ in range(2):
            try:
                await asyncio.sleep(10)
                t.log("slept")
            except asyncio.CancelledError as error:
                t.log("caught", error)

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    t.log(task.cancel("first"), task.cancel("second"), task.cancelling())
    await _end(t, task)
    t.log(task.cancelling())


async def two_requests_before_the_start(t):
    """Deliver the last message if the task has not started."""

    async def child():
        t.log("body")

    task = asyncio.create_task(child())
    t.log(task.cancel("first"), task.cancel("second"), task.cancelling())
    await _end(t, task)


async def two_requests_while_running(t):
    """Deliver the last message if the task is running."""

    async def child():
        task = asyncio.current_task()
        t.log(task.cancel("first"), task.cancel("second"), task.cancelling())
        await asyncio.sleep(5)

    await _end(t, asyncio.create_task(child()))


async def two_requests_at_a_bare_yield(t):
    """Deliver the last message if the task's step is scheduled."""

    async def child():
        await asyncio.sleep(0)

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    t.log(task.cancel("first"), task.cancel("second"))
    await _end(t, task)


async def requests_in_different_iterations(t):
    """Deliver one error for each request that is delivered before the next."""

    async def child():
        for _ in range(3):
            try:
                await asyncio.sleep(10)
                t.log("slept")
            except asyncio.CancelledError as error:
                t.log("caught", error, asyncio.current_task().cancelling())

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    task.cancel("first")
    await asyncio.sleep(0)
    task.cancel("second")
    await _end(t, task)


async def uncancel_after_catching(t):
    """Bring the count to zero and be cancelled again later."""

    async def child():
        task = asyncio.current_task()
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError as error:
            t.log("caught", error, task.cancelling(), task.uncancel(), task.cancelling())
        await asyncio.sleep(10)

    task = asyncio.create_task(child())
    await asyncio.sleep(5)
    t.log(task.cancel("first"))
    await asyncio.sleep(5)
    t.log(task.cancelling(), task.cancel("second"), task.cancelling())
    await _end(t, task)


async def uncancel_stops_at_zero(t):
    """Never count below zero."""
    task = asyncio.current_task()
    t.log(task.cancelling(), task.uncancel(), task.uncancel(), task.cancelling())


async def uncancel_before_the_start(t):
    """Run a task whose cancel is taken back before its first step."""

    async def child():
        t.log("body")
        await asyncio.sleep(5)
        return "value"

    task = asyncio.create_task(child())
    t.log(task.cancel("early"), task.uncancel())
    await _end(t, task)


async def uncancel_while_running(t):
    """Never throw a self-cancel that is taken back before it is delivered."""

    async def child():
        task = asyncio.current_task()
        task.cancel("self")
        t.log(task.cancelling(), task.uncancel())
        await asyncio.sleep(5)
        return "value"

    await _end(t, asyncio.create_task(child()))


async def uncancel_one_of_two(t):
    """Deliver a self-cancel while one request is left."""

    async def child():
        task = asyncio.current_task()
        task.cancel("first")
        task.cancel("second")
        t.log(task.uncancel())
        await asyncio.sleep(5)

    await _end(t, asyncio.create_task(child()))


async def uncancel_too_late(t):
    """Deliver the error all the same when the awaited future is cancelled already."""

    async def child():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError as error:
            t.log("caught", error, asyncio.current_task().cancelling())
        return "value"

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    t.log(task.cancel("sent"), task.uncancel(), task.cancelling())
    await _end(t, task)


async def uncancel_at_a_bare_yield(t):
    """Take back a cancel of a task whose step is scheduled."""

    async def child():
        await asyncio.sleep(0)
        return "value"

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    t.log(task.cancel("sent"), task.uncancel())
    await _end(t, task)


async def count_survives_the_end(t):
    """Keep the count of requests after the task is done."""

    async def child():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            raise Boom("converted")

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    task.cancel()
    task.cancel()
    await _end(t, task)
    t.log(task.cancel(), task.cancelling())


async def handmade_timeout(t):
    """Write a timeout by hand: flag, cancel, uncancel."""

    async def limited(delay):
        task = asyncio.current_task()
        fired = False

        def fire():
            nonlocal fired
            fired = True
            task.cancel("deadline")

        timer = asyncio.get_running_loop().call_later(10, fire)
        try:
            return await asyncio.sleep(delay, "value")
        except asyncio.CancelledError as error:
            timer.cancel()
            if fired and task.uncancel() == 0:
                return error
            raise
        finally:
            timer.cancel()

    t.log(await limited(5))
    t.log(await limited(50))
    t.log(asyncio.current_task().cancelling())
    outer = asyncio.create_task(limited(50))
    await asyncio.sleep(5)
    outer.cancel("outside")
    await _end(t, outer)


async def handmade_timeout_and_outer_cancel(t):
    """Let an outer cancel of the same iteration win over a deadline made by hand."""

    async def child():
        task = asyncio.current_task()
        asyncio.get_running_loop().call_later(10, task.cancel, "deadline")
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError as error:
            t.log("caught", error, task.uncancel())
            raise

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_later(10, task.cancel, "outside")
    await _end(t, task)
