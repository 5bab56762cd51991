"""Start tasks eagerly whose first step is over, or queued on, before create_task() returns."""

import asyncio

from trace import Boom


def _start(coroutine, **options):
    """Create an eager task."""
    return asyncio.create_task(coroutine, eager_start=True, **options)


async def completes_inline(t):
    """Be done on return when the coroutine never suspends."""

    async def child():
        t.log("child")
        return "value"

    task = _start(child())
    t.log("created", task.done(), task.result())
    t.log(await task)
    await asyncio.sleep(0)
    t.log("over")


async def suspends_and_goes_on(t):
    """Go on like any other task after the first suspension."""

    async def child():
        t.log("first step")
        await asyncio.sleep(0)
        t.log("second step")
        await asyncio.sleep(5)
        return "value"

    task = _start(child())
    t.log("created", task.done())
    lazy = asyncio.create_task(child())
    t.log(await task, await lazy)


async def keeps_the_error(t):
    """Store the error of the first step instead of raising it."""

    async def child():
        raise Boom("eager")

    task = _start(child())
    t.log("created", task.done())
    try:
        await task
    except Boom as error:
        t.log("raised", error)


async def listed_while_running(t):
    """Be among all tasks during the eager step, and no longer once done."""

    async def child():
        t.log("inside", len(asyncio.all_tasks()), asyncio.current_task() in asyncio.all_tasks())

    _start(child())
    t.log("outside", len(asyncio.all_tasks()))


async def callbacks_after_completion(t):
    """Deliver callbacks through the ready queue although the task is done."""

    async def child():
        return "value"

    task = _start(child())
    task.add_done_callback(lambda done: t.log("callback", done.result()))
    t.log("added")
    await asyncio.sleep(0)
    t.log("main")


async def cancel_after_completion(t):
    """Refuse the cancel of a task that completed eagerly."""

    async def child():
        return "value"

    task = _start(child())
    t.log(task.cancel(), await task)


async def cancels_itself(t):
    """Deliver a self-cancel of the eager step at its first suspension, or at its end."""

    async def suspends():
        asyncio.current_task().cancel("self")
        t.log("suspends")
        await asyncio.sleep(5)
        t.log("not reached")

    async def returns():
        asyncio.current_task().cancel("self")
        return "value"

    for child in (suspends, returns):
        task = _start(child())
        t.log("created", task.done(), task.cancelled())
        try:
            await task
        except asyncio.CancelledError as error:
            t.log("ended", error, task.cancelled())


async def raises_cancelled_error(t):
    """End cancelled when the eager step raises CancelledError."""

    async def child():
        raise asyncio.CancelledError("own idea")

    task = _start(child())
    t.log(task.done(), task.cancelled(), task.cancelling())
    try:
        await task
    except asyncio.CancelledError as error:
        t.log("ended", error)


async def gather_of_completed(t):
    """Gather tasks that completed eagerly without yielding."""

    async def child(name):
        return name

    asyncio.get_running_loop().call_soon(t.log, "callback")
    t.log(await asyncio.gather(_start(child("a")), _start(child("b"))))
    await asyncio.sleep(0)
    t.log("main")
