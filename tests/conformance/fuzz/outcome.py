"""Write results and errors the way both languages agree on."""

import asyncio

ERRORS = (Exception, asyncio.CancelledError)


def describe(error):
    """Write an error with its message if the program chose it, else its kind alone."""
    if isinstance(error, (asyncio.CancelledError, ValueError)):
        text = str(error)
        return f"{type(error).__name__}({repr(text) if text else ''})"
    if isinstance(error, BaseExceptionGroup):
        return f"ExceptionGroup[{', '.join(map(describe, error.exceptions))}]"
    return type(error).__name__


def show(value):
    """Write a result; what a wait gives that has nothing to tell is `ok`."""
    if isinstance(value, BaseException):
        return describe(value)
    if value is True:
        return "ok"
    if isinstance(value, list):
        return f"[{', '.join(map(show, value))}]"
    return str(value)


def attempt(function):
    """Write what a function returns or raises."""
    try:
        return show(function())
    except ERRORS as error:
        return describe(error)
