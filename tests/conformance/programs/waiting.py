"""Wait for sets of futures with wait()."""

import asyncio

from trace import Boom


async def _nap(ms, result=None):
    """Return a value after a sleep."""
    return await asyncio.sleep(ms, result)


async def _fail(ms, message):
    """Raise after a sleep."""
    await asyncio.sleep(ms)
    raise Boom(message)


def _names(tasks):
    """List the names of tasks in the order of the set."""
    return [task.get_name() for task in tasks]


def _tasks(**coroutines):
    """Make named tasks."""
    return [asyncio.create_task(coro, name=name) for name, coro in coroutines.items()]


async def all_completed(t):
    """Wait for all, and return at once the second time."""
    tasks = _tasks(a=_nap(20), b=_nap(10))
    done, pending = await asyncio.wait(tasks)
    t.log(_names(done), _names(pending))
    done, pending = await asyncio.wait(tasks)
    t.log(_names(done), _names(pending))


async def first_completed(t):
    """Return at the first end and leave the others running."""
    tasks = _tasks(a=_nap(20), b=_nap(10), c=_nap(30))
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    t.log(_names(done), _names(pending))
    done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
    t.log(_names(done), _names(pending))
    await asyncio.wait(pending)
    t.log("over")


async def first_completed_among_done(t):
    """Report everything that is done by the time the waiter resumes."""
    tasks = _tasks(a=_nap(10), b=_nap(10), c=_nap(30))
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    t.log(_names(done), _names(pending))
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    t.log(_names(done), _names(pending))
    await asyncio.wait(pending)


async def finished_before_the_resumption(t):
    """Count as done what finishes between the trigger and the resumption."""
    loop = asyncio.get_running_loop()
    first, second, third = (loop.create_future() for _ in range(3))

    def settle(_):
        t.log("settle the second")
        second.set_result(2)

    first.add_done_callback(settle)
    loop.call_later(5, first.set_result, 1)
    done, pending = await asyncio.wait(
        [third, second, first], return_when=asyncio.FIRST_COMPLETED
    )
    t.log(second in done, first in done, third in pending, len(done))


async def first_exception(t):
    """Go on waiting after a success and end with the first failure."""
    tasks = _tasks(a=_nap(5), b=_fail(10, "b"), c=_nap(30))
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    t.log(_names(done), _names(pending), tasks[1].exception())
    await asyncio.wait(pending)


async def first_exception_that_was_there(t):
    """End with a failure that is older than the wait."""
    tasks = _tasks(a=_fail(5, "a"), b=_nap(30))
    await asyncio.sleep(10)
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    t.log(_names(done), _names(pending), tasks[0].exception())
    await asyncio.wait(pending)


async def cancelled_task_is_no_exception(t):
    """Go on waiting when a task is cancelled."""
    tasks = _tasks(a=_nap(20), b=_nap(10))
    asyncio.get_running_loop().call_later(5, tasks[0].cancel)
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    t.log(_names(done), _names(pending), tasks[0].cancelled())


async def without_any_exception(t):
    """Wait for all when none fails."""
    tasks = _tasks(a=_nap(5), b=_nap(10))
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    t.log(_names(done), _names(pending))


async def timeout_splits(t):
    """Return both sets at the deadline and raise nothing."""
    tasks = _tasks(a=_nap(30), b=_nap(5), c=_nap(10))
    done, pending = await asyncio.wait(tasks, timeout=10)
    t.log(_names(done), _names(pending))
    done, pending = await asyncio.wait(tasks, timeout=0)
    t.log(_names(done), _names(pending))
    done, pending = await asyncio.wait(tasks, timeout=100)
    t.log(_names(done), _names(pending))


async def timeout_withdrawn(t):
    """Leave no timer behind once everything is done."""
    await asyncio.wait(_tasks(a=_nap(5)), timeout=1000)
    t.log("waited")
    await asyncio.sleep(1)
    t.log("slept")


async def bad_arguments(t):
    """Refuse nothing to wait for, coroutines, single futures and unknown modes."""
    future = asyncio.get_running_loop().create_future()
    coroutine = _nap(1)
    for name, arguments, mode in (
        ("empty", [], asyncio.ALL_COMPLETED),
        ("coroutine", [coroutine], asyncio.ALL_COMPLETED),
        ("single", future, asyncio.ALL_COMPLETED),
        ("mode", [future], "whenever"),
    ):
        try:
            await asyncio.wait(arguments, return_when=mode)
        except (TypeError, ValueError) as error:
            t.log(name, error)
    coroutine.close()


async def duplicates_collapse(t):
    """Count a future once however often it is given."""
    task = asyncio.create_task(_nap(5), name="a")
    done, pending = await asyncio.wait([task, task, task])
    t.log(_names(done), _names(pending))


async def any_iterable(t):
    """Take a generator of futures."""
    done, _ = await asyncio.wait(task for task in _tasks(a=_nap(5), b=_nap(1)))
    t.log(_names(done))


async def cancelled_wait_leaves_the_tasks(t):
    """Leave the tasks running when the wait is cancelled."""
    task = asyncio.create_task(_nap(20, "value"), name="a")

    async def waiter():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            t.log("caught", error)
            raise

    waiting = asyncio.create_task(waiter())
    await asyncio.sleep(5)
    t.log(waiting.cancel("enough"))
    await asyncio.wait([waiting])
    t.log(waiting.cancelled(), task.done(), task.cancelling())
    t.log(await task)


async def failures_are_not_raised(t):
    """Hand over failed tasks without raising."""
    tasks = _tasks(a=_fail(5, "a"), b=_fail(6, "b"))
    done, _ = await asyncio.wait(tasks)
    t.log([task.exception() for task in done])
