"""Run random programs (see program.ts) on CPython's asyncio and write their traces.

A line is `i<iteration> t<time> <who> <text>`: the iteration counts from the one in which main takes its first step, the time
is the loop's virtual milliseconds, `who` is a task, a coroutine (`c`), a callback (`cb0`) or the exception handler. The last
line says how the run ended: `end returned 5`, `end raised ValueError('x')`, `deadlock`, or `cut <reason>` where from here on
Weft and CPython differ on purpose, so that only the lines before it count.
"""

import asyncio
import gc
import json
import logging
import sys
import warnings

import deadlines
import primitives
from machine import UNSET, Env, Machine
from outcome import ERRORS, attempt, describe, show

_CATCHES = {
    None: (),
    "cancelled": asyncio.CancelledError,
    "value": ValueError,
    "timeout": TimeoutError,
    "error": Exception,
    "all": ERRORS,
}
_RETURN_WHEN = {
    "all": asyncio.ALL_COMPLETED,
    "first": asyncio.FIRST_COMPLETED,
    "exception": asyncio.FIRST_EXCEPTION,
}


class Return:
    """Carry the value of a return statement out of nested blocks."""

    def __init__(self, value):
        """Hold the value."""
        self.value = value


class Itself:
    """Await the current task without a trace: `await task` would leave CPython's task marked as awaited for good."""

    def __init__(self, task):
        """Remember the task."""
        self.task = task

    def __await__(self):
        """Suspend on the task."""
        yield self.task


class Interpreter(Machine):
    """Run the statements that suspend or contain statements."""

    def run(self):
        """Run main to the end of the loop and return the lines."""
        try:
            with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
                outcome = f"returned {show(runner.run(self.main()))}"
        except ERRORS as error:
            outcome = f"raised {describe(error)}"
        self.stop(f"end {outcome}")
        return [*self.lines, self.last]

    async def main(self):
        """Run the first body."""
        self.begin()
        return await self.body(0, "main")

    async def body(self, number, who):
        """Run a body as a coroutine called `who` and log how it starts and ends."""
        env = Env(who, asyncio.current_task())
        name = self.labels.setdefault(env.task, who)
        self.say(env, "start" if name == who else f"start in {name}")
        try:
            left = await self.block(self.program["bodies"][number], env)
        except ERRORS as error:
            self.say(env, f"raise {describe(error)}")
            raise
        value = None if left is None else left.value
        self.say(env, f"return {show(value)}")
        return value

    async def block(self, statements, env):
        """Run statements in order; a Return says that the body is over."""
        for statement in statements:
            op = statement["op"]
            if op == "return":
                return Return(statement["value"])
            if op == "reraise":
                raise env.handling[-1]
            step = getattr(self, f"step_{op}", None)
            if step is None:
                self.act(statement, env)
            else:
                left = await step(statement, env)
                if left is not None:
                    return left
        return None

    async def step_sleep(self, statement, env):
        """Sleep."""
        await asyncio.sleep(statement["ms"])
        self.say(env, "slept")

    async def step_await(self, statement, env):
        """Await and log the result."""
        of = statement["of"]
        awaitable = Itself(env.task) if of["kind"] == "self" else self.evaluate(of)
        if awaitable is UNSET:
            self.say(env, "await unset")
        else:
            result = show(await awaitable)
            self.say(env, f"{of['method']} {of['slot']} {result}" if of["kind"] == "use" else f"got {result}")

    async def step_try(self, statement, env):
        """Run a body with a handler and a final block."""
        try:
            try:
                return await self.block(statement["body"], env)
            except _CATCHES[statement["catch"]] as error:
                self.say(env, f"caught {describe(error)}")
                env.handling.append(error)
                try:
                    return await self.block(statement["handler"], env)
                finally:
                    env.handling.pop()
        finally:
            await self.block(statement["final"], env)

    async def step_timeout(self, statement, env):
        """Run a body under a timeout of a duration."""
        ms = statement["ms"]
        return await self.limited(asyncio.timeout(ms), statement, env)

    async def step_timeoutAt(self, statement, env):
        """Run a body under a timeout at a point in time."""
        return await self.limited(asyncio.timeout_at(self.loop.now + statement["ms"]), statement, env)

    async def limited(self, scope, statement, env):
        """Run a body inside a timeout and log whether it expired."""
        try:
            async with scope:
                self.slots[statement["scope"]] = scope
                return await self.block(statement["body"], env)
        finally:
            self.say(env, f"left {statement['scope']} expired={int(scope.expired())}")

    async def step_group(self, statement, env):
        """Run a body inside a task group."""
        try:
            async with asyncio.TaskGroup() as group:
                self.slots[statement["group"]] = group
                return await self.block(statement["body"], env)
        finally:
            self.say(env, f"left {statement['group']} cancelling={env.task.cancelling()}")

    async def step_with(self, statement, env):
        """Run a body that holds a lock or its like."""
        slot = statement["slot"]
        it = self.slots.get(slot)
        if it is None:
            self.say(env, "with unset")
            return None
        async with it:
            self.say(env, f"enter {slot}")
            try:
                return await self.block(statement["body"], env)
            finally:
                self.say(env, f"leave {slot} {primitives.state(it)}")

    async def step_wait(self, statement, env):
        """Wait for several futures and log both sets."""
        futures = self.evaluate_all(statement["of"])
        if not futures:
            self.say(env, "wait unset")
            return
        when = _RETURN_WHEN[statement["returnWhen"]]
        done, pending = await asyncio.wait(futures, timeout=statement["ms"], return_when=when)
        self.say(env, f"done=[{', '.join(map(self.label, done))}] pending=[{', '.join(map(self.label, pending))}]")

    async def step_asCompleted(self, statement, env):
        """Log each awaitable as it completes and run the body."""
        items = asyncio.as_completed(self.evaluate_all(statement["of"]), timeout=statement["ms"])
        try:
            async for item in items:
                self.say(env, f"item {self.label(item)} {attempt(item.result)}")
                await self.block(statement["body"], env)
        finally:
            timer = items._timeout_handle
            if items._todo and timer is not None and not timer.cancelled():
                self.stop("cut as_completed left with its timer armed")

    async def step_repeat(self, statement, env):
        """Run a body several times."""
        for _ in range(statement["times"]):
            left = await self.block(statement["body"], env)
            if left is not None:
                return left
        return None

    async def step_drain(self, statement, env):
        """Await every unfinished task that a statement created."""
        tasks = [task for task in self.created if not task.done()]
        for task in tasks:
            if statement["cancel"]:
                task.cancel()
        self.say(env, f"drained {show(await asyncio.gather(*tasks, return_exceptions=True))}")


def run_programs(text):
    """Run the programs of a JSON list; return their traces, each a list of lines, as JSON."""
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    gc.disable()
    try:
        return json.dumps([Interpreter(program).run() for program in json.loads(text)])
    finally:
        gc.enable()
        gc.collect()
        asyncio._set_running_loop(outer)


def prepare():
    """Silence what CPython prints about abandoned programs; call it once."""
    deadlines.install()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    sys.unraisablehook = lambda _: None
