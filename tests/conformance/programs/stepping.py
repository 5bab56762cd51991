"""Show which step runs in which iteration when nothing is cancelled."""

import asyncio


async def _ticks(t, name, count):
    """Log a number of steps with a bare yield after each."""
    for step in range(count):
        t.log(name, step)
        await asyncio.sleep(0)


async def _naps(t, name, *delays):
    """Log after each sleep."""
    for delay in delays:
        await asyncio.sleep(delay)
        t.log(name, delay)


async def callbacks_are_fifo(t):
    """Run callbacks in order; what they add waits for the next iteration."""
    loop = asyncio.get_running_loop()

    def outer(name):
        t.log(name)
        loop.call_soon(t.log, name + " inner")

    for name in ("a", "b", "c"):
        loop.call_soon(outer, name)
    await asyncio.sleep(0)
    t.log("main")
    await asyncio.sleep(0)
    t.log("main again")


async def tasks_start_in_order_of_creation(t):
    """Give every new task its first step in the next iteration."""
    for name in ("a", "b", "c"):
        asyncio.create_task(_ticks(t, name, 2))
    t.log("created")
    await asyncio.sleep(0)
    t.log("main")
    await asyncio.sleep(0)
    t.log("main again")
    await asyncio.sleep(0)


async def task_created_by_callback(t):
    """Start a task one iteration after the callback that made it."""
    loop = asyncio.get_running_loop()

    def make():
        t.log("make")
        loop.create_task(_ticks(t, "child", 1))

    loop.call_soon(make)
    await asyncio.sleep(0)
    t.log("main")
    await asyncio.sleep(0)
    t.log("main again")


async def coroutine_runs_inline(t):
    """Run awaited coroutines without yielding."""

    async def inner(name):
        t.log("inner", name)
        return name

    async def middle():
        return [await inner("a"), await inner("b")]

    asyncio.get_running_loop().call_soon(t.log, "callback")
    t.log(await middle())
    await asyncio.sleep(0)
    t.log("main")


