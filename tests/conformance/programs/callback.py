"""Schedule plain callbacks, cancel them and let them fail."""

import asyncio

from trace import Boom


async def cancelled_handle_is_skipped(t):
    """Skip a cancelled callback, whoever cancels it and how often."""
    loop = asyncio.get_running_loop()
    first = loop.call_soon(t.log, "first")
    second = loop.call_soon(t.log, "second")
    first.cancel()
    first.cancel()
    t.log(first.cancelled(), second.cancelled())
    await asyncio.sleep(0)
    t.log("main")


async def handle_cancelled_in_its_batch(t):
    """Skip a callback that an earlier one of its iteration cancels."""
    loop = asyncio.get_running_loop()

    def cancel():
        t.log("cancel")
        victim.cancel()

    loop.call_soon(cancel)
    victim = loop.call_soon(t.log, "victim")
    loop.call_soon(t.log, "third")
    await asyncio.sleep(0)
    t.log("main", victim.cancelled())


async def cancelled_timer_does_not_fire(t):
    """Skip a cancelled timer and lose no time over it."""
    loop = asyncio.get_running_loop()
    timer = loop.call_later(10, t.log, "timer")
    loop.call_later(5, timer.cancel)
    loop.call_later(20, t.log, "other")
    await asyncio.sleep(30)
    t.log("main", timer.cancelled(), timer.when())


async def timer_cancelled_by_its_twin(t):
    """Skip a due timer that one of the same deadline cancels first."""
    loop = asyncio.get_running_loop()

    def cancel():
        t.log("twin")
        timer.cancel()

    loop.call_later(10, cancel)
    timer = loop.call_later(10, t.log, "timer")
    await asyncio.sleep(20)
    t.log("main")


async def due_timer_cancelled_before_its_poll(t):
    """Never run a timer that is cancelled while overdue."""
    loop = asyncio.get_running_loop()
    timer = loop.call_later(0, t.log, "timer")
    timer.cancel()
    await asyncio.sleep(0)
    t.log("main")


async def negative_delays_order_by_deadline(t):
    """Run overdue timers by deadline: minus two before minus one."""
    loop = asyncio.get_running_loop()
    loop.call_later(-1, t.log, "minus one")
    loop.call_later(-2, t.log, "minus two")
    loop.call_later(0, t.log, "zero")
    loop.call_at(-2, t.log, "at minus two")
    await asyncio.sleep(0)
    t.log("main")
    await asyncio.sleep(0)
    t.log("main again")


async def many_cancelled_timers(t):
    """Keep the order of the few timers left among many cancelled ones."""
    loop = asyncio.get_running_loop()
    timers = [loop.call_later(i % 7 + 1, t.log, f"timer {i}") for i in range(300)]
    for i, timer in enumerate(timers):
        if i % 60 != 0:
            timer.cancel()
    await asyncio.sleep(10)
    t.log("main")


async def arguments_are_passed(t):
    """Pass positional arguments to callbacks and timers."""
    loop = asyncio.get_running_loop()
    loop.call_soon(t.log, "soon", 1, None)
    loop.call_later(1, t.log, "later", 2, True)
    loop.call_at(2, t.log, "at", 3, [4])
    await asyncio.sleep(3)


async def callback_error_is_reported(t):
    """Report a failing callback and run the rest of the batch."""
    loop = asyncio.get_running_loop()

    def bad(name):
        raise Boom(name)

    loop.call_soon(bad, "soon")
    loop.call_soon(t.log, "next")
    loop.call_later(1, bad, "later")
    await asyncio.sleep(2)
    t.log("main")


async def custom_exception_handler(t):
    """Hand the error to the handler that is set at the time."""
    loop = asyncio.get_running_loop()

    def bad(name):
        raise Boom(name)

    loop.set_exception_handler(lambda _, context: t.log("custom", context["exception"]))
    loop.call_soon(bad, "soon")
    await asyncio.sleep(0)
    t.log("main")
    loop.call_exception_handler({"message": "by hand", "exception": Boom("by hand")})


async def current_task_in_callbacks(t):
    """Know no current task inside a plain callback."""
    loop = asyncio.get_running_loop()
    main = asyncio.current_task()
    loop.call_soon(lambda: t.log("callback", asyncio.current_task() is None))
    loop.call_later(1, lambda: t.log("timer", asyncio.current_task() is None))
    await asyncio.sleep(2)
    t.log("main", asyncio.current_task() is main, asyncio.get_running_loop() is loop)


async def stop_ends_the_run(t):
    """End the run after the batch in which stop() is called."""
    loop = asyncio.get_running_loop()

    def stop():
        t.log("stop")
        loop.stop()
        loop.call_soon(t.log, "added by stop")

    loop.call_soon(stop)
    loop.call_soon(t.log, "same batch")
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        t.log("cancelled at the end")
        raise
