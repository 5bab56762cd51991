"""Start tasks eagerly: the first step runs inside create_task()."""

import asyncio
import contextvars

from trace import Boom

_place = contextvars.ContextVar("place", default="nowhere")


def _start(coroutine, **options):
    """Create an eager task."""
    return asyncio.create_task(coroutine, eager_start=True, **options)


async def current_task_is_swapped(t):
    """Be the current task during the eager step, and the creator afterwards."""
    main = asyncio.current_task()

    async def inner():
        t.log("inner", asyncio.current_task().get_name())

    async def outer():
        me = asyncio.current_task()
        t.log("outer", me.get_name(), me is not main)
        _start(inner(), name="inner task")
        t.log("outer again", asyncio.current_task() is me)
        await asyncio.sleep(0)
        t.log("outer later", asyncio.current_task() is me)

    task = _start(outer(), name="outer task")
    t.log("main", asyncio.current_task() is main)
    await task


async def created_by_a_callback(t):
    """Run the eager step inside a plain callback."""
    loop = asyncio.get_running_loop()

    async def child():
        t.log("child", asyncio.current_task() is not None)
        await asyncio.sleep(0)
        t.log("child again")

    def callback():
        loop.create_task(child(), eager_start=True)
        t.log("callback", asyncio.current_task() is None)

    loop.call_soon(callback)
    await asyncio.sleep(0)
    t.log("main")
    await asyncio.sleep(0)
    t.log("main again")


async def context_is_copied(t):
    """Keep what the eager step sets from the creator."""
    _place.set("main")

    async def child():
        t.log(_place.get())
        _place.set("child")
        await asyncio.sleep(0)
        t.log(_place.get())

    task = _start(child())
    t.log(_place.get())
    await task
    t.log(_place.get())


async def cancel_after_the_first_step(t):
    """Cancel what the eager step began to wait for."""

    async def child():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError as error:
            t.log("caught", error)
            raise

    task = _start(child())
    t.log("cancel", task.cancel("at once"))
    try:
        await task
    except asyncio.CancelledError as error:
        t.log("ended", error, task.cancelled())


async def cancels_its_creator(t):
    """Cancel the creator, which is running: delivered at its next suspension."""
    main = asyncio.current_task()

    async def child():
        t.log("cancel", main.cancel("from the child"))

    _start(child())
    t.log("still running")
    try:
        await asyncio.sleep(5)
    except asyncio.CancelledError as error:
        t.log("caught", error, main.uncancel())


async def chain_of_eager_tasks(t):
    """Run a chain of eager tasks in one go until something suspends."""

    async def link(depth):
        t.log("down", depth)
        if depth < 3:
            await _start(link(depth + 1))
        else:
            await asyncio.sleep(5)
        t.log("up", depth)

    await _start(link(0))
    t.log("over")


async def group_with_completed_children(t):
    """Wait for the callbacks of children that completed eagerly."""

    async def child(name):
        t.log(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(child("a"), eager_start=True)
        group.create_task(child("b"), eager_start=True)
        t.log("body over")
    t.log("left")


async def group_with_failing_child(t):
    """Abort the group through the callback, not inside create_task()."""

    async def child():
        raise Boom("eager")

    async def sibling():
        try:
            await asyncio.sleep(100)
        finally:
            t.log("sibling over")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(sibling(), eager_start=True)
            group.create_task(child(), eager_start=True)
            t.log("still in the body")
            await asyncio.sleep(5)
            t.log("not reached")
    except ExceptionGroup as error:
        t.log("left with", error, asyncio.current_task().cancelling())


async def group_with_failing_child_and_quick_body(t):
    """Fail the group of an eager child although the body never suspends."""

    async def child():
        raise Boom("eager")

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(child(), eager_start=True)
            t.log("body over")
    except ExceptionGroup as error:
        t.log("left with", error, asyncio.current_task().cancelling())
