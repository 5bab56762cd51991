"""Follow a cancel through coroutines, tasks that await tasks, and callbacks."""

import asyncio

from trace import Boom


async def _end(t, name, task):
    """Join a task and log how it ended."""
    try:
        t.log(name, "value", await task)
    except BaseException as error:
        t.log(name, "ended", error, task.cancelled(), task.cancelling())


async def _guarded(t, name, awaitable):
    """Await something and log the cancel that comes instead."""
    try:
        return await awaitable
    except asyncio.CancelledError as error:
        t.log(name, "caught", error)
        raise


async def through_nested_coroutines(t):
    """Unwind a chain of coroutines in one step, innermost first."""

    async def inner():
        await _guarded(t, "inner", asyncio.sleep(100))

    async def outer():
        await _guarded(t, "outer", _guarded(t, "middle", inner()))

    task = asyncio.create_task(outer())
    await asyncio.sleep(5)
    task.cancel("chain")
    await _end(t, "task", task)


async def swallowed_by_the_outer_coroutine(t):
    """Let an outer coroutine swallow what cancelled the inner one."""
    future = asyncio.get_running_loop().create_future()

    async def inner():
        await _guarded(t, "inner", future)

    async def outer():
        try:
            await inner()
        except asyncio.CancelledError:
            return "swallowed"

    task = asyncio.create_task(outer())
    await asyncio.sleep(0)
    t.log(task.cancel(), future.cancelled())
    await _end(t, "task", task)


async def through_three_tasks(t):
    """Reach the innermost task at once and each waiter one iteration after the task before it."""
    inner = asyncio.create_task(_guarded(t, "inner", asyncio.sleep(100)))
    middle = asyncio.create_task(_guarded(t, "middle", inner))
    outer = asyncio.create_task(_guarded(t, "outer", middle))
    await asyncio.sleep(5)
    t.log(outer.cancel("deep"))
    t.log(inner.cancelling(), middle.cancelling(), outer.cancelling())
    await _end(t, "outer", outer)
    t.log(inner.cancelled(), middle.cancelled())


async def inner_task_swallows(t):
    """Give the waiter the value of the task that swallowed its cancel."""

    async def stubborn():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            t.log("swallowed")
        await asyncio.sleep(5)
        return "value"

    inner = asyncio.create_task(stubborn())
    outer = asyncio.create_task(_guarded(t, "outer", inner))
    await asyncio.sleep(0)
    t.log(outer.cancel())
    await _end(t, "outer", outer)
    t.log(outer.cancelling(), inner.cancelling())


async def inner_task_converts(t):
    """Give the waiter the error its inner task raised instead."""

    async def converting():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            raise Boom("converted")

    inner = asyncio.create_task(converting())
    outer = asyncio.create_task(_guarded(t, "outer", inner))
    await asyncio.sleep(0)
    outer.cancel()
    await _end(t, "outer", outer)


async def inner_task_cancelled_alone(t):
    """Cancel the waiters of a cancelled task without counting a request."""
    inner = asyncio.create_task(_guarded(t, "inner", asyncio.sleep(100)))
    first = asyncio.create_task(_guarded(t, "first", inner))
    second = asyncio.create_task(asyncio.sleep(10, "second sleeps"))
    await asyncio.sleep(0)
    t.log(inner.cancel("inner"))
    await _end(t, "first", first)
    await _end(t, "second", second)


async def one_of_two_joiners(t):
    """Take the other joiner down through the shared task."""
    shared = asyncio.create_task(_guarded(t, "shared", asyncio.sleep(100)))
    first = asyncio.create_task(_guarded(t, "first", shared))
    second = asyncio.create_task(_guarded(t, "second", shared))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first, second])
    t.log(first.cancelling(), second.cancelling(), second.cancelled())


async def second_cancel_during_cleanup(t):
    """Interrupt the cleanup with a second cancel."""

    async def child():
        try:
            await asyncio.sleep(100)
        finally:
            t.log("cleanup")
            try:
                await asyncio.sleep(50)
            finally:
                t.log("cleanup of the cleanup")

    task = asyncio.create_task(child())
    await asyncio.sleep(1)
    task.cancel("first")
    await asyncio.sleep(1)
    task.cancel("second")
    await _end(t, "task", task)


async def cancel_in_a_callback(t):
    """Cancel a task from a done callback of what it waits on."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def child():
        value = await future
        t.log("not reached", value)

    future.add_done_callback(lambda _: t.log("cancel", task.cancel("callback")))
    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    future.set_result("lost")
    await _end(t, "task", task)
    t.log(future.result())


async def cancel_in_a_later_callback(t):
    """Lose to the wake-up when the cancelling callback comes after it."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def child():
        t.log("value", await future)
        await asyncio.sleep(5)

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    future.add_done_callback(lambda _: t.log("cancel", task.cancel("callback")))
    future.set_result("kept")
    await _end(t, "task", task)


async def task_cancels_its_joiner(t):
    """Cancel the very task that waits for the canceller."""
    main = asyncio.current_task()

    async def child():
        t.log("cancel", main.cancel("from the child"))
        await asyncio.sleep(5)
        t.log("not reached")

    task = asyncio.create_task(_guarded(t, "child", child()))
    try:
        await task
    except asyncio.CancelledError as error:
        t.log("main", error, main.uncancel(), task.cancelled())


async def tasks_cancel_each_other(t):
    """Let the first of two tasks cancel the other before that can cancel back."""
    tasks = []

    async def child(index):
        await asyncio.sleep(5)
        t.log(index, "cancels", tasks[1 - index].cancel())
        await asyncio.sleep(5)
        t.log(index, "slept")

    tasks.extend(asyncio.create_task(child(i)) for i in range(2))
    await asyncio.wait(tasks)
    t.log(tasks[0].cancelled(), tasks[1].cancelled())


async def cancelled_again_and_again(t):
    """Survive three cancels by swallowing each of them."""

    async def child():
        caught = 0
        while caught < 3:
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError as error:
                caught += 1
                t.log("caught", error)
        return caught

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    for i in range(3):
        t.log(task.cancel(f"number {i}"))
        await asyncio.sleep(i)
    await _end(t, "task", task)


async def sleep_timer_is_withdrawn(t):
    """Leave no timer behind that would hold the clock."""
    tasks = [asyncio.create_task(asyncio.sleep(1000 + i)) for i in range(3)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await asyncio.sleep(1)
    t.log("main")
