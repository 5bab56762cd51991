"""Limit a block with timeout() and timeout_at()."""

import asyncio

from trace import Boom


async def _nap(t, name, ms):
    """Sleep and log the end or the cancel."""
    try:
        await asyncio.sleep(ms)
        t.log(name, "slept")
    except asyncio.CancelledError as error:
        t.log(name, "caught", error)
        raise


async def in_time(t):
    """Leave a block that is in time, and its timer with it."""
    async with asyncio.timeout(1000) as scope:
        await _nap(t, "body", 5)
    t.log(scope.expired(), scope.when())
    await asyncio.sleep(1)
    t.log("slept")


async def too_late(t):
    """Cancel a body that is late and raise with the cancel as the cause."""
    try:
        async with asyncio.timeout(10) as scope:
            await _nap(t, "body", 100)
    except TimeoutError as error:
        t.log("raised", error, "cause", error.__cause__)
    t.log(scope.expired(), asyncio.current_task().cancelling())


async def absolute_deadline(t):
    """Take a point of the loop's time."""
    await asyncio.sleep(5)
    try:
        async with asyncio.timeout_at(12) as scope:
            t.log(scope.when())
            await _nap(t, "body", 100)
    except TimeoutError as error:
        t.log("raised", error)


async def disabled(t):
    """Let the body take its time without a deadline."""
    async with asyncio.timeout(None) as scope:
        await _nap(t, "body", 500)
    t.log(scope.expired(), scope.when())


async def zero_and_past(t):
    """Fire at the first suspension when there is no time left."""
    await asyncio.sleep(5)
    for name, scope in (
        ("zero", asyncio.timeout(0)),
        ("negative", asyncio.timeout(-3)),
        ("past", asyncio.timeout_at(1)),
    ):
        try:
            async with scope:
                t.log(name)
                await _nap(t, name, 100)
        except TimeoutError as error:
            t.log("raised", error)


async def zero_with_bare_yield(t):
    """Fire before the step that follows a bare yield."""
    try:
        async with asyncio.timeout(0):
            await _nap(t, "first", 0)
            await _nap(t, "second", 0)
    except TimeoutError as error:
        t.log("raised", error)


async def zero_without_suspension(t):
    """Let a body win that never suspends."""
    async with asyncio.timeout(0) as scope:
        t.log("body")
    t.log(scope.expired())
    await asyncio.sleep(1)
    t.log("slept", asyncio.current_task().cancelling())


async def busy_past_the_deadline(t):
    """Say nothing when the body ends with bare yields before time moves."""
    async with asyncio.timeout(1) as scope:
        for _ in range(5):
            await asyncio.sleep(0)
    t.log(scope.expired())


async def other_error_passes(t):
    """Pass the body's own error on."""
    try:
        async with asyncio.timeout(10) as scope:
            raise Boom("body")
    except Boom as error:
        t.log("raised", error, scope.expired())


async def error_in_the_cleanup(t):
    """Pass on an error that the body raises instead of the cancel."""
    try:
        async with asyncio.timeout(10) as scope:
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                raise Boom("cleanup")
    except Boom as error:
        t.log("raised", error, scope.expired(), asyncio.current_task().cancelling())


async def swallowed(t):
    """Leave the block normally when the body swallows the cancel."""
    async with asyncio.timeout(10) as scope:
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            t.log("swallowed", scope.expired())
        await asyncio.sleep(5)
        t.log("body goes on")
    t.log(scope.expired(), asyncio.current_task().cancelling())


async def value_of_the_body(t):
    """Go on with what the body computed."""

    async def body():
        async with asyncio.timeout(10):
            return await asyncio.sleep(5, "value")

    t.log(await body())
