"""Hand items from task to task."""

import asyncio


async def _get(t, queue, name, count=1):
    """Get items and log each."""
    for _ in range(count):
        try:
            item = await queue.get()
        except asyncio.CancelledError as error:
            t.log(name, "gives up", error, queue.qsize())
            raise
        t.log(name, "got", item, queue.qsize())


async def _put(t, queue, item):
    """Put an item and log when it is in."""
    try:
        await queue.put(item)
    except asyncio.CancelledError as error:
        t.log("item", item, "given up", error, queue.qsize())
        raise
    t.log("item", item, "put", queue.qsize())


async def _getters(t, *names):
    """Make an empty queue that a task for each name waits for."""
    queue = asyncio.Queue()
    tasks = [asyncio.create_task(_get(t, queue, name)) for name in names]
    await asyncio.sleep(0)
    return queue, tasks


async def _putters(t, maxsize, *items):
    """Make a full queue of zeros that a task for each item waits for."""
    queue = asyncio.Queue(maxsize)
    for _ in range(maxsize):
        queue.put_nowait(0)
    tasks = [asyncio.create_task(_put(t, queue, item)) for item in items]
    await asyncio.sleep(0)
    return queue, tasks


async def _end(t, queue, tasks):
    """Give the tasks what they still wait for, and log what is left."""
    await asyncio.sleep(5)
    t.log("left", [task.done() for task in tasks], queue.qsize())
    while not all(task.done() for task in tasks):
        if queue.empty():
            queue.put_nowait(99)
        else:
            t.log("main got", queue.get_nowait())
        await asyncio.sleep(1)
    t.log("ended", [task.cancelled() for task in tasks], queue.qsize())


def _drain(queue):
    """Take all there is."""
    return [queue.get_nowait() for _ in range(queue.qsize())]


async def room_and_items_do_not_yield(t):
    """Put and get in one step as long as there is room, and items."""
    queue = asyncio.Queue(2)
    asyncio.get_running_loop().call_soon(t.log, "callback")
    t.log(queue.maxsize, queue.empty(), queue.full())
    await queue.put(1)
    await queue.put(2)
    t.log(queue.qsize(), queue.empty(), queue.full())
    t.log(await queue.get(), await queue.get(), queue.qsize())
    await asyncio.sleep(0)


async def three_orders(t):
    """Give first in first out, last in first out, or the least."""
    for kind in asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue:
        queue = kind()
        for item in 3, 1, 4, 1, 5, 9, 2, 6:
            queue.put_nowait(item)
        first = await queue.get()
        await queue.put(0)
        t.log(first, _drain(queue), queue.empty())


async def no_bound(t):
    """Never be full with a bound of 0 or less."""
    for maxsize in 0, -1:
        queue = asyncio.Queue(maxsize)
        for item in range(3):
            await queue.put(item)
        t.log(queue.maxsize, queue.qsize(), queue.full())


async def refused_at_once(t):
    """Refuse what would have to wait."""
    queue = asyncio.Queue(1)
    try:
        queue.get_nowait()
    except asyncio.QueueEmpty as error:
        t.log("get", error)
    queue.put_nowait(1)
    try:
        queue.put_nowait(2)
    except asyncio.QueueFull as error:
        t.log("put", error)
    t.log(_drain(queue))


async def getters_in_order(t):
    """Serve the getters in the order of their arrival."""
    queue, tasks = await _getters(t, "a", "b", "c")
    for item in 1, 2:
        queue.put_nowait(item)
    t.log("put", queue.qsize())
    await _end(t, queue, tasks)


async def putters_in_order(t):
    """Let the putters in, in the order of their arrival, as room is made."""
    queue, tasks = await _putters(t, 2, 1, 2, 3)
    t.log("got", _drain(queue), queue.qsize())
    await _end(t, queue, tasks)


async def put_then_cancel(t):
    """Wake the next getter when the woken one is cancelled in the same step."""
    queue, tasks = await _getters(t, "a", "b", "c")
    queue.put_nowait(1)
    t.log(tasks[0].cancel("cancel"))
    await _end(t, queue, tasks)


async def cancel_then_put(t):
    """Skip a getter that is cancelled already."""
    queue, tasks = await _getters(t, "a", "b", "c")
    t.log(tasks[0].cancel("cancel"))
    queue.put_nowait(1)
    await _end(t, queue, tasks)


async def puts_then_cancels(t):
    """Lose no item when woken getters are cancelled, whichever they are."""
    for cancelled in (0, 1), (1, 0), (0, 2), (2, 3):
        queue, tasks = await _getters(t, "a", "b", "c", "d")
        for item in 1, 2:
            queue.put_nowait(item)
        for index in cancelled:
            tasks[index].cancel()
        await _end(t, queue, tasks)


async def item_left_by_a_cancelled_getter(t):
    """Keep the item when nobody else waits for it."""
    queue, tasks = await _getters(t, "a")
    queue.put_nowait(1)
    tasks[0].cancel()
    await _end(t, queue, tasks)
    t.log(_drain(queue))


