"""Handle coroutine objects: lazy until awaited or made a task."""

import asyncio

from trace import Boom


async def _child(t, name):
    """Log the first and the last step."""
    t.log(name, "starts")
    await asyncio.sleep(5)
    t.log(name, "ends")
    return name


async def lazy_until_awaited(t):
    """Run nothing of a coroutine before it is awaited."""
    coroutine = _child(t, "a")
    t.log("made")
    await asyncio.sleep(10)
    t.log("awaiting")
    t.log(await coroutine)


async def task_of_a_coroutine_object(t):
    """Take a coroutine object for a task."""
    coroutine = _child(t, "a")
    task = asyncio.create_task(coroutine)
    t.log("created")
    t.log(await task)


async def gathered_twice(t):
    """Run a coroutine object given twice once and list its result twice."""
    coroutine = _child(t, "once")
    t.log(await asyncio.gather(coroutine, _child(t, "other"), coroutine))


async def returned_future_is_handed_over(t):
    """Hand a returned future over without awaiting it."""
    future = asyncio.get_running_loop().create_future()

    async def give():
        return future

    given = await asyncio.create_task(give())
    t.log(given is future, given.done())
    inline = await give()
    t.log(inline is future, inline.done())


async def refused_by_a_finished_group(t):
    """Close a coroutine object that a finished group refuses."""
    async with asyncio.TaskGroup() as group:
        pass
    coroutine = _child(t, "refused")
    try:
        group.create_task(coroutine)
    except RuntimeError as error:
        t.log("refused", error)
    await asyncio.sleep(10)
    t.log("over")


async def never_started_by_wait_for(t):
    """Close a coroutine object that gets no time at all."""
    try:
        await asyncio.wait_for(_child(t, "late"), 0)
    except TimeoutError as error:
        t.log("raised", error)
    await asyncio.sleep(10)
    t.log("over")


async def error_through_an_inline_coroutine(t):
    """Raise the error of an inline coroutine where it is awaited."""

    async def fail():
        await asyncio.sleep(1)
        raise Boom("inline")

    coroutine = fail()
    try:
        await coroutine
    except Boom as error:
        t.log("raised", error)
