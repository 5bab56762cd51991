"""Tell the deadline of a timeout block from a cancel that comes from outside."""

import asyncio


async def _nap(t, name, ms):
    """Sleep and log the end or the cancel."""
    try:
        await asyncio.sleep(ms)
        t.log(name, "slept")
    except asyncio.CancelledError as error:
        t.log(name, "caught", error)
        raise


async def cancel_from_outside(t):
    """Keep an outside cancel a cancel."""

    async def body():
        async with asyncio.timeout(100) as scope:
            try:
                await _nap(t, "body", 200)
            finally:
                t.log(scope.expired())

    task = asyncio.create_task(body())
    await asyncio.sleep(5)
    task.cancel("outside")
    try:
        await task
    except asyncio.CancelledError as error:
        t.log("ended", error, task.cancelling())


async def cancel_during_the_cleanup(t):
    """Keep an outside cancel a cancel while the block is expiring."""

    async def body():
        async with asyncio.timeout(10):
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                t.log("cleanup")
                await asyncio.sleep(10)

    task = asyncio.create_task(body())
    await asyncio.sleep(15)
    task.cancel("outside")
    try:
        await task
    except asyncio.CancelledError as error:
        t.log("ended", error, task.cancelling())


async def cancel_and_deadline_together(t):
    """Let an outside cancel of the same instant win, whichever comes first."""
    loop = asyncio.get_running_loop()

    async def body():
        try:
            async with asyncio.timeout(10) as scope:
                await asyncio.sleep(100)
        finally:
            t.log(scope.expired(), asyncio.current_task().cancelling())

    for early in (True, False):
        task = asyncio.create_task(body())
        if early:
            loop.call_later(10, task.cancel)
        await asyncio.sleep(0)
        if not early:
            loop.call_later(10, task.cancel)
        try:
            await task
        except asyncio.CancelledError as error:
            t.log("ended", error, task.cancelled())


async def timeout_after_a_cancel(t):
    """Limit the cleanup of a cancelled task."""

    async def body():
        try:
            await asyncio.sleep(100)
        finally:
            try:
                async with asyncio.timeout(10):
                    await _nap(t, "cleanup", 100)
            except TimeoutError as error:
                t.log("raised", error, asyncio.current_task().cancelling())

    task = asyncio.create_task(body())
    await asyncio.sleep(5)
    task.cancel("first")
    try:
        await task
    except asyncio.CancelledError as error:
        t.log("ended", error)


async def cancel_in_a_timeout_after_a_cancel(t):
    """Tell a second cancel from the deadline of the cleanup."""

    async def body():
        try:
            await asyncio.sleep(100)
        finally:
            async with asyncio.timeout(10) as scope:
                try:
                    await asyncio.sleep(100)
                finally:
                    t.log(scope.expired(), asyncio.current_task().cancelling())

    task = asyncio.create_task(body())
    await asyncio.sleep(5)
    task.cancel("first")
    await asyncio.sleep(2)
    task.cancel("second")
    try:
        await task
    except asyncio.CancelledError as error:
        t.log("ended", error, task.cancelling())


async def handled_timeout_leaves_no_trace(t):
    """Leave a task uncancelled that handled its timeout."""

    async def body():
        try:
            async with asyncio.timeout(10):
                await asyncio.sleep(100)
        except TimeoutError:
            t.log("handled")
        await asyncio.sleep(5)
        return "value"

    task = asyncio.create_task(body())
    t.log(await task)
    t.log(task.cancelled(), task.cancelling())


async def unhandled_timeout(t):
    """Fail the task with the timeout, not as cancelled."""

    async def body():
        async with asyncio.timeout(10):
            await asyncio.sleep(100)

    task = asyncio.create_task(body())
    await asyncio.wait([task])
    t.log(task.cancelled(), task.exception())
