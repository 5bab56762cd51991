"""Gather results, errors and cancelled children with gather()."""

import asyncio

from trace import Boom, Crash, foreign_future


async def _nap(ms, result=None):
    """Return a value after a sleep."""
    return await asyncio.sleep(ms, result)


async def _fail(t, ms, error):
    """Raise after a sleep."""
    await asyncio.sleep(ms)
    t.log("raise", error)
    raise error


async def results_in_argument_order(t):
    """Return the results in the order of the arguments."""
    t.log(await asyncio.gather(_nap(30, "a"), _nap(10, "b"), _nap(20, "c")))


async def children_start_in_order(t):
    """Start the children in order of the arguments, when gather() is called."""

    async def child(name):
        t.log("start", name)

    gathered = asyncio.gather(child("a"), child("b"))
    asyncio.create_task(child("c"))
    t.log("called")
    await asyncio.sleep(0)
    t.log("main")
    t.log(await gathered)


async def mixed_arguments(t):
    """Take coroutines, tasks, pending and done futures."""
    future = asyncio.get_running_loop().create_future()
    done = asyncio.get_running_loop().create_future()
    done.set_result("done")
    asyncio.get_running_loop().call_later(5, future.set_result, "future")
    task = asyncio.create_task(_nap(10, "task"))
    t.log(await asyncio.gather(_nap(1, "coroutine"), task, future, done))


async def nothing_to_gather(t):
    """Return an empty list at once."""
    gathered = asyncio.gather()
    t.log(gathered.done(), await gathered)


async def same_task_twice(t):
    """Run a task given twice once and list its result twice."""

    async def child():
        t.log("child")
        return "once"

    task = asyncio.create_task(child())
    t.log(await asyncio.gather(task, _nap(1, "other"), task))


async def first_error_is_raised_at_once(t):
    """Raise the first error at once and leave the others running."""
    slow = asyncio.create_task(_nap(20, "slow"))
    try:
        await asyncio.gather(slow, _fail(t, 10, Boom("first")))
    except Boom as error:
        t.log("raised", error)
    t.log(slow.done(), await slow)


async def later_errors_are_silent(t):
    """Report no error that comes after the first as lost."""
    try:
        await asyncio.gather(
            _fail(t, 5, Boom("first")), _fail(t, 10, Crash("second")), _fail(t, 5, Crash("third"))
        )
    except Boom as error:
        t.log("raised", error)
    await asyncio.sleep(20)
    t.log("over")


async def errors_in_place(t):
    """List errors among the results when asked to."""
    t.log(
        await asyncio.gather(
            _nap(5, "a"),
            _fail(t, 10, Boom("b")),
            _fail(t, 1, Crash("c")),
            return_exceptions=True,
        )
    )


async def cancelled_child_is_an_error(t):
    """Raise the cancel of a child without cancelling anybody else."""
    child = asyncio.create_task(_nap(100))
    other = asyncio.create_task(_nap(20, "other"))
    asyncio.get_running_loop().call_later(5, child.cancel, "child")
    gathered = asyncio.gather(child, other)
    try:
        await gathered
    except asyncio.CancelledError as error:
        t.log("raised", error, gathered.cancelled(), gathered.done())
    t.log(asyncio.current_task().cancelling(), other.done(), await other)


async def cancelled_child_in_place(t):
    """List the cancel of a child among the results."""
    child = asyncio.create_task(_nap(100))
    asyncio.get_running_loop().call_later(5, child.cancel)
    t.log(await asyncio.gather(child, _nap(20, "other"), return_exceptions=True))


async def child_raises_cancelled_error(t):
    """Treat an own CancelledError of a child as its cancel."""

    async def child():
        raise asyncio.CancelledError

    t.log(await asyncio.gather(child(), _nap(1, "other"), return_exceptions=True))
    try:
        await asyncio.gather(child(), _nap(1, "other"))
    except asyncio.CancelledError as error:
        t.log("raised", error)


async def failed_before(t):
    """Raise the error of a child that had failed before the call."""
    failed = asyncio.create_task(_fail(t, 0, Boom("old")))
    await asyncio.wait([failed])
    other = asyncio.create_task(_nap(1, "other"))
    gathered = asyncio.gather(other, failed)
    t.log(gathered.done())
    try:
        await gathered
    except Boom as error:
        t.log("raised", error)
    t.log(await other)


async def nested(t):
    """Gather gathers, each level one iteration later."""

    async def child(name):
        t.log(name)
        return name

    t.log(
        await asyncio.gather(
            asyncio.gather(child("a"), child("b")),
            asyncio.gather(asyncio.gather(child("c"))),
            child("d"),
        )
    )


async def awaited_by_two_tasks(t):
    """Wake every waiter of one gather."""
    gathered = asyncio.gather(_nap(5, "a"), _nap(10, "b"))

    async def waiter(name):
        t.log(name, await gathered)

    await asyncio.wait([asyncio.create_task(waiter(name)) for name in ("x", "y")])


async def errors_at_one_instant(t):
    """Raise the error of the child that ended first."""
    try:
        await asyncio.gather(_fail(t, 5, Boom("a")), _fail(t, 5, Crash("b")))
    except (Boom, Crash) as error:
        t.log("raised", error)


async def mixed_loops(t):
    """Refuse a future of another loop."""
    own = asyncio.get_running_loop().create_future()
    try:
        asyncio.gather(own, foreign_future())
    except ValueError:
        t.log("refused")
    own.cancel()


async def bad_argument(t):
    """Refuse what cannot be awaited."""
    try:
        await asyncio.gather(5)
    except TypeError as error:
        t.log("refused", error)
