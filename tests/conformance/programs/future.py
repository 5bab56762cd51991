"""Settle futures and watch their callbacks."""

import asyncio

from trace import Boom, foreign_future


def _try(t, name, call):
    """Log what a call returns or raises."""
    try:
        t.log(name, call())
    except BaseException as error:
        t.log(name, "raised", error)


def _new():
    """Make a future of the running loop."""
    return asyncio.get_running_loop().create_future()


async def states(t):
    """Answer the state questions before and after each way to settle."""
    pending, result, failed, cancelled = _new(), _new(), _new(), _new()
    result.set_result(1)
    failed.set_exception(Boom("failed"))
    t.log("cancel", cancelled.cancel("stop"), cancelled.cancel())
    for name, future in (
        ("pending", pending), ("result", result), ("failed", failed), ("cancelled", cancelled),
    ):
        t.log(name, future.done(), future.cancelled())
        _try(t, name, future.result)
        _try(t, name, future.exception)


async def settled_twice(t):
    """Refuse a second outcome of either kind."""
    future = _new()
    future.set_result(1)
    _try(t, "result", lambda: future.set_result(2))
    _try(t, "exception", lambda: future.set_exception(Boom("late")))
    t.log("cancel", future.cancel())
    cancelled = _new()
    cancelled.cancel()
    _try(t, "result", lambda: cancelled.set_result(2))
    t.log(future.result())


async def callbacks_in_order(t):
    """Call the callbacks in the order of registration, one iteration later."""
    future = _new()
    for name in ("a", "b", "c"):
        future.add_done_callback(lambda f, name=name: t.log(name, f is future, f.result()))
    future.set_result(1)
    t.log("set")
    await asyncio.sleep(0)
    t.log("main")


async def callback_added_after_done(t):
    """Deliver through the ready queue even when the future is done."""
    future = _new()
    future.set_result(1)
    future.add_done_callback(lambda _: t.log("callback"))
    t.log("added")
    await asyncio.sleep(0)
    t.log("main")


async def callback_added_by_callback(t):
    """Deliver one iteration later what a callback adds."""
    future = _new()

    def outer(_):
        t.log("outer")
        future.add_done_callback(lambda _: t.log("inner"))

    future.add_done_callback(outer)
    future.add_done_callback(lambda _: t.log("second"))
    future.set_result(1)
    await asyncio.sleep(0)
    t.log("main")
    await asyncio.sleep(0)
    t.log("main again")


async def callback_removal_counts(t):
    """Remove every equal registration and say how many there were."""
    future = _new()

    def first(_):
        t.log("first")

    def second(_):
        t.log("second")

    for callback in (first, second, first):
        future.add_done_callback(callback)
    t.log("removed", future.remove_done_callback(first))
    t.log("removed", future.remove_done_callback(first))
    future.add_done_callback(first)
    future.set_result(1)
    t.log("removed", future.remove_done_callback(second))
    await asyncio.sleep(0)
    t.log("main")


async def callback_removed_by_callback(t):
    """Call a callback that is removed after the future was settled."""
    future = _new()

    def second(_):
        t.log("second")

    def first(_):
        t.log("removed", future.remove_done_callback(second))

    future.add_done_callback(first)
    future.add_done_callback(second)
    future.set_result(1)
    await asyncio.sleep(0)
    t.log("main")


async def callback_settles_another(t):
    """Take one iteration for each link of a chain of callbacks."""
    futures = [_new() for _ in range(4)]
    for one, next_one in zip(futures, futures[1:]):
        one.add_done_callback(lambda f, g=next_one: g.set_result(f.result() + 1))
    futures[0].set_result(0)
    t.log("set")
    t.log(await futures[3])


async def callback_raises(t):
    """Report the error of a callback and call the others."""
    future = _new()

    def bad(_):
        t.log("bad")
        raise Boom("callback")

    future.add_done_callback(bad)
    future.add_done_callback(lambda _: t.log("good"))
    future.set_result(1)
    t.log(await future)


async def cancel_calls_back(t):
    """Run callbacks after a cancel, too."""
    future = _new()
    future.add_done_callback(lambda f: t.log("callback", f.cancelled()))
    t.log("cancel", future.cancel("why"))
    t.log("cancelled", future.cancelled())
    try:
        await future
    except asyncio.CancelledError as error:
        t.log("caught", error)
    await asyncio.sleep(0)
    t.log("main")


async def awaiting_a_cancelled_future(t):
    """Raise at once for a future cancelled before, and leave the task alone."""
    future = _new()
    future.cancel("old")
    try:
        await future
    except asyncio.CancelledError as error:
        t.log("caught", error, asyncio.current_task().cancelling())
    await asyncio.sleep(0)
    t.log("alive")


async def error_identity(t):
    """Raise the very error that was set, each time."""
    future = _new()
    boom = Boom("same")
    future.set_exception(boom)
    for _ in range(2):
        try:
            await future
        except Boom as error:
            t.log(error, error is boom)
    t.log(future.exception() is boom)


async def never_retrieved(t):
    """Report failures nobody looked at, and only those."""
    for name in ("ignored", "read", "raised", "awaited"):
        future = _new()
        future.set_exception(Boom(name))
        if name == "read":
            future.exception()
        elif name == "raised":
            _try(t, name, future.result)
        elif name == "awaited":
            try:
                await future
            except Boom as error:
                t.log(error)

    async def fail(name):
        raise Boom(name)

    ignored = asyncio.create_task(fail("task ignored"))
    awaited = asyncio.create_task(fail("task awaited"))
    await asyncio.wait([ignored, awaited])
    try:
        await awaited
    except Boom as error:
        t.log(error)


async def failed_then_cancelled(t):
    """Keep quiet about a failure that was cancelled afterwards."""
    future = _new()
    future.set_exception(Boom("quiet"))
    t.log("cancel", future.cancel())


async def future_of_another_loop(t):
    """Refuse to await another loop's future, inside the task."""
    try:
        await foreign_future()
    except RuntimeError as error:
        t.log("refused", error)
    await asyncio.sleep(0)
    t.log("alive")
