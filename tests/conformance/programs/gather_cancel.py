"""Cancel a gather, its waiter, and children that resist."""

import asyncio

from trace import Boom, Crash


async def _nap(t, name, ms=100):
    """Sleep and log the cancel that comes instead."""
    try:
        return await asyncio.sleep(ms, name)
    except asyncio.CancelledError as error:
        t.log(name, "caught", error)
        raise


async def _convert(t, name, error):
    """Sleep and turn the cancel into another error."""
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        t.log(name, "converts")
        raise error


async def _linger(t, name, ms):
    """Sleep and take some time after the cancel."""
    try:
        await asyncio.sleep(100)
    finally:
        await asyncio.sleep(ms)
        t.log(name, "lingered")


async def _swallow(t, name):
    """Sleep and return a value instead of the cancel."""
    try:
        return await asyncio.sleep(100)
    except asyncio.CancelledError:
        t.log(name, "swallows")
        return name


async def _run(t, gathering, message="stop"):
    """Await what a function gathers in a task of its own and cancel that task."""

    async def waiter():
        return await gathering()

    task = asyncio.create_task(waiter())
    await asyncio.sleep(5)
    t.log("cancel", task.cancel(message))
    try:
        t.log("value", await task)
    except BaseException as error:
        t.log("ended", error, task.cancelled(), task.cancelling())


async def cancel_reaches_every_child(t):
    """Cancel every child that is not done, in order, and raise."""
    await _run(t, lambda: asyncio.gather(_nap(t, "a"), _nap(t, "b", 2), _nap(t, "c")))


async def cancel_with_collected_errors(t):
    """Raise the cancel even when errors are collected."""
    await _run(
        t, lambda: asyncio.gather(_nap(t, "a"), _nap(t, "b"), return_exceptions=True)
    )


async def cancel_waits_for_lingering_children(t):
    """Raise once the first child has ended, or all when errors are collected."""
    for collect in (False, True):
        await _run(
            t,
            lambda: asyncio.gather(
                _linger(t, "slow", 10), _nap(t, "quick"), return_exceptions=collect
            ),
        )
        await asyncio.sleep(20)


async def children_convert_the_cancel(t):
    """Raise the first error that takes the place of the cancel, unless errors are collected."""
    for collect in (False, True):
        await _run(
            t,
            lambda: asyncio.gather(
                _convert(t, "a", Boom("a")), _convert(t, "b", Crash("b")),
                return_exceptions=collect,
            ),
            None,
        )


async def one_child_converts(t):
    """Let the outcome that comes first win."""
    await _run(
        t, lambda: asyncio.gather(_nap(t, "a"), _convert(t, "b", Boom("b")))
    )
    await _run(
        t, lambda: asyncio.gather(_convert(t, "a", Boom("a")), _nap(t, "b"))
    )


async def children_swallow_the_cancel(t):
    """Raise the cancel even when every child turned it into a value."""
    for collect in (False, True):
        await _run(
            t,
            lambda: asyncio.gather(
                _swallow(t, "a"), _swallow(t, "b"), return_exceptions=collect
            ),
            None,
        )


async def cancel_of_the_gather_itself(t):
    """Cancel through the gather's own cancel()."""
    gathered = asyncio.gather(_nap(t, "a"), _nap(t, "b"))
    await asyncio.sleep(5)
    t.log("cancel", gathered.cancel("direct"), gathered.done(), gathered.cancelled())
    try:
        await gathered
    except asyncio.CancelledError as error:
        t.log("raised", error, gathered.cancelled(), asyncio.current_task().cancelling())


async def cancel_when_every_child_is_done(t):
    """Refuse to cancel when the children are done but the gather is not."""
    children = [asyncio.create_task(_nap(t, name, 1)) for name in ("a", "b")]
    gathered = asyncio.gather(*children)
    while not children[1].done():
        await asyncio.sleep(0 if children[0].done() else 1)
    t.log(gathered.done(), gathered.cancel())
    t.log(await gathered)


async def cancel_after_the_end(t):
    """Refuse to cancel a finished gather; children still running stay alone."""

    async def fail():
        raise Boom("early")

    slow = asyncio.create_task(_nap(t, "slow", 10))
    gathered = asyncio.gather(fail(), slow)
    try:
        await gathered
    except Boom as error:
        t.log("raised", error)
    t.log("cancel", gathered.cancel())
    t.log(await slow)


async def cancel_in_the_iteration_of_the_result(t):
    """Let the cancel of the waiter win over a result that is ready."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    gathered = asyncio.gather(future)

    async def waiter():
        return await gathered

    task = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    future.set_result("value")
    t.log("cancel", task.cancel("at once"))
    try:
        t.log("value", await task)
    except asyncio.CancelledError as error:
        t.log("ended", error)
    t.log(gathered.done(), gathered.result())


async def cancel_one_iteration_later(t):
    """Let the cancel win when the gather is done but its waiter has not resumed."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    gathered = asyncio.gather(future)

    async def waiter():
        return await gathered

    task = asyncio.create_task(waiter())
    await asyncio.sleep(0)
    future.set_result("value")
    await asyncio.sleep(0)
    t.log("cancel", gathered.done(), task.cancel("later"))
    try:
        t.log("value", await task)
    except asyncio.CancelledError as error:
        t.log("ended", error)


async def nested_gathers(t):
    """Cancel through two levels of gathers."""
    await _run(
        t,
        lambda: asyncio.gather(
            asyncio.gather(_nap(t, "a"), _nap(t, "b")), _nap(t, "c")
        ),
    )


async def shared_child(t):
    """Cancel a child that somebody else awaits, too."""
    shared = asyncio.create_task(_nap(t, "shared"))

    async def other():
        try:
            await shared
        except asyncio.CancelledError as error:
            t.log("other", error)

    watcher = asyncio.create_task(other())
    await asyncio.sleep(0)
    await _run(t, lambda: asyncio.gather(shared, _nap(t, "own")), None)
    await watcher
