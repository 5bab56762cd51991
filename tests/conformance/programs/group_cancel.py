"""Cancel the task that runs a task group."""

import asyncio

from trace import Boom, Crash


async def _nap(t, name, ms=100, cleanup=0):
    """Sleep, log the end or the cancel, and take some time for the cleanup."""
    try:
        await asyncio.sleep(ms)
        t.log(name, "slept")
    except asyncio.CancelledError as error:
        t.log(name, "caught", error)
        if cleanup:
            await asyncio.sleep(cleanup)
            t.log(name, "cleaned")
        raise


async def _convert(t, ms, error):
    """Raise another error instead of the cancel."""
    try:
        await asyncio.sleep(ms)
    except asyncio.CancelledError:
        t.log("converts", error)
        raise error


async def _raise(t, ms):
    """Raise after a sleep."""
    await asyncio.sleep(ms)
    t.log("raise")
    raise Crash("child")


async def _failing_parent(t):
    """Run a group whose child fails after a while, then go on."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_raise(t, 5))
            await _nap(t, "body", 50)
    except ExceptionGroup as error:
        t.log("left with", error, asyncio.current_task().cancelling())
    await _nap(t, "after", 10)


async def _end(t, task):
    """Join a task and log how it ended."""
    try:
        t.log("value", await task)
    except BaseException as error:
        t.log("ended", error, task.cancelled(), task.cancelling())


async def while_the_body_waits(t):
    """Cancel the body first, then the children, and raise the cancel."""

    async def parent():
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a"))
            group.create_task(_nap(t, "b"))
            await _nap(t, "body", 50)

    task = asyncio.create_task(parent())
    await asyncio.sleep(5)
    t.log("cancel", task.cancel("outside"))
    await _end(t, task)


async def while_leaving(t):
    """Cancel the children when the body is over already."""

    async def parent():
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a"))
            group.create_task(_nap(t, "b"))

    task = asyncio.create_task(parent())
    await asyncio.sleep(5)
    t.log("cancel", task.cancel("outside"))
    await _end(t, task)


async def without_children(t):
    """Raise the cancel of a body without children."""

    async def parent():
        async with asyncio.TaskGroup():
            await _nap(t, "body")

    task = asyncio.create_task(parent())
    await asyncio.sleep(5)
    task.cancel("outside")
    await _end(t, task)


async def again_while_waiting(t):
    """Go on waiting for slow children through further cancels."""

    async def parent():
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "slow", 100, cleanup=20))
            await asyncio.sleep(50)

    task = asyncio.create_task(parent())
    await asyncio.sleep(5)
    task.cancel("first")
    await asyncio.sleep(5)
    task.cancel("second")
    await asyncio.sleep(5)
    t.log(task.done(), task.cancelling())
    await _end(t, task)


async def before_the_first_step(t):
    """Never enter the group of a task that is cancelled before it starts."""

    async def parent():
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a"))
        t.log("not reached")

    task = asyncio.create_task(parent())
    task.cancel("early")
    await _end(t, task)


async def pending_on_entry(t):
    """Deliver a pending cancel at the first suspension inside the group."""

    async def parent():
        asyncio.current_task().cancel("self")
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a"))
            t.log("inside")
            await asyncio.sleep(5)
        t.log("not reached")

    await _end(t, asyncio.create_task(parent()))


async def pending_on_leaving(t):
    """Deliver a pending cancel while the group waits for its children."""

    async def parent():
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a"))
            asyncio.current_task().cancel("self")
        t.log("not reached")

    await _end(t, asyncio.create_task(parent()))


async def pending_without_children(t):
    """Keep a pending cancel for the code after an empty group."""

    async def parent():
        async with asyncio.TaskGroup():
            asyncio.current_task().cancel("self")
        t.log("left", asyncio.current_task().cancelling())
        await asyncio.sleep(5)
        t.log("not reached")

    await _end(t, asyncio.create_task(parent()))


async def child_converts_the_cancel(t):
    """Raise the group's error, with the request still pending for the next suspension."""

    async def parent():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_convert(t, 100, Boom("child")))
                await asyncio.sleep(50)
        except ExceptionGroup as error:
            t.log("left with", error, asyncio.current_task().cancelling())
        await _nap(t, "after")

    task = asyncio.create_task(parent())
    await asyncio.sleep(5)
    task.cancel("outside")
    await _end(t, task)


async def body_converts_the_cancel(t):
    """Raise the group's error when the body converts an outside cancel."""

    async def parent():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_nap(t, "a"))
                await _convert(t, 50, Boom("body"))
        except ExceptionGroup as error:
            t.log("left with", error, asyncio.current_task().cancelling())
        await _nap(t, "after")

    task = asyncio.create_task(parent())
    await asyncio.sleep(5)
    task.cancel("outside")
    await _end(t, task)


async def body_swallows_the_cancel(t):
    """Leave the group normally when the body swallows an outside cancel."""

    async def parent():
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a", 10))
            try:
                await asyncio.sleep(50)
            except asyncio.CancelledError as error:
                t.log("swallowed", error)
        t.log("left", asyncio.current_task().cancelling())
        return "value"

    task = asyncio.create_task(parent())
    await asyncio.sleep(5)
    task.cancel("outside")
    await _end(t, task)


async def cancel_just_before_the_error(t):
    """Raise the error of a child that fails after the cancel, which stays pending."""
    task = asyncio.create_task(_failing_parent(t))
    await asyncio.sleep(0)
    await asyncio.sleep(5)
    t.log("cancel", task.cancel("outside"))
    await _end(t, task)


async def cancel_just_after_the_error(t):
    """Raise the error of a child and keep a cancel of the same iteration pending."""
    task = asyncio.create_task(_failing_parent(t))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(5)
    t.log("cancel", task.cancel("outside"))
    await _end(t, task)


async def cancel_well_before_the_error(t):
    """Cancel a child that would fail in the step that the cancel takes."""
    task = asyncio.create_task(_failing_parent(t))
    asyncio.get_running_loop().call_later(5, task.cancel, "outside")
    await _end(t, task)


async def cancel_after_the_abort(t):
    """Keep a cancel pending that comes while an aborting group waits."""

    async def parent():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_nap(t, "slow", 100, cleanup=20))
                group.create_task(_raise(t, 5))
                await asyncio.sleep(50)
        except ExceptionGroup as error:
            t.log("left with", error, asyncio.current_task().cancelling())
        await _nap(t, "after")

    task = asyncio.create_task(parent())
    await asyncio.sleep(15)
    t.log("cancel", task.cancel("outside"), task.cancelling())
    await _end(t, task)


async def child_cancels_the_parent(t):
    """Take a cancel that comes from a child for an outside one."""

    async def parent():
        me = asyncio.current_task()

        async def child():
            await asyncio.sleep(5)
            t.log("cancel", me.cancel("from a child"))
            await _nap(t, "child", 10)

        async with asyncio.TaskGroup() as group:
            group.create_task(child())
            await _nap(t, "body", 50)

    await _end(t, asyncio.create_task(parent()))


async def uncancelled_in_the_body(t):
    """Let the body take an outside cancel back."""

    async def parent():
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a", 10))
            try:
                await asyncio.sleep(50)
            except asyncio.CancelledError:
                t.log("taken back", asyncio.current_task().uncancel())
            await _nap(t, "body", 10)
        return "value"

    task = asyncio.create_task(parent())
    await asyncio.sleep(5)
    task.cancel("outside")
    await _end(t, task)