async def done_future_does_not_yield(t):
    """Go on at once when the awaited future is done."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.set_result("value")
    loop.call_soon(t.log, "callback")
    t.log(await future)
    t.log(await future)
    await asyncio.sleep(0)
    t.log("main")


async def done_task_does_not_yield(t):
    """Go on at once when the awaited task is done."""
    task = asyncio.create_task(_ticks(t, "child", 1))
    for _ in range(4):
        await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(t.log, "callback")
    t.log(await task)
    t.log("same iteration")
    await asyncio.sleep(0)
    t.log("main")


async def done_gather_does_not_yield(t):
    """Go on at once when everything gathered is done already."""
    future = asyncio.get_running_loop().create_future()
    future.set_result(1)
    asyncio.get_running_loop().call_soon(t.log, "callback")
    t.log(await asyncio.gather(future, future))
    t.log(await asyncio.gather())
    t.log(await asyncio.shield(future))
    t.log(await asyncio.wait_for(future, 10))
    t.log(await asyncio.wait_for(future, 0))
    await asyncio.sleep(0)
    t.log("main")


async def done_wait_yields(t):
    """Take two iterations in wait() even when everything is done already."""
    future = asyncio.get_running_loop().create_future()
    future.set_result(1)
    asyncio.get_running_loop().call_soon(t.log, "callback")
    done, pending = await asyncio.wait([future])
    t.log("waited", len(done), len(pending))


async def zero_sleeps_interleave(t):
    """Alternate tasks that yield."""
    await asyncio.gather(_ticks(t, "a", 3), _ticks(t, "b", 2), _ticks(t, "c", 1))
    t.log("gathered")


async def zero_sleep_returns_its_value(t):
    """Yield once for a delay of zero or less and return the value."""
    t.log(await asyncio.sleep(0, "zero"))
    t.log(await asyncio.sleep(-5, "negative"))
    t.log(await asyncio.sleep(5, "five"))


async def sleep_refuses_nan(t):
    """Refuse a delay that is no number."""
    try:
        await asyncio.sleep(float("nan"))
    except ValueError as error:
        t.log("refused", error)


async def zero_sleep_does_not_move_time(t):
    """Keep the clock still while something is ready."""
    asyncio.get_running_loop().call_later(1, t.log, "timer")
    await _ticks(t, "busy", 4)
    await asyncio.sleep(1)
    t.log("slept")


async def sleeps_interleave(t):
    """Wake sleepers by deadline."""
    await asyncio.gather(
        _naps(t, "a", 10, 10, 10), _naps(t, "b", 15, 15), _naps(t, "c", 5, 20, 1)
    )
    t.log("gathered")


async def equal_sleeps_wake_in_order(t):
    """Wake sleepers of one deadline in the order they went to sleep."""
    await asyncio.gather(*(_naps(t, f"n{i}", 10) for i in range(8)))
    t.log("gathered")


async def equal_deadlines_from_different_times(t):
    """Fire timers of one deadline in the order they were armed."""
    loop = asyncio.get_running_loop()
    loop.call_at(30, t.log, "armed first")
    await asyncio.sleep(10)
    loop.call_at(30, t.log, "armed second")
    await asyncio.sleep(20)
    t.log("slept")


async def fractional_deadlines(t):
    """Keep the order of deadlines that differ by less than a millisecond."""
    loop = asyncio.get_running_loop()
    for when in (1.5, 1.25, 1.75, 1, 1.125):
        loop.call_at(when, t.log, "due")
    await asyncio.sleep(2)
    t.log("slept")


async def ready_runs_before_due_timers(t):
    """Put timers that are due behind what is ready already."""
    loop = asyncio.get_running_loop()
    loop.call_later(0, t.log, "timer of zero")
    loop.call_later(-1, t.log, "timer of the past")
    loop.call_soon(t.log, "callback")
    await asyncio.sleep(0)
    t.log("main")
    await asyncio.sleep(0)
    t.log("main again")


async def timers_of_one_iteration(t):
    """Run timers of one deadline in one iteration and what they add in the next."""
    loop = asyncio.get_running_loop()

    def fire(name):
        t.log(name)
        loop.call_soon(t.log, name + " soon")
        loop.call_later(0, t.log, name + " later")

    loop.call_later(10, fire, "a")
    loop.call_later(10, fire, "b")
    await asyncio.sleep(10)
    t.log("slept")
    await asyncio.sleep(0)
    t.log("main")


async def value_keeps_its_identity(t):
    """Pass values and identity through a chain of tasks."""
    loop = asyncio.get_running_loop()
    value = ["shared"]
    future = loop.create_future()

    async def hand_over():
        return await future

    first = asyncio.create_task(hand_over())
    second = asyncio.create_task(hand_over())
    loop.call_later(5, future.set_result, value)
    t.log((await first) is value, (await second) is value, first.result() is value)


async def many_waiters_of_one_future(t):
    """Wake the waiters of a future in the order they began to wait."""
    future = asyncio.get_running_loop().create_future()

    async def wait_on(name):
        t.log(name, "got", await future)

    tasks = [asyncio.create_task(wait_on(name)) for name in ("a", "b", "c")]
    await asyncio.sleep(0)
    future.add_done_callback(lambda _: t.log("callback"))
    future.set_result(1)
    t.log("set")
    for task in tasks:
        await task
    t.log("joined")


async def ping_pong(t):
    """Hand over between two tasks through fresh futures."""
    loop = asyncio.get_running_loop()
    turns = [loop.create_future() for _ in range(5)]

    async def player(name, first):
        for turn in range(first, 4, 2):
            await turns[turn]
            t.log(name, turn)
            turns[turn + 1].set_result(None)

    players = asyncio.gather(player("ping", 0), player("pong", 1))
    turns[0].set_result(None)
    await players
    t.log("over")
