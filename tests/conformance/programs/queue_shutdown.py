"""Account for the items of a queue, and shut it down."""

import asyncio

_KINDS = (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue)


async def _get(t, queue, name):
    """Get an item and log how it ends."""
    try:
        t.log(name, "got", await queue.get())
    except (asyncio.CancelledError, asyncio.QueueShutDown) as error:
        t.log(name, "gives up", error, queue.qsize())


async def _put(t, queue, item):
    """Put an item and log how it ends."""
    try:
        await queue.put(item)
    except (asyncio.CancelledError, asyncio.QueueShutDown) as error:
        t.log("item", item, "given up", error, queue.qsize())
    else:
        t.log("item", item, "put", queue.qsize())


async def _join(t, queue, name):
    """Wait until every item is done."""
    await queue.join()
    t.log(name, "joined", queue.qsize())


def _start(*coroutines):
    """Start a task for each coroutine."""
    return [asyncio.create_task(coroutine) for coroutine in coroutines]


def _filled(maxsize, *items):
    """Make a queue with items."""
    queue = asyncio.Queue(maxsize)
    for item in items:
        queue.put_nowait(item)
    return queue


def _done(t, queue):
    """Say that an item is done, or that there is none."""
    try:
        queue.task_done()
        t.log("done")
    except ValueError:
        t.log("refused")


async def _probe(t, queue):
    """Try everything that a queue shut down may refuse."""
    for attempt in lambda: queue.put_nowait(1), queue.get_nowait:
        try:
            t.log("now", attempt())
        except (asyncio.QueueEmpty, asyncio.QueueShutDown) as error:
            t.log("now", error)
    await _put(t, queue, 2)
    await _get(t, queue, "main")


async def join_waits_for_every_item(t):
    """Count what was put and what is done, for every kind of queue."""
    for kind in _KINDS:
        queue = kind()
        for item in range(3):
            queue.put_nowait(item)
        tasks = _start(_join(t, queue, "a"), _join(t, queue, "b"))
        for _ in range(4):
            await asyncio.sleep(1)
            if not queue.empty():
                t.log("got", queue.get_nowait())
            _done(t, queue)
        await asyncio.gather(*tasks)


async def join_without_items_does_not_yield(t):
    """Join in the same step what never had an item, or has none left to do."""
    queue = asyncio.Queue()
    asyncio.get_running_loop().call_soon(t.log, "callback")
    await _join(t, queue, "first")
    queue.put_nowait(1)
    queue.get_nowait()
    queue.task_done()
    await _join(t, queue, "second")
    _done(t, queue)
    await asyncio.sleep(0)


async def join_does_not_wait_for_later_items(t):
    """Join although an item was put between the last task_done() and the joiner's step."""
    queue = _filled(0, 1)
    tasks = _start(_join(t, queue, "a"))
    await asyncio.sleep(0)
    queue.get_nowait()
    queue.task_done()
    queue.put_nowait(2)
    tasks += _start(_join(t, queue, "late"))
    await asyncio.sleep(1)
    t.log([task.done() for task in tasks])
    queue.task_done()
    await asyncio.gather(*tasks)


async def join_is_cancelled(t):
    """Leave the other joiners alone."""
    queue = _filled(0, 1)
    tasks = _start(_join(t, queue, "a"), _join(t, queue, "b"))
    await asyncio.sleep(0)
    tasks[0].cancel()
    try:
        await asyncio.wait_for(queue.join(), 5)
    except TimeoutError as error:
        t.log("main", error)
    queue.task_done()
    tasks[1].cancel()
    await asyncio.wait(tasks)
    t.log([task.cancelled() for task in tasks])


async def gets_drain_then_raise(t):
    """Give what is left, then raise; refuse puts at once."""
    for kind in _KINDS:
        queue = kind()
        for item in 2, 1, 3:
            queue.put_nowait(item)
        queue.shutdown()
        t.log("shut down", queue.qsize())
        for _ in range(2):
            await _probe(t, queue)


