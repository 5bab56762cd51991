"""Run children in a task group that nothing disturbs."""

import asyncio
import contextvars

_place = contextvars.ContextVar("place", default="nowhere")


async def _nap(t, name, ms):
    """Sleep and log the end or the cancel."""
    try:
        await asyncio.sleep(ms)
        t.log(name, "slept")
        return name
    except asyncio.CancelledError as error:
        t.log(name, "caught", error)
        raise


async def waits_for_all(t):
    """Leave once every child has ended, with their results at hand."""
    async with asyncio.TaskGroup() as group:
        first = group.create_task(_nap(t, "a", 20))
        second = group.create_task(_nap(t, "b", 10))
        t.log("body over")
    t.log(first.result(), second.result())


async def body_may_wait(t):
    """Let the body await a child and add more afterwards."""
    async with asyncio.TaskGroup() as group:
        t.log(await group.create_task(_nap(t, "a", 5)))
        group.create_task(_nap(t, "b", 5))
        await asyncio.sleep(20)
        t.log("body over")
    t.log("left")


async def body_outlives_the_children(t):
    """Leave at once when the children have ended before the body."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_nap(t, "a", 5))
        await asyncio.sleep(10)
        t.log("body over")
    t.log("left")


async def no_children(t):
    """Leave without yielding when there was nothing to wait for."""
    asyncio.get_running_loop().call_soon(t.log, "callback")
    async with asyncio.TaskGroup():
        pass
    t.log("left")
    await asyncio.sleep(0)


async def children_that_ended_unnoticed(t):
    """Wait for the done callback of a child that has just ended."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(_nap(t, "a", 0))
        while not task.done():
            await asyncio.sleep(0)
        t.log("body over")
    t.log("left")


async def child_cancelled_by_hand(t):
    """Disturb nobody by cancelling one child."""
    async with asyncio.TaskGroup() as group:
        victim = group.create_task(_nap(t, "victim", 100))
        group.create_task(_nap(t, "other", 20))
        await asyncio.sleep(5)
        t.log("cancel", victim.cancel("by hand"))
        await asyncio.sleep(5)
        t.log("body over")
    t.log("left", victim.cancelled())


async def all_children_cancelled_by_hand(t):
    """Leave normally even when every child was cancelled while leaving."""
    async with asyncio.TaskGroup() as group:
        victim = group.create_task(_nap(t, "victim", 100))
        asyncio.get_running_loop().call_later(5, victim.cancel)
    t.log("left", asyncio.current_task().cancelling())


async def children_add_children(t):
    """Let children add siblings while the group is leaving."""
    async with asyncio.TaskGroup() as group:

        async def child(depth):
            await asyncio.sleep(5)
            t.log("child", depth)
            if depth < 3:
                group.create_task(child(depth + 1))

        group.create_task(child(0))
        t.log("body over")
    t.log("left")


async def last_child_adds_a_child(t):
    """Stay when the last child adds another in its last step."""
    async with asyncio.TaskGroup() as group:

        async def first():
            group.create_task(second())
            t.log("first over")

        async def second():
            t.log("second over")

        group.create_task(first())
    t.log("left")


async def finished_group_refuses(t):
    """Refuse new children after the group was left, without starting them."""

    async def child():
        t.log("not reached")

    async with asyncio.TaskGroup() as group:
        pass
    coroutine = child()
    try:
        group.create_task(coroutine)
    except RuntimeError as error:
        t.log("refused", error)
    await asyncio.sleep(5)
    t.log("over")


async def options_pass_through(t):
    """Hand the name and the context on to the task."""
    context = contextvars.copy_context()
    context.run(_place.set, "inside")

    async def child():
        t.log(asyncio.current_task().get_name(), _place.get())

    async with asyncio.TaskGroup() as group:
        named = group.create_task(child(), name="named")
        group.create_task(child(), name="placed", context=context)
        t.log(named.get_name())
    t.log("left")


async def one_group_after_another(t):
    """Run two groups in a row."""
    for name in ("first", "second"):
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, name + " a", 5))
            group.create_task(_nap(t, name + " b", 3))
        t.log("left", name)


async def group_in_a_child(t):
    """Run a group inside a child of another group."""

    async def family(name):
        async with asyncio.TaskGroup() as group:
            group.create_task(_nap(t, name + " a", 5))
            group.create_task(_nap(t, name + " b", 10))
        t.log("left", name)

    async with asyncio.TaskGroup() as group:
        group.create_task(family("x"))
        group.create_task(family("y"))
    t.log("left")


async def joined_from_outside(t):
    """Wake the group and a joiner of its child in their order."""

    async def join(task):
        t.log("joined", await task)

    async with asyncio.TaskGroup() as group:
        child = group.create_task(_nap(t, "a", 5))
        joiner = asyncio.create_task(join(child))
    t.log("left")
    await joiner
