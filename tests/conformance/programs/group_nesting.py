"""Nest task groups and mix them with the other ways to wait."""

import asyncio

from trace import Boom, Crash


async def _nap(t, name, ms=100):
    """Sleep and log the end or the cancel."""
    try:
        await asyncio.sleep(ms)
        t.log(name, "slept")
        return name
    except asyncio.CancelledError as error:
        t.log(name, "caught", error)
        raise


async def _fail(t, ms, error):
    """Raise after a sleep."""
    await asyncio.sleep(ms)
    t.log("raise", error)
    raise error


def _left(t, name, error):
    """Log the error with which a block was left, and the count of requests."""
    t.log(name, "left with", error, asyncio.current_task().cancelling())


async def inner_child_fails(t):
    """Nest the error of the inner group in that of the outer one."""
    try:
        async with asyncio.TaskGroup() as outer:
            outer.create_task(_nap(t, "outer child"))
            async with asyncio.TaskGroup() as inner:
                inner.create_task(_fail(t, 5, Boom("inner")))
                await _nap(t, "body")
    except ExceptionGroup as error:
        _left(t, "outer", error)


async def outer_child_fails(t):
    """Cancel the inner group silently when a child of the outer one fails."""
    try:
        async with asyncio.TaskGroup() as outer:
            outer.create_task(_fail(t, 5, Boom("outer")))
            try:
                async with asyncio.TaskGroup() as inner:
                    inner.create_task(_nap(t, "inner child"))
                    await _nap(t, "body")
            except asyncio.CancelledError as error:
                _left(t, "inner", error)
                raise
    except ExceptionGroup as error:
        _left(t, "outer", error)


async def both_fail_in_one_iteration(t):
    """Keep the body cancelled after the inner error is handled."""
    try:
        async with asyncio.TaskGroup() as outer:
            outer.create_task(_fail(t, 5, Boom("outer")))
            try:
                async with asyncio.TaskGroup() as inner:
                    inner.create_task(_fail(t, 5, Crash("inner")))
                    await _nap(t, "body")
            except ExceptionGroup as error:
                _left(t, "inner", error)
            await _nap(t, "after")
            t.log("not reached")
    except ExceptionGroup as error:
        _left(t, "outer", error)


async def both_fail_inner_first(t):
    """Keep the body cancelled when the inner child fails before the outer one."""
    try:
        async with asyncio.TaskGroup() as outer:
            async with asyncio.TaskGroup() as inner:
                inner.create_task(_fail(t, 5, Crash("inner")))
                outer.create_task(_fail(t, 5, Boom("outer")))
                await _nap(t, "body")
    except ExceptionGroup as error:
        _left(t, "outer", error)


async def inner_error_handled(t):
    """Go on in the outer body after handling the inner error."""
    async with asyncio.TaskGroup() as outer:
        outer.create_task(_nap(t, "outer child", 20))
        try:
            async with asyncio.TaskGroup() as inner:
                inner.create_task(_fail(t, 5, Boom("inner")))
        except ExceptionGroup as error:
            _left(t, "inner", error)
        await _nap(t, "body", 5)
    t.log("left")


async def three_levels_cancelled(t):
    """Cancel three nested groups from the outside."""

    async def parent():
        async with asyncio.TaskGroup() as first:
            first.create_task(_nap(t, "one"))
            async with asyncio.TaskGroup() as second:
                second.create_task(_nap(t, "two"))
                async with asyncio.TaskGroup() as third:
                    third.create_task(_nap(t, "three"))
                    await _nap(t, "body")

    task = asyncio.create_task(parent())
    await asyncio.sleep(5)
    task.cancel("outside")
    try:
        await task
    except asyncio.CancelledError as error:
        t.log("ended", error, task.cancelling())


async def group_of_a_child_fails(t):
    """Nest the group error of a child in the parent's group."""

    async def family():
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail(t, 5, Boom("grandchild")))
            group.create_task(_nap(t, "grandchild"))

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(family())
            group.create_task(_nap(t, "child"))
    except ExceptionGroup as error:
        _left(t, "outer", error)


async def gather_in_a_group(t):
    """Cancel a gather in the body when a child fails."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail(t, 5, Boom("child")))
            await asyncio.gather(_nap(t, "a"), _nap(t, "b"))
    except ExceptionGroup as error:
        _left(t, "group", error)


async def shield_in_a_group(t):
    """Let a shielded task outlive the group that fails around it."""
    precious = asyncio.create_task(_nap(t, "precious", 20))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail(t, 5, Boom("child")))
            await asyncio.shield(precious)
    except ExceptionGroup as error:
        _left(t, "group", error)
    t.log(await precious)


async def timeout_in_a_child(t):
    """Fail the group with the timeout of a child."""

    async def child():
        async with asyncio.timeout(5):
            await _nap(t, "child")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child())
            group.create_task(_nap(t, "sibling"))
    except ExceptionGroup as error:
        _left(t, "group", error)


async def timeout_in_the_body(t):
    """Time out in the body without harm to the children."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_nap(t, "child", 20))
        try:
            async with asyncio.timeout(5):
                await _nap(t, "body")
        except TimeoutError as error:
            _left(t, "block", error)
    t.log("left")


async def timeout_in_the_body_with_an_error(t):
    """Keep the abort when the deadline of the body's block fires in the same instant."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail(t, 5, Boom("child")))
            await asyncio.sleep(0)
            try:
                async with asyncio.timeout(5) as scope:
                    await _nap(t, "body")
            except TimeoutError as error:
                _left(t, "block", error)
            t.log("after the block", scope.expired())
            await _nap(t, "after")
    except ExceptionGroup as error:
        _left(t, "group", error)


async def wait_for_around_a_group(t):
    """Cancel a group through wait_for."""

    async def family():
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a"))
            group.create_task(_nap(t, "b"))

    try:
        await asyncio.wait_for(family(), 5)
    except TimeoutError as error:
        _left(t, "wait_for", error)


async def child_joins_its_sibling(t):
    """Abort children that wait for each other."""
    try:
        async with asyncio.TaskGroup() as group:
            slow = group.create_task(_nap(t, "slow"))

            async def joiner():
                try:
                    await slow
                finally:
                    t.log("joiner over")

            group.create_task(joiner())
            group.create_task(_fail(t, 5, Boom("child")))
    except ExceptionGroup as error:
        _left(t, "group", error)