async def immediate_drops_the_items(t):
    """Drop what is left and raise at once."""
    for kind in _KINDS:
        queue = kind()
        for item in 2, 1, 3:
            queue.put_nowait(item)
        queue.shutdown(immediate=True)
        t.log("shut down", queue.qsize())
        await _probe(t, queue)
        _done(t, queue)


async def waiting_getters_raise(t):
    """Wake every getter of an empty queue, in both modes."""
    for immediate in False, True:
        queue = asyncio.Queue()
        tasks = _start(_get(t, queue, "a"), _get(t, queue, "b"))
        await asyncio.sleep(0)
        queue.shutdown(immediate)
        t.log("shut down")
        await asyncio.gather(*tasks)


async def waiting_putters_raise(t):
    """Wake every putter of a full queue, in both modes."""
    for immediate in False, True:
        queue = _filled(1, 1)
        tasks = _start(_put(t, queue, 2), _put(t, queue, 3))
        await asyncio.sleep(0)
        queue.shutdown(immediate)
        t.log("shut down", queue.qsize())
        await asyncio.gather(*tasks)
        await _get(t, queue, "main")


async def woken_getters_share_what_is_left(t):
    """Give the items to the first getters and raise for the others, in both modes."""
    for immediate in False, True:
        queue = asyncio.Queue()
        tasks = _start(*(_get(t, queue, name) for name in "abc"))
        await asyncio.sleep(0)
        queue.put_nowait(1)
        queue.shutdown(immediate)
        t.log("shut down", queue.qsize())
        await asyncio.gather(*tasks)


async def woken_putter_is_refused(t):
    """Refuse a putter that was woken for room just before the shutdown, in both modes."""
    for immediate in False, True:
        queue = _filled(2, 1, 2)
        tasks = _start(*(_put(t, queue, item) for item in (3, 4)))
        await asyncio.sleep(0)
        t.log("main got", queue.get_nowait())
        queue.shutdown(immediate)
        await asyncio.gather(*tasks)
        t.log("left", queue.qsize())


async def getters_and_putters_at_once(t):
    """Shut down while a woken getter and a woken putter have not run yet."""
    for immediate in False, True:
        queue = _filled(1)
        tasks = _start(_get(t, queue, "a"), _get(t, queue, "b"))
        await asyncio.sleep(0)
        queue.put_nowait(1)
        tasks += _start(_put(t, queue, 2), _put(t, queue, 3))
        await asyncio.sleep(0)
        queue.shutdown(immediate)
        t.log("shut down", queue.qsize())
        await asyncio.gather(*tasks)


async def cancel_with_the_shutdown(t):
    """Cancel a getter and a putter in the step of the shutdown, before and after it."""
    for cancel_first in True, False:
        for queue in _filled(1), _filled(1, 1):
            if queue.empty():
                tasks = _start(_get(t, queue, "a"), _get(t, queue, "b"))
            else:
                tasks = _start(_put(t, queue, 8), _put(t, queue, 9))
            await asyncio.sleep(0)
            if cancel_first:
                tasks[0].cancel("cancel")
            queue.shutdown()
            if not cancel_first:
                tasks[0].cancel("cancel")
            await asyncio.gather(*tasks)


async def join_after_the_shutdown(t):
    """Join once what was left is done; an immediate shutdown counts what it drops as done."""
    for immediate in False, True:
        for taken in 0, 1:
            queue = _filled(0, 1, 2)
            tasks = _start(_join(t, queue, "a"))
            await asyncio.sleep(0)
            for _ in range(taken):
                t.log("got", queue.get_nowait())
            queue.shutdown(immediate)
            for _ in range(3):
                await asyncio.sleep(1)
                _done(t, queue)
            await asyncio.gather(*tasks)


async def shut_down_twice(t):
    """Tighten a shutdown, never loosen it."""
    for order in (False, True), (True, False), (False, False):
        queue = _filled(0, 1, 2)
        tasks = _start(_join(t, queue, "a"))
        await asyncio.sleep(0)
        for immediate in order:
            queue.shutdown(immediate)
            t.log("shut down", queue.qsize())
        await _get(t, queue, "main")
        queue.shutdown(immediate=True)
        _done(t, queue)
        await asyncio.gather(*tasks)
