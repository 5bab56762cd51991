"""Put timeout blocks around gathers and groups."""

import asyncio

from trace import Boom, Crash


async def around_a_gather(t):
    """Cancel the children of a gather at the deadline."""

    async def child(name, ms):
        try:
            await asyncio.sleep(ms)
            t.log(name, "slept")
        except asyncio.CancelledError as error:
            t.log(name, "caught", error)
            raise

    try:
        async with asyncio.timeout(10):
            await asyncio.gather(child("a", 5), child("b", 50), child("c", 60))
    except TimeoutError as error:
        t.log("raised", error)


async def around_a_group(t):
    """Cancel a group at the deadline and raise the timeout."""

    async def child():
        try:
            await asyncio.sleep(100)
        finally:
            t.log("child cancelled")

    try:
        async with asyncio.timeout(10):
            async with asyncio.TaskGroup() as group:
                group.create_task(child())
                await asyncio.sleep(50)
    except TimeoutError as error:
        t.log("raised", error, asyncio.current_task().cancelling())


async def around_a_group_that_fails(t):
    """Raise the group's error when a child fails while being cancelled."""

    async def child():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            raise Boom("cleanup")

    try:
        async with asyncio.timeout(10) as scope:
            async with asyncio.TaskGroup() as group:
                group.create_task(child())
                await asyncio.sleep(50)
    except ExceptionGroup as error:
        t.log("raised", error)
    t.log(scope.expired(), asyncio.current_task().cancelling())


async def deadline_before_the_error_of_a_child(t):
    """Raise the timeout when it comes first in the instant in which a child would fail."""

    async def child():
        await asyncio.sleep(10)
        raise Crash("not reached")

    try:
        async with asyncio.timeout(10) as scope:
            async with asyncio.TaskGroup() as group:
                group.create_task(child())
                await asyncio.sleep(50)
    except TimeoutError as error:
        t.log("raised", error)
    t.log(scope.expired(), asyncio.current_task().cancelling())


async def error_of_a_child_before_the_deadline(t):
    """Raise the group's error when the child comes first in the instant of the deadline."""

    async def child():
        await asyncio.sleep(10)
        raise Crash("child")

    try:
        async with asyncio.timeout(None) as scope:
            async with asyncio.TaskGroup() as group:
                group.create_task(child())
                await asyncio.sleep(0)
                scope.reschedule(10)
                await asyncio.sleep(50)
    except ExceptionGroup as error:
        t.log("raised", error)
    t.log(scope.expired(), asyncio.current_task().cancelling())
