"""Meet at a barrier."""

import asyncio


async def _meet(t, barrier, name):
    """Wait at the barrier and log how it ends."""
    try:
        index = await barrier.wait()
    except (asyncio.CancelledError, asyncio.BrokenBarrierError) as error:
        t.log(name, "gives up", error, barrier.n_waiting, barrier.broken)
        raise
    t.log(name, "passes", index, barrier.n_waiting)


def _start(t, barrier, *names):
    """Start a task for each name."""
    return [asyncio.create_task(_meet(t, barrier, name)) for name in names]


async def _filling(t, parties, *names):
    """Make a barrier at which a task for each name waits."""
    barrier = asyncio.Barrier(parties)
    tasks = _start(t, barrier, *names)
    await asyncio.sleep(0)
    return barrier, tasks


async def _end(t, barrier, tasks):
    """Abort whatever waits, and log how the tasks ended."""
    await asyncio.sleep(5)
    t.log("abort", [task.done() for task in tasks], barrier.n_waiting, barrier.broken)
    await barrier.abort()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    t.log("ended", results, barrier.n_waiting)


async def indexes_in_order_of_arrival(t):
    """Number the parties as they come; the last one leaves first."""
    barrier, tasks = await _filling(t, 4, "a", "b", "c")
    t.log("filling", barrier.parties, barrier.n_waiting, barrier.broken)
    t.log("main passes", await barrier.wait(), barrier.n_waiting)
    await _end(t, barrier, tasks)


async def single_party_does_not_yield(t):
    """Pass a barrier for one in the same step, again and again."""
    barrier = asyncio.Barrier(1)
    asyncio.get_running_loop().call_soon(t.log, "callback")
    for _ in range(2):
        t.log("passes", await barrier.wait(), barrier.n_waiting)
    await asyncio.sleep(0)


async def bad_values(t):
    """Refuse a barrier for nobody."""
    for parties in 0, -1:
        try:
            asyncio.Barrier(parties)
        except ValueError as error:
            t.log("refused", error)


async def used_again(t):
    """Meet several times at one barrier."""
    barrier = asyncio.Barrier(3)

    async def worker(name):
        for _ in range(3):
            await _meet(t, barrier, name)

    await asyncio.gather(worker("a"), worker("b"), worker("c"))


async def late_comers_wait_for_the_next_group(t):
    """Let who comes while the barrier drains wait until it is empty."""
    barrier, tasks = await _filling(t, 3, "a", "b")
    tasks += _start(t, barrier, "c", "d", "e")
    await asyncio.sleep(0)
    tasks += _start(t, barrier, "f", "g")
    await _end(t, barrier, tasks)


async def cancel_while_filling(t):
    """Count down when one gives up; the others wait on."""
    barrier, tasks = await _filling(t, 3, "a", "b")
    t.log(tasks[0].cancel(), barrier.n_waiting)
    await asyncio.sleep(1)
    t.log("left", barrier.n_waiting)
    tasks += _start(t, barrier, "c", "d")
    await _end(t, barrier, tasks)


async def all_cancelled_while_filling(t):
    """Leave the barrier as new when everyone gives up."""
    barrier, tasks = await _filling(t, 3, "a", "b")
    for task in tasks:
        task.cancel()
    await asyncio.sleep(1)
    t.log("left", barrier.n_waiting, barrier.broken)
    tasks += _start(t, barrier, "c", "d", "e")
    await _end(t, barrier, tasks)


async def cancel_with_the_last_arrival(t):
    """Cancel one in the step that starts the last party, and in that party's own step."""
    barrier, tasks = await _filling(t, 3, "a", "b")
    tasks += _start(t, barrier, "c")
    t.log(tasks[0].cancel(), barrier.n_waiting)
    await _end(t, barrier, tasks)

    barrier, tasks = await _filling(t, 3, "a", "b")
    await barrier.wait()
    t.log(tasks[0].cancel(), tasks[1].cancel())
    await _end(t, barrier, tasks)


async def cancel_while_draining(t):
    """Cancel a party that waits for the inner lock, on its way out."""
    barrier, tasks = await _filling(t, 4, "a", "b", "c")
    await barrier.wait()
    await asyncio.sleep(0)
    t.log(tasks[1].cancel(), [task.done() for task in tasks])
    await _end(t, barrier, tasks)


