"""Create tasks, read their results and identify them."""

import asyncio

from trace import Boom


def _try(t, name, call):
    """Log what a call returns or raises."""
    try:
        t.log(name, call())
    except BaseException as error:
        t.log(name, "raised", error)


async def _value(value):
    """Return a value after one bare yield."""
    await asyncio.sleep(0)
    return value


async def basics(t):
    """Answer the state questions while running and afterwards."""
    task = asyncio.create_task(_value(3))
    t.log(task.done(), task.cancelled())
    _try(t, "result", task.result)
    _try(t, "exception", task.exception)
    t.log(await task)
    t.log(task.done(), task.cancelled(), task.result(), task.exception())


async def failure(t):
    """Keep the error of the coroutine and raise it for each reader."""
    boom = Boom("task")

    async def fail():
        raise boom

    task = asyncio.create_task(fail())
    for _ in range(2):
        try:
            await task
        except Boom as error:
            t.log(error, error is boom)
    t.log(task.done(), task.cancelled(), task.exception() is boom)
    _try(t, "result", task.result)


async def settle_is_refused(t):
    """Refuse to be settled from outside."""
    task = asyncio.create_task(_value(1))
    _try(t, "result", lambda: task.set_result(2))
    _try(t, "exception", lambda: task.set_exception(Boom("outside")))
    t.log(await task)


async def not_a_coroutine(t):
    """Refuse to make a task of something else."""
    _try(t, "number", lambda: asyncio.create_task(5))
    _try(t, "nothing", lambda: asyncio.create_task(None))
    future = asyncio.get_running_loop().create_future()
    _try(t, "future", lambda: asyncio.create_task(future))
    _try(t, "ensure", lambda: asyncio.ensure_future(5))


async def ensure_future_keeps_futures(t):
    """Return a future or task as it is and make a task of a coroutine."""
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(_value(1))
    t.log(asyncio.ensure_future(future) is future, asyncio.ensure_future(task) is task)
    made = asyncio.ensure_future(_value(2))
    t.log(asyncio.isfuture(made), asyncio.isfuture(future), asyncio.isfuture(5))
    t.log(await made, await task)


async def names(t):
    """Count default names up and keep explicit ones."""

    def number(task):
        return int(task.get_name().split("-")[1])

    first = asyncio.create_task(_value(1))
    second = asyncio.create_task(_value(2))
    named = asyncio.create_task(_value(3), name="worker")
    third = asyncio.create_task(_value(4))
    t.log(number(second) - number(first), named.get_name())
    t.log(number(third) > number(second))
    await asyncio.gather(first, second, named, third)
    t.log(named.get_name())


async def current_task_while_interleaving(t):
    """Know the right current task after every switch."""
    tasks = []

    async def child(index):
        for _ in range(3):
            t.log(index, asyncio.current_task() is tasks[index])
            await asyncio.sleep(0)
        await asyncio.sleep(5)
        t.log(index, asyncio.current_task() is tasks[index])

    main = asyncio.current_task()
    tasks.extend(asyncio.create_task(child(i)) for i in range(2))
    await asyncio.wait(tasks)
    t.log("main", asyncio.current_task() is main)


async def all_tasks_lists_the_unfinished(t):
    """List exactly the tasks that are not done."""
    main = asyncio.current_task()
    short = asyncio.create_task(_value(1), name="short")
    long = asyncio.create_task(asyncio.sleep(10), name="long")
    known = asyncio.all_tasks()
    t.log(len(known), main in known, short in known, long in known)
    await short
    t.log([task.get_name() for task in asyncio.all_tasks() if task is not main])
    await long
    t.log(len(asyncio.all_tasks()))


async def awaits_itself(t):
    """Raise inside a task that awaits itself."""

    async def child():
        try:
            await task
        except RuntimeError as error:
            t.log("refused", error)
        return "alive"

    task = asyncio.create_task(child())
    t.log(await task)


async def awaits_itself_without_catching(t):
    """Fail a task that awaits itself."""

    async def child():
        await task

    task = asyncio.create_task(child())
    try:
        await task
    except RuntimeError as error:
        t.log("failed", error)


async def callbacks_of_a_task(t):
    """Call back one iteration after the last step, before a later joiner."""

    async def child():
        t.log("last step")
        return 1

    task = asyncio.create_task(child())
    task.add_done_callback(lambda done: t.log("first", done is task))
    t.log(await task)
    task.add_done_callback(lambda done: t.log("second", done.result()))
    await asyncio.sleep(0)
    t.log("main")


async def several_joiners(t):
    """Wake every joiner in the order they began to wait."""
    shared = asyncio.create_task(asyncio.sleep(5, "shared"))

    async def join(name):
        t.log(name, await shared)

    joiners = [asyncio.create_task(join(name)) for name in ("a", "b", "c")]
    await asyncio.wait(joiners)
    t.log("joined")


async def several_joiners_of_a_failure(t):
    """Give every joiner the same error."""

    async def fail():
        await asyncio.sleep(1)
        raise Boom("shared")

    shared = asyncio.create_task(fail())

    async def join(name):
        try:
            await shared
        except Boom as error:
            t.log(name, error, error is shared.exception())

    await asyncio.gather(join("a"), join("b"))


async def task_without_suspension(t):
    """Finish in the first step, joined one iteration later."""

    async def child():
        t.log("only step")
        return "done"

    task = asyncio.create_task(child())
    await asyncio.sleep(0)
    t.log(task.done())
    t.log(await task)


async def children_make_grandchildren(t):
    """Start each generation one iteration after the one before."""

    async def generation(depth):
        t.log("generation", depth)
        if depth < 3:
            await asyncio.create_task(generation(depth + 1))
        t.log("back", depth)

    await generation(0)


async def waiting_link(t):
    """Link a task to the future it waits on, until it is woken or cancelled."""
    future = asyncio.get_running_loop().create_future()

    async def child():
        await future

    first, second = asyncio.create_task(child()), asyncio.create_task(child())
    t.log(first._fut_waiter is None)
    await asyncio.sleep(0)
    t.log(first._fut_waiter is future, second._fut_waiter is future)
    first.cancel()
    await asyncio.wait([first, second])
    t.log(first._fut_waiter is None, second._fut_waiter is None)


async def main_error_ends_the_run(t):
    """Let the error of main out of the run and cancel what is left."""

    async def left():
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            t.log("left cancelled")
            raise

    asyncio.create_task(left())
    await asyncio.sleep(0)
    raise Boom("main")
