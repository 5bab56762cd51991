"""Nest timeout blocks, move their deadlines and misuse them."""

import asyncio


async def nearer_inside(t):
    """Convert only in the block whose deadline fired: the inner one."""
    async with asyncio.timeout(20) as outer:
        try:
            async with asyncio.timeout(10) as inner:
                await asyncio.sleep(100)
        except TimeoutError as error:
            t.log("inner raised", error, inner.expired(), outer.expired())
        await asyncio.sleep(5)
        t.log("outer goes on")
    t.log(outer.expired())


async def nearer_outside(t):
    """Convert only in the block whose deadline fired: the outer one."""
    try:
        async with asyncio.timeout(10) as outer:
            try:
                async with asyncio.timeout(20) as inner:
                    await asyncio.sleep(100)
            except asyncio.CancelledError as error:
                t.log("inner saw", error, inner.expired(), outer.expired())
                raise
    except TimeoutError as error:
        t.log("outer raised", error)


async def equal_deadlines(t):
    """Raise from the outermost block only, with both expired."""
    when = asyncio.get_running_loop().time() + 10
    try:
        async with asyncio.timeout_at(when) as outer:
            try:
                async with asyncio.timeout_at(when) as inner:
                    await asyncio.sleep(100)
            except asyncio.CancelledError as error:
                t.log("inner saw", error, inner.expired(), asyncio.current_task().cancelling())
                raise
    except TimeoutError as error:
        t.log("outer raised", error, outer.expired(), asyncio.current_task().cancelling())


async def three_equal_deadlines(t):
    """Undo one request for each block on the way out."""
    task = asyncio.current_task()
    try:
        async with asyncio.timeout(10):
            try:
                async with asyncio.timeout(10):
                    try:
                        async with asyncio.timeout(10):
                            await asyncio.sleep(100)
                    finally:
                        t.log("innermost left", task.cancelling())
            finally:
                t.log("middle left", task.cancelling())
    except TimeoutError as error:
        t.log("raised", error, task.cancelling())


async def inner_deadline_armed_first(t):
    """Raise from the outer block even if the inner deadline fires first."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as outer:
            try:
                async with asyncio.timeout(10) as inner:
                    outer.reschedule(loop.time() + 10)
                    await asyncio.sleep(100)
            except (TimeoutError, asyncio.CancelledError) as error:
                t.log("inner saw", error, inner.expired(), outer.expired())
                raise
    except TimeoutError as error:
        t.log("outer raised", error)


async def both_overdue_in_turn(t):
    """Convert in the inner block first when the outer deadline follows it closely."""
    task = asyncio.current_task()
    try:
        async with asyncio.timeout(11) as outer:
            try:
                async with asyncio.timeout(10) as inner:
                    await asyncio.sleep(100)
            except TimeoutError as error:
                t.log("inner raised", error, inner.expired(), outer.expired())
            await asyncio.sleep(100)
    except TimeoutError as error:
        t.log("outer raised", error, task.cancelling())


async def inner_error_meets_outer_deadline(t):
    """Interrupt the outer block while the inner timeout is being handled."""
    try:
        async with asyncio.timeout(15):
            try:
                async with asyncio.timeout(10):
                    await asyncio.sleep(100)
            except TimeoutError:
                t.log("handling")
                await asyncio.sleep(100)
                t.log("not reached")
    except TimeoutError as error:
        t.log("outer raised", error)


async def cleanup_has_its_own_timeout(t):
    """Limit cleanup code while the block around it is expiring."""
    try:
        async with asyncio.timeout(10) as outer:
            try:
                await asyncio.sleep(100)
            finally:
                try:
                    async with asyncio.timeout(5):
                        await asyncio.sleep(100)
                except TimeoutError as error:
                    t.log("cleanup raised", error, outer.expired())
    except TimeoutError as error:
        t.log("outer raised", error)


async def moved_deadline(t):
    """Move a deadline, disable it and arm it again."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(10) as scope:
            await asyncio.sleep(5)
            scope.reschedule(20)
            t.log(scope.when())
            await asyncio.sleep(10)
            scope.reschedule(None)
            t.log(scope.when(), scope.expired())
            await asyncio.sleep(50)
            scope.reschedule(loop.time() + 5)
            await asyncio.sleep(100)
    except TimeoutError as error:
        t.log("raised", error, scope.when())


async def moved_from_outside(t):
    """Let a callback pull a deadline in."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as scope:
            loop.call_later(10, scope.reschedule, 15)
            await asyncio.sleep(100)
    except TimeoutError as error:
        t.log("raised", error, scope.when())


async def moved_into_the_past(t):
    """Fire in the next iteration when the new deadline is over already."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(100) as scope:
            await asyncio.sleep(10)
            scope.reschedule(5)
            loop.call_soon(lambda: t.log("callback", scope.expired()))
            t.log("moved", scope.expired())
            await asyncio.sleep(50)
    except TimeoutError as error:
        t.log("raised", error)


async def moved_too_late(t):
    """Refuse to move a deadline that has fired or whose block is over."""
    scopes = []
    try:
        async with asyncio.timeout(10) as scope:
            scopes.append(scope)
            try:
                await asyncio.sleep(100)
            finally:
                try:
                    scope.reschedule(50)
                except RuntimeError as error:
                    t.log("expiring", error)
    except TimeoutError:
        pass
    async with asyncio.timeout(10) as scope:
        scopes.append(scope)
    for name, scope in zip(("expired", "finished"), scopes):
        try:
            scope.reschedule(100)
        except RuntimeError as error:
            t.log(name, error, scope.expired())


async def timeout_in_a_loop(t):
    """Use a fresh block for each of several attempts."""
    for delay in (5, 50, 5):
        try:
            async with asyncio.timeout(10):
                await asyncio.sleep(delay)
                t.log("in time", delay)
        except TimeoutError as error:
            t.log("raised", error, delay)
