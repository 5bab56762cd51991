"""Carry context variables through tasks and callbacks."""

import asyncio
import contextvars

_place = contextvars.ContextVar("place", default="nowhere")


async def child_gets_a_snapshot(t):
    """Give a task the values of its creation and keep its changes from the creator."""

    async def child():
        t.log("child", _place.get())
        _place.set("child")
        await asyncio.sleep(0)
        t.log("child", _place.get())

    _place.set("main")
    task = asyncio.create_task(child())
    _place.set("main later")
    await task
    t.log("main", _place.get())


async def inline_coroutine_shares(t):
    """Share the context with a coroutine that is awaited inline."""

    async def inner():
        _place.set("inner")
        await asyncio.sleep(0)

    _place.set("main")
    await inner()
    t.log(_place.get())


async def parallel_tasks_are_isolated(t):
    """Keep what parallel tasks set apart."""

    async def child(index):
        _place.set(f"place {index}")
        await asyncio.sleep(10 - index)
        t.log(index, _place.get())

    await asyncio.gather(*(child(i) for i in range(4)))
    t.log("main", _place.get())


async def callbacks_copy_when_scheduled(t):
    """Run callbacks and timers in the context of their scheduling."""
    loop = asyncio.get_running_loop()

    def callback(name):
        t.log(name, _place.get())
        _place.set("callback")

    _place.set("first")
    loop.call_soon(callback, "soon")
    loop.call_later(5, callback, "timer")
    _place.set("second")
    loop.call_soon(callback, "later soon")
    await asyncio.sleep(10)
    t.log("main", _place.get())


async def done_callbacks_copy_when_added(t):
    """Run done callbacks in the context of their registration."""
    future = asyncio.get_running_loop().create_future()
    _place.set("first")
    future.add_done_callback(lambda _: t.log("a", _place.get()))
    _place.set("second")
    future.add_done_callback(lambda _: t.log("b", _place.get()))
    _place.set("third")
    future.set_result(None)
    await asyncio.sleep(0)
    t.log("main", _place.get())


async def explicit_context_is_shared(t):
    """Let tasks share the context they are given."""
    context = contextvars.copy_context()

    async def writer():
        _place.set("written")

    async def reader():
        t.log("reader", _place.get())

    await asyncio.create_task(writer(), context=context)
    await asyncio.create_task(reader(), context=context)
    t.log("main", _place.get(), context.run(_place.get))


async def tokens_restore(t):
    """Restore the value from before a set, default included."""
    first = _place.set("first")
    second = _place.set("second")
    t.log(_place.get())
    _place.reset(second)
    t.log(_place.get())
    _place.reset(first)
    t.log(_place.get())


async def kept_across_suspensions(t):
    """Keep the values of a task across every way to suspend."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(5, future.set_result, None)

    async def nothing():
        _place.set("nothing")

    _place.set("main")
    await asyncio.sleep(0)
    t.log(_place.get())
    await future
    t.log(_place.get())
    await asyncio.create_task(nothing())
    t.log(_place.get())
    async with asyncio.timeout(10):
        await asyncio.sleep(1)
        _place.set("inside the block")
    t.log(_place.get())
    async with asyncio.TaskGroup() as group:
        group.create_task(nothing())
        _place.set("inside the group")
    t.log(_place.get())


async def cleanup_sees_its_own_task(t):
    """Give the cleanup of a cancelled task the task's values, not the canceller's."""

    async def child():
        _place.set("child")
        try:
            await asyncio.sleep(100)
        finally:
            t.log("cleanup", _place.get())

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    _place.set("canceller")
    task.cancel()
    await asyncio.wait([task])
    t.log("main", _place.get())
