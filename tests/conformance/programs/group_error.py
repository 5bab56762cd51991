"""Let children and bodies of task groups fail."""

import asyncio

from trace import Boom, Crash, Halt


async def _nap(t, name, ms=100):
    """Sleep and log the end or the cancel."""
    try:
        await asyncio.sleep(ms)
        t.log(name, "slept")
    except asyncio.CancelledError as error:
        t.log(name, "caught", error)
        raise


async def _fail(t, ms, error):
    """Raise after a sleep."""
    await asyncio.sleep(ms)
    t.log("raise", error)
    raise error


def _left(t, error):
    """Log the error with which a group was left, and the count of requests."""
    t.log("left with", error, asyncio.current_task().cancelling())


async def child_fails(t):
    """Cancel the siblings and the body, wait, and raise the group."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a"))
            group.create_task(_fail(t, 5, Boom("child")))
            group.create_task(_nap(t, "b"))
            await _nap(t, "body", 50)
            t.log("not reached")
    except ExceptionGroup as error:
        _left(t, error)
    await asyncio.sleep(5)
    t.log("over")


async def child_fails_while_leaving(t):
    """Cancel the siblings when the body is over already."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a"))
            group.create_task(_fail(t, 5, Boom("child")))
    except ExceptionGroup as error:
        _left(t, error)


async def child_fails_at_once(t):
    """Interrupt the body at its next suspension after the child's callback."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail(t, 0, Boom("child")))
            for step in range(5):
                t.log("body", step)
                await asyncio.sleep(0)
    except ExceptionGroup as error:
        _left(t, error)


async def children_fail_together(t):
    """Collect the errors in the order in which the children ended."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail(t, 6, Boom("a")))
            group.create_task(_fail(t, 5, Crash("b")))
            group.create_task(_fail(t, 5, Halt("c")))
    except ExceptionGroup as error:
        _left(t, error)


async def sibling_fails_in_its_cleanup(t):
    """Add the error of a cleanup to the group."""

    async def sibling():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            await asyncio.sleep(5)
            raise Crash("cleanup")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(sibling())
            group.create_task(_fail(t, 5, Boom("child")))
    except ExceptionGroup as error:
        _left(t, error)


async def sibling_swallows_the_cancel(t):
    """Wait for a sibling that goes on in spite of the cancel."""

    async def sibling():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            t.log("swallowed")
        await _nap(t, "sibling", 10)

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(sibling())
            group.create_task(_fail(t, 5, Boom("child")))
    except ExceptionGroup as error:
        _left(t, error)


async def child_raises_cancelled_error(t):
    """Take a CancelledError of a child's own for a silent end."""

    async def child():
        await asyncio.sleep(5)
        raise asyncio.CancelledError("own idea")

    async with asyncio.TaskGroup() as group:
        group.create_task(child())
        group.create_task(_nap(t, "a", 10))
    t.log("left")


async def body_fails(t):
    """Cancel the children and raise the body's error in a group."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a"))
            await asyncio.sleep(5)
            raise Boom("body")
    except ExceptionGroup as error:
        _left(t, error)


async def body_fails_without_children(t):
    """Wrap the body's error even when there are no children."""
    try:
        async with asyncio.TaskGroup():
            raise Boom("body")
    except ExceptionGroup as error:
        _left(t, error)


async def body_fails_before_the_start(t):
    """Never start children that were added just before the body failed."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a"))
            raise Boom("body")
    except ExceptionGroup as error:
        _left(t, error)


async def body_and_cleanup_of_a_child_fail(t):
    """Put the body's error last."""

    async def child():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            raise Crash("child")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child())
            await asyncio.sleep(5)
            raise Boom("body")
    except ExceptionGroup as error:
        _left(t, error)


async def body_converts_the_cancel(t):
    """Add the error into which the body turns its cancel."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail(t, 5, Boom("child")))
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                raise Crash("body")
    except ExceptionGroup as error:
        _left(t, error)


async def body_swallows_the_cancel(t):
    """Go on in a body that swallows its cancel; the group fails all the same."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail(t, 5, Boom("child")))
            try:
                await asyncio.sleep(100)
            except asyncio.CancelledError:
                t.log("swallowed", asyncio.current_task().cancelling())
            await asyncio.sleep(5)
            t.log("body over")
    except ExceptionGroup as error:
        _left(t, error)


async def body_raises_cancelled_error(t):
    """Pass on a CancelledError of the body's own, after cancelling the children."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, "a"))
            await asyncio.sleep(5)
            raise asyncio.CancelledError("own idea")
    except asyncio.CancelledError as error:
        _left(t, error)


async def aborting_group_refuses(t):
    """Refuse new children while aborting, without starting them."""

    async def late():
        t.log("not reached")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail(t, 5, Boom("child")))
            try:
                await asyncio.sleep(100)
            finally:
                try:
                    group.create_task(late())
                except RuntimeError as error:
                    t.log("refused", error)
    except ExceptionGroup as error:
        _left(t, error)


async def endless_spawning_ends(t):
    """End children that replace themselves for ever once one fails."""
    try:
        async with asyncio.TaskGroup() as group:

            async def child(depth):
                t.log("child", depth)
                await asyncio.sleep(5)
                group.create_task(child(depth + 1))
                if depth == 2:
                    raise Boom("enough")

            group.create_task(child(0))
    except ExceptionGroup as error:
        _left(t, error)


async def cleanup_in_the_body_waits(t):
    """Let a cancelled body wait in its cleanup while another child fails."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail(t, 5, Boom("first")))
            group.create_task(_linger(t))
            try:
                await asyncio.sleep(100)
            finally:
                t.log("cleanup")
                await asyncio.sleep(20)
                t.log("cleaned")
    except ExceptionGroup as error:
        _left(t, error)


async def _linger(t):
    """Fail some time after the cancel."""
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        await asyncio.sleep(5)
        t.log("second fails")
        raise Crash("second")


async def error_of_an_inner_resource(t):
    """Keep the count straight when a resource fails on the way out of the body."""

    class Resource:
        async def __aenter__(self):
            return self

        async def __aexit__(self, *_):
            await asyncio.sleep(1)
            raise Crash("resource")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_fail(t, 5, Boom("child")))
            async with Resource():
                await asyncio.sleep(100)
    except ExceptionGroup as error:
        _left(t, error)
    await asyncio.sleep(1)
    t.log("over")