async def cancel_of_a_late_comer(t):
    """Cancel one that waits for the barrier to be empty."""
    barrier, tasks = await _filling(t, 3, "a", "b")
    await barrier.wait()
    tasks += _start(t, barrier, "c", "d")
    await asyncio.sleep(0)
    t.log(tasks[2].cancel())
    await _end(t, barrier, tasks)


async def reset_breaks_the_waiters(t):
    """Break those who wait, then serve the next ones."""
    barrier, tasks = await _filling(t, 3, "a", "b")
    await barrier.reset()
    t.log("reset", barrier.n_waiting, barrier.broken)
    tasks += _start(t, barrier, "c", "d", "e")
    await _end(t, barrier, tasks)


async def reset_of_an_empty_barrier(t):
    """Change nothing."""
    barrier, tasks = await _filling(t, 2)
    await barrier.reset()
    t.log("reset", barrier.n_waiting, barrier.broken)
    tasks += _start(t, barrier, "a", "b")
    await _end(t, barrier, tasks)


async def abort_breaks_until_reset(t):
    """Break those who wait and those who come, until the barrier is reset."""
    barrier, tasks = await _filling(t, 3, "a", "b")
    await barrier.abort()
    t.log("aborted", barrier.n_waiting, barrier.broken)
    tasks += _start(t, barrier, "c", "d")
    await asyncio.sleep(1)
    await barrier.reset()
    t.log("reset", barrier.n_waiting, barrier.broken)
    tasks += _start(t, barrier, "e", "f", "g")
    await _end(t, barrier, tasks)


async def reset_of_an_aborted_barrier_at_once(t):
    """Reset before those who wait have left."""
    barrier, tasks = await _filling(t, 3, "a", "b")
    await barrier.abort()
    await barrier.reset()
    t.log("reset", barrier.n_waiting, barrier.broken)
    tasks += _start(t, barrier, "c", "d", "e")
    await _end(t, barrier, tasks)


async def abort_after_reset_at_once(t):
    """Abort before those who were reset have left."""
    barrier, tasks = await _filling(t, 3, "a", "b")
    await barrier.reset()
    await barrier.abort()
    t.log("aborted", barrier.n_waiting, barrier.broken)
    tasks += _start(t, barrier, "c")
    await _end(t, barrier, tasks)


async def reset_while_draining(t):
    """Break those who have not left yet."""
    for wait in range(3):
        barrier, tasks = await _filling(t, 4, "a", "b", "c")
        await barrier.wait()
        for _ in range(wait):
            await asyncio.sleep(0)
        await barrier.reset()
        t.log("reset", [task.done() for task in tasks], barrier.n_waiting)
        tasks += _start(t, barrier, "d")
        await _end(t, barrier, tasks)


async def abort_while_draining(t):
    """Break those who have not left yet, and who came too late."""
    for wait in range(3):
        barrier, tasks = await _filling(t, 4, "a", "b", "c")
        await barrier.wait()
        tasks += _start(t, barrier, "late")
        for _ in range(wait):
            await asyncio.sleep(0)
        await barrier.abort()
        t.log("aborted", [task.done() for task in tasks], barrier.broken)
        await _end(t, barrier, tasks)


async def cancel_with_the_reset(t):
    """Cancel one of those who are being broken, before and after the reset."""
    for cancel_first in True, False:
        barrier, tasks = await _filling(t, 3, "a", "b")
        if cancel_first:
            tasks[0].cancel()
        await barrier.reset()
        if not cancel_first:
            tasks[0].cancel()
        await asyncio.sleep(1)
        t.log("left", barrier.n_waiting, barrier.broken)
        tasks += _start(t, barrier, "c", "d", "e")
        await _end(t, barrier, tasks)


async def waiting_with_a_deadline(t):
    """Give up at a deadline, with wait_for() and inside a timeout block."""
    barrier, tasks = await _filling(t, 3, "a")
    try:
        await asyncio.wait_for(barrier.wait(), 5)
    except TimeoutError as error:
        t.log("wait_for", error, barrier.n_waiting)
    try:
        async with asyncio.timeout(5):
            await _meet(t, barrier, "main")
    except TimeoutError as error:
        t.log("timeout", error, barrier.n_waiting)
    tasks += _start(t, barrier, "b", "c")
    await _end(t, barrier, tasks)
