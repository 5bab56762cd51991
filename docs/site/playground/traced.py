"""Run a program on virtual time, and tell each line that it prints, with its turn and its time."""

import asyncio
import contextlib
import io
import traceback

import program
import virtual_loop

virtual_loop.install()


class Teller(io.TextIOBase):
    """Stand in for a standard stream: each whole line is told."""

    def __init__(self, tell):
        """Remember whom to tell."""
        self._tell = tell
        self._rest = ""

    def write(self, text):
        """Tell the lines that are whole, and keep the rest."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._tell(line, *_now())
        return len(text)

    def finish(self):
        """Tell what has no end of a line."""
        if self._rest:
            self.write("\n")


def _now():
    """Return the turn and the time in ms of the loop that runs; 0 and 0 outside of all."""
    loop = asyncio._get_running_loop()
    if not isinstance(loop, virtual_loop.VirtualLoop):
        return 0, 0
    return loop.iterations, round(loop.now * 1000, 3)


def run(source, tell, tell_aside):
    """Run the source of a program; return the error that it ends with, or an empty text."""
    out, err = Teller(tell), Teller(tell_aside)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            program.run_source(source)
        except SystemExit:
            return ""
        except BaseException as error:
            return "".join(traceback.format_exception_only(error)).strip()
        finally:
            out.finish()
            err.finish()
    return ""
