"""Cancel a task in each of the states it can be in."""

import asyncio

from trace import Boom


async def _end(t, task):
    """Join a task and log how it ended."""
    try:
        t.log("value", await task)
    except BaseException as error:
        t.log("ended", error, task.cancelled())


async def sleeping_task(t):
    """End a sleeper without waiting; a second cancel is refused."""
    task = asyncio.create_task(asyncio.sleep(10_000, "slept"))
    await asyncio.sleep(5)
    t.log("cancel", task.cancel())
    await _end(t, task)
    t.log("cancel", task.cancel())


async def not_started_task(t):
    """Never run the body of a task cancelled before its first step."""

    async def child():
        t.log("body")

    task = asyncio.create_task(child())
    t.log("cancel", task.cancel("early"), task.cancelling(), task.cancelled())
    await _end(t, task)


async def messages_travel(t):
    """Deliver the message, or none, to whoever reads the outcome."""
    for message in ("text", None):
        for way in ("await", "result", "exception"):
            task = asyncio.create_task(asyncio.sleep(100))
            await asyncio.sleep(0)
            task.cancel(message)
            await asyncio.wait([task])
            try:
                if way == "await":
                    await task
                else:
                    getattr(task, way)()
            except asyncio.CancelledError as error:
                t.log(way, error)


async def bare_yield(t):
    """Cancel a task paused by a zero sleep."""

    async def child():
        t.log("child")
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError as error:
            t.log("caught", error)
            raise

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    t.log("cancel", task.cancel("now"))
    await _end(t, task)


async def awaited_future(t):
    """Cancel the waiting task by cancelling the future it waits on."""
    future = asyncio.get_running_loop().create_future()

    async def child():
        await future

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    t.log("cancel", future.cancel("future"), task.cancelling())
    await _end(t, task)


async def task_and_its_future(t):
    """Deliver one error when both are cancelled in one iteration."""

    async def child(future):
        try:
            await future
        except asyncio.CancelledError as error:
            t.log("caught", error)
            await asyncio.sleep(0)
            t.log("went on")
            raise

    for task_first in (True, False):
        future = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(child(future))
        await asyncio.sleep(0)
        if task_first:
            t.log(task.cancel("task"), future.cancel("future"))
        else:
            t.log(future.cancel("future"), task.cancel("task"))
        await _end(t, task)


async def caught_and_returned(t):
    """Finish with the value of a task that catches the cancel."""

    async def child():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError as error:
            t.log("caught", error)
            return "kept"

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    task.cancel("once")
    await _end(t, task)
    t.log(task.cancelled(), task.cancelling())


async def swallowed_then_awaits(t):
    """Let a task that swallowed the cancel wait for other things."""
    future = asyncio.get_running_loop().create_future()

    async def child():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            t.log("swallowed")
        await asyncio.sleep(10)
        t.log("slept")
        return await future

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    task.cancel()
    asyncio.get_running_loop().call_later(20, future.set_result, "value")
    await _end(t, task)
    t.log(future.cancelled(), task.cancelling())


async def own_task(t):
    """Deliver a self-cancel at the very next suspension."""

    async def child():
        asyncio.current_task().cancel("self")
        t.log("still running")
        await asyncio.sleep(0)
        t.log("not reached")

    await _end(t, asyncio.create_task(child()))


async def own_task_before_a_done_future(t):
    """Keep a self-cancel pending while nothing really suspends."""
    future = asyncio.get_running_loop().create_future()
    future.set_result("value")

    async def child():
        asyncio.current_task().cancel("self")
        t.log(await future)
        t.log("past the done future")
        await asyncio.sleep(5)
        t.log("not reached")

    await _end(t, asyncio.create_task(child()))


async def own_task_at_the_end(t):
    """Drop the value of a task that cancels itself and returns."""

    async def child():
        asyncio.current_task().cancel("self")
        return "value"

    await _end(t, asyncio.create_task(child()))


async def own_task_then_raises(t):
    """Keep the error of a task that cancels itself and fails."""

    async def child():
        asyncio.current_task().cancel("self")
        raise Boom("error")

    await _end(t, asyncio.create_task(child()))


async def own_task_then_joins(t):
    """Cancel the child that a self-cancelled task joins next, and its future."""
    future = asyncio.get_running_loop().create_future()

    async def inner():
        await future

    async def child():
        task = asyncio.create_task(inner())
        await asyncio.sleep(0)
        asyncio.current_task().cancel("self")
        try:
            await task
        finally:
            t.log("inner", task.cancelled(), "future", future.cancelled())

    await _end(t, asyncio.create_task(child()))


async def finished_task(t):
    """Refuse to cancel what is done, whatever the outcome."""

    async def fail():
        raise Boom("error")

    done = asyncio.create_task(asyncio.sleep(0, "value"))
    failed = asyncio.create_task(fail())
    await asyncio.wait([done, failed])
    t.log(done.cancel(), failed.cancel(), done.cancelling())
    await _end(t, done)
    await _end(t, failed)


async def cleanup_may_wait(t):
    """Wait for a cleanup that takes its time."""

    async def child():
        try:
            await asyncio.sleep(100)
        finally:
            t.log("cleanup")
            await asyncio.sleep(10)
            t.log("cleaned")

    task = asyncio.create_task(child())
    await asyncio.sleep(1)
    t.log("cancel", task.cancel())
    await _end(t, task)


async def cleanup_raises(t):
    """Let an error of the cleanup replace the cancel."""

    async def child():
        try:
            await asyncio.sleep(100)
        finally:
            raise Boom("cleanup")

    task = asyncio.create_task(child())
    await asyncio.sleep(1)
    t.log("cancel", task.cancel())
    await _end(t, task)


async def spontaneous_cancelled_error(t):
    """Count a task as cancelled that raises the error by itself."""

    async def child():
        raise asyncio.CancelledError("own idea")

    task = asyncio.create_task(child())
    await _end(t, task)
    t.log(task.cancelling())


async def main_task(t):
    """End the run with the cancel of main."""
    main = asyncio.current_task()
    asyncio.get_running_loop().call_later(10, main.cancel, "main")
    try:
        await asyncio.sleep(100)
    finally:
        t.log("cleanup", main.cancelling())
