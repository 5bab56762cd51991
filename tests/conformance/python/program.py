"""Run the source of a whole program, whose asyncio.run() takes a virtual loop; its times are seconds."""

import asyncio

import virtual_loop


def run_main(main, *, debug=None):
    """Run a coroutine on a virtual loop, as asyncio.run() would."""
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        with asyncio.Runner(debug=debug, loop_factory=virtual_loop.VirtualLoop) as runner:
            return runner.run(main)
    finally:
        asyncio._set_running_loop(outer)


def run_source(source):
    """Run the source of a program."""
    usual, asyncio.run = asyncio.run, run_main
    try:
        exec(compile(source, "program", "exec"), {"__name__": "__main__"})
    finally:
        asyncio.run = usual
