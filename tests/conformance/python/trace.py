"""Record what a program does as lines of text that say when and in which iteration.

A line is `i<iteration> t<time> <text>`: the iteration counts from the one in which the main task takes its first step, the
time is the loop's virtual milliseconds. The same lines come out of the TypeScript counterpart, so values and errors are
written in a neutral form: see show() and describe().
"""

import asyncio
import gc
import inspect

from virtual_loop import VirtualLoop


class Boom(Exception):
    """Stand for an error of the user's code."""


class Crash(Exception):
    """Stand for another error of the user's code."""


class Halt(Exception):
    """Stand for a third error of the user's code."""


_USER_ERRORS = (Boom, Crash, Halt)
_KINDS = (
    (asyncio.TimeoutError, "TimeoutError"),
    (asyncio.InvalidStateError, "InvalidStateError"),
    (asyncio.BrokenBarrierError, "BrokenBarrierError"),
    (asyncio.QueueEmpty, "QueueEmpty"),
    (asyncio.QueueFull, "QueueFull"),
    (asyncio.QueueShutDown, "QueueShutDown"),
    (RuntimeError, "RuntimeError"),
    ((TypeError, ValueError), "BadArgument"),
)


def describe(error):
    """Write an error with its message if the program chose it, else by a neutral kind."""
    if error is None:
        return "none"
    if isinstance(error, asyncio.CancelledError):
        return f"CancelledError({_message(error)})"
    if isinstance(error, _USER_ERRORS):
        return f"{type(error).__name__}({_message(error)})"
    if isinstance(error, BaseExceptionGroup):
        return f"ExceptionGroup[{', '.join(map(describe, error.exceptions))}]"
    for kind, name in _KINDS:
        if isinstance(error, kind):
            return name
    raise error


def show(value):
    """Write a value the way both languages agree on."""
    if value is None:
        return "none"
    if value is True or value is False:
        return str(value).lower()
    if isinstance(value, BaseException):
        return describe(value)
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, (int, float)):
        return f"{value:g}"
    return f"[{', '.join(map(show, value))}]"


def _message(error):
    """Write the message of an error, nothing if it has none."""
    text = str(error)
    return f"'{text}'" if text else ""


class Trace:
    """Collect the lines of one program."""

    def __init__(self):
        """Start empty."""
        self.lines = []
        self._lost = []
        self._loop = None
        self._origin = 0

    def start(self):
        """Take the current iteration as number 0."""
        self._loop = asyncio.get_running_loop()
        self._origin = self._loop.iterations

    def log(self, *parts):
        """Add a line: text is written as it is, other values as show() does."""
        text = " ".join(part if isinstance(part, str) else show(part) for part in parts)
        iteration = self._loop.iterations - self._origin
        self.lines.append(f"i{iteration} t{self._loop.time():g} {text}")

    def busy(self, ms):
        """Let time pass while the current step runs."""
        self._loop.now += ms

    def handle(self, context):
        """Record what reaches the loop's exception handler; errors nobody retrieved are kept for the end."""
        message = context["message"]
        error = describe(context.get("exception"))
        if "never retrieved" in message:
            self._lost.append(error)
        elif "destroyed" not in message:
            self.log("handler", _topic(message), error)

    def finish(self, outcome):
        """Add how the run ended and which errors nobody retrieved, in a fixed order."""
        self.lines.append(f"end {outcome}")
        self.lines.extend(f"never retrieved {error}" for error in sorted(self._lost))


def _topic(message):
    """Name what an exception handler's message is about."""
    for word in ("callback", "shielded", "shutdown"):
        if word in message:
            return word
    return "other"


def programs_of(module):
    """List the programs of a module: its public coroutine functions of one argument named t."""
    return [
        function
        for name, function in vars(module).items()
        if inspect.iscoroutinefunction(function)
        and not name.startswith("_")
        and list(inspect.signature(function).parameters) == ["t"]
    ]


def run_program(program):
    """Run one program on a loop of its own and return its lines."""
    trace = Trace()
    loop = VirtualLoop()
    loop.set_exception_handler(lambda _, context: trace.handle(context))
    outcome = "returned"
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    gc.collect()
    gc.disable()
    try:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(_main(program, trace))
    except BaseException as error:
        outcome = f"raised {describe(error)}"
    finally:
        gc.enable()
        loop.forget()
        gc.collect()
        asyncio._set_running_loop(outer)
    trace.finish(outcome)
    return trace.lines


async def _main(program, trace):
    """Mark the first iteration, then run the program inside the same task."""
    trace.start()
    await program(trace)


def foreign_future():
    """Make a future of a loop that is not the running one."""
    return VirtualLoop().create_future()
