"""Let time pass inside a step, so that deadlines are overdue when the loop comes back."""

import asyncio


async def _nap(t, name, ms):
    """Sleep and log the end or the cancel."""
    try:
        await asyncio.sleep(ms)
        t.log(name, "slept")
    except asyncio.CancelledError as error:
        t.log(name, "caught", error)
        raise


async def overdue_timers_fire_together(t):
    """Fire everything overdue in one iteration, by deadline, behind what is ready."""
    loop = asyncio.get_running_loop()
    for when in (3, 1, 2, 1, 50):
        loop.call_at(when, t.log, "timer", when)
    t.busy(10)
    loop.call_soon(t.log, "callback")
    await asyncio.sleep(0)
    t.log("main")
    await asyncio.sleep(0)
    t.log("main again")


async def delays_count_from_now(t):
    """Measure a delay from the time at which it is asked for."""
    t.busy(7)
    await asyncio.sleep(5)
    t.log("slept")
    t.busy(0.5)
    asyncio.get_running_loop().call_later(1, t.log, "timer")
    await asyncio.sleep(2)
    t.log("slept again")


async def overdue_sleepers_wake_by_deadline(t):
    """Wake overdue sleepers by deadline, not in the order they went to sleep."""
    tasks = [asyncio.create_task(_nap(t, f"n{ms}", ms)) for ms in (5, 3, 4)]
    await asyncio.sleep(0)
    t.busy(20)
    await asyncio.wait(tasks)
    t.log("main")


async def overdue_body_wins(t):
    """Let a body win that is overdue but suspends no more."""
    async with asyncio.timeout(5) as scope:
        t.busy(10)
    t.log(scope.expired())


async def overdue_block(t):
    """Interrupt an overdue body at its next suspension."""
    try:
        async with asyncio.timeout(5):
            t.busy(10)
            t.log("busy")
            await _nap(t, "body", 1)
    except TimeoutError as error:
        t.log("raised", error)


async def overdue_block_with_bare_yield(t):
    """Let one bare yield pass in an overdue body: its step is queued before the timer."""
    try:
        async with asyncio.timeout(5):
            t.busy(10)
            await asyncio.sleep(0)
            t.log("first step")
            await asyncio.sleep(0)
            t.log("not reached")
    except TimeoutError as error:
        t.log("raised", error)


async def both_blocks_overdue(t):
    """Raise from the outer of two nested blocks that are both overdue."""
    task = asyncio.current_task()
    try:
        async with asyncio.timeout(2) as outer:
            try:
                async with asyncio.timeout(1) as inner:
                    t.busy(5)
                    await asyncio.sleep(10)
            except (TimeoutError, asyncio.CancelledError) as error:
                t.log("inner saw", error, inner.expired(), outer.expired(), task.cancelling())
                raise
    except TimeoutError as error:
        t.log("outer raised", error, task.cancelling())


async def outer_block_overdue_in_the_handler(t):
    """Interrupt the handler of an inner timeout that makes the outer block overdue."""
    try:
        async with asyncio.timeout(20):
            try:
                async with asyncio.timeout(10):
                    await asyncio.sleep(50)
            except TimeoutError as error:
                t.log("inner raised", error)
                t.busy(30)
            await _nap(t, "after", 10)
    except TimeoutError as error:
        t.log("outer raised", error)


async def result_before_an_overdue_deadline(t):
    """Time out although a callback of the same iteration has brought the value."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def limited():
        try:
            t.log("value", await asyncio.wait_for(future, 5))
        except TimeoutError as error:
            t.log("raised", error, future.cancelled())

    task = asyncio.create_task(limited())
    await asyncio.sleep(0)
    t.busy(10)
    loop.call_soon(future.set_result, "value")
    await task


async def cancel_beats_an_overdue_sleep(t):
    """Cancel a sleeper whose timer is overdue but has not fired."""
    task = asyncio.create_task(_nap(t, "sleeper", 5))
    await asyncio.sleep(0)
    t.busy(10)
    t.log("cancel", task.cancel("in time"))
    try:
        await task
    except asyncio.CancelledError as error:
        t.log("ended", error)
