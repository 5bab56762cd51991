"""Take results as they come with as_completed()."""

import asyncio

from trace import Boom


async def _nap(ms, result=None):
    """Return a value after a sleep."""
    return await asyncio.sleep(ms, result)


async def _fail(ms, message):
    """Raise after a sleep."""
    await asyncio.sleep(ms)
    raise Boom(message)


async def order_of_completion(t):
    """Yield in the order of completion."""
    async for task in asyncio.as_completed([_nap(30, "a"), _nap(10, "b"), _nap(20, "c")]):
        t.log(await task)
    t.log("over")


async def equal_deadlines(t):
    """Yield together, in the order they ended, what ends together."""
    async for task in asyncio.as_completed([_nap(10, "a"), _nap(10, "b"), _nap(10, "c")]):
        t.log(await task)


async def yields_the_tasks_given(t):
    """Yield the very tasks and futures that were given."""
    future = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(5, future.set_result, "future")
    task = asyncio.create_task(_nap(10, "task"))
    async for item in asyncio.as_completed([task, future]):
        t.log(item is task, item is future, item.done(), item.result())


async def done_already(t):
    """Yield what is done before what is not."""
    future = asyncio.get_running_loop().create_future()
    future.set_result("ready")
    async for item in asyncio.as_completed([_nap(5, "later"), future]):
        t.log(await item)


async def failures_are_items(t):
    """Yield failed and cancelled tasks like the others."""
    slow = asyncio.create_task(_nap(100))
    asyncio.get_running_loop().call_later(15, slow.cancel, "stop")
    async for item in asyncio.as_completed([_fail(10, "bad"), slow, _nap(20, "good")]):
        try:
            t.log(await item)
        except (Boom, asyncio.CancelledError) as error:
            t.log("raised", error)


async def duplicates_collapse(t):
    """Yield a task once however often it is given."""
    task = asyncio.create_task(_nap(5, "once"))
    async for item in asyncio.as_completed([task, task]):
        t.log(await item)


async def nothing_to_wait_for(t):
    """End at once without items."""
    async for item in asyncio.as_completed([]):
        t.log("not reached", item)
    t.log("over")


async def body_slower_than_items(t):
    """Keep items that end while the body is busy."""
    async for task in asyncio.as_completed([_nap(10, "a"), _nap(11, "b"), _nap(40, "c")]):
        t.log(await task)
        await asyncio.sleep(15)
    t.log("over")


async def deadline_raises(t):
    """Raise at the deadline and leave the tasks running."""
    slow = asyncio.create_task(_nap(30, "slow"))
    try:
        async for item in asyncio.as_completed([_nap(5, "quick"), slow], timeout=10):
            t.log(await item)
    except TimeoutError as error:
        t.log("raised", error)
    t.log(slow.done(), slow.cancelling())
    t.log(await slow)


async def deadline_not_reached(t):
    """Leave no timer behind when everything is in time."""
    async for item in asyncio.as_completed([_nap(5, "quick")], timeout=1000):
        t.log(await item)
    await asyncio.sleep(1)
    t.log("slept")


async def cancelled_while_waiting(t):
    """Leave the tasks running when the loop over them is cancelled."""
    slow = asyncio.create_task(_nap(30, "slow"))

    async def consume():
        async for item in asyncio.as_completed([slow, _nap(5, "quick")]):
            t.log(await item)

    consumer = asyncio.create_task(consume())
    await asyncio.sleep(10)
    t.log(consumer.cancel("stop"))
    try:
        await consumer
    except asyncio.CancelledError as error:
        t.log("ended", error)
    t.log(await slow)