async def item_taken_from_a_woken_getter(t):
    """Send a woken getter to the end of the line when its item is gone."""
    queue, tasks = await _getters(t, "a", "b")
    queue.put_nowait(1)
    t.log("main got", queue.get_nowait())
    await asyncio.sleep(0)
    queue.put_nowait(2)
    await _end(t, queue, tasks)


async def item_taken_from_a_cancelled_getter(t):
    """Wake nobody when the item of a cancelled getter is gone."""
    queue, tasks = await _getters(t, "a", "b")
    queue.put_nowait(1)
    tasks[0].cancel()
    t.log("main got", queue.get_nowait())
    await _end(t, queue, tasks)


async def newcomer_before_a_woken_getter(t):
    """Let who gets in the same step have the item."""
    queue, tasks = await _getters(t, "a")
    queue.put_nowait(1)
    await _get(t, queue, "main")
    await _end(t, queue, tasks)


async def get_then_cancel(t):
    """Wake the next putter when the woken one is cancelled in the same step."""
    queue, tasks = await _putters(t, 1, 1, 2, 3)
    t.log("main got", queue.get_nowait())
    t.log(tasks[0].cancel("cancel"))
    await _end(t, queue, tasks)


async def cancel_then_get(t):
    """Skip a putter that is cancelled already."""
    queue, tasks = await _putters(t, 1, 1, 2, 3)
    t.log(tasks[0].cancel("cancel"))
    t.log("main got", queue.get_nowait())
    await _end(t, queue, tasks)


async def gets_then_cancels(t):
    """Leave no room unused when woken putters are cancelled, whichever they are."""
    for cancelled in (0, 1), (1, 0), (0, 2), (2, 3):
        queue, tasks = await _putters(t, 2, 1, 2, 3, 4)
        _drain(queue)
        for index in cancelled:
            tasks[index].cancel()
        await _end(t, queue, tasks)


async def room_taken_from_a_woken_putter(t):
    """Send a woken putter to the end of the line when its room is gone."""
    queue, tasks = await _putters(t, 1, 1, 2)
    t.log("main got", queue.get_nowait())
    queue.put_nowait(3)
    await asyncio.sleep(0)
    t.log("main got", queue.get_nowait())
    await _end(t, queue, tasks)


async def cancel_taken_back(t):
    """Let a woken getter have its item when the cancel is taken back in time."""
    queue, tasks = await _getters(t, "a", "b")
    queue.put_nowait(1)
    t.log(tasks[0].cancel(), tasks[0].uncancel())
    await _end(t, queue, tasks)


async def getters_that_gave_up_leave_nothing(t):
    """Serve a getter behind many whose time is over."""
    queue, tasks = await _getters(t)
    for _ in range(3):
        try:
            await asyncio.wait_for(queue.get(), 1)
        except TimeoutError as error:
            t.log("main", error)
    tasks.append(asyncio.create_task(_get(t, queue, "a")))
    await _end(t, queue, tasks)


async def deadline_with_the_put(t):
    """Settle an item and a deadline of the same moment, in either order."""
    loop = asyncio.get_running_loop()
    for put_first in True, False:
        queue, tasks = await _getters(t)
        now = loop.time()
        if put_first:
            loop.call_at(now + 5, queue.put_nowait, 1)
        try:
            async with asyncio.timeout_at(now + 5):
                if not put_first:
                    loop.call_at(now + 5, queue.put_nowait, 1)
                await _get(t, queue, "main")
        except TimeoutError as error:
            t.log("main", error, queue.qsize())
        await _end(t, queue, tasks)


async def deadline_of_a_putter(t):
    """Put nothing when the time is over, also in the moment when there is room."""
    loop = asyncio.get_running_loop()
    queue, tasks = await _putters(t, 1)
    loop.call_later(5, lambda: t.log("got", queue.get_nowait()))
    for ms in 3, 2:
        try:
            await asyncio.wait_for(queue.put(ms), ms)
        except TimeoutError as error:
            t.log("main", error, queue.qsize())
    await _end(t, queue, tasks)


async def bounded_producer_and_consumers(t):
    """Move more items than there is room for, and more consumers than items at a time."""
    for maxsize in 1, 2:
        queue = asyncio.Queue(maxsize)
        consumers = [asyncio.create_task(_get(t, queue, name, 2)) for name in "abc"]
        for item in range(6):
            await _put(t, queue, item)
        await _end(t, queue, consumers)


async def priority_with_waiting_getters(t):
    """Give the least item there is when a woken getter runs."""
    queue = asyncio.PriorityQueue()
    tasks = [asyncio.create_task(_get(t, queue, name)) for name in "ab"]
    await asyncio.sleep(0)
    for item in 2, 3, 1:
        queue.put_nowait(item)
    await _end(t, queue, tasks)
