"""Make and use the synchronization primitives of a random program (see program.ts)."""

import asyncio


class Bounded(asyncio.BoundedSemaphore):
    """Refuse a release too many by a RuntimeError, as Weft does."""

    def release(self):
        """Release unless nothing is acquired."""
        try:
            super().release()
        except ValueError as error:
            raise RuntimeError("released too often") from error


_QUEUES = {"fifo": asyncio.Queue, "lifo": asyncio.LifoQueue, "least": asyncio.PriorityQueue}


def make(primitive, slots):
    """Make a primitive."""
    kind = primitive["kind"]
    if kind == "lock":
        return asyncio.Lock()
    if kind == "event":
        return asyncio.Event()
    if kind == "condition":
        return asyncio.Condition(slots.get(primitive["lock"]))
    if kind == "semaphore":
        return (Bounded if primitive["bounded"] else asyncio.Semaphore)(primitive["value"])
    if kind == "barrier":
        return asyncio.Barrier(primitive["parties"])
    return _QUEUES[primitive["order"]](primitive["maxSize"])


def wait(it, method, n):
    """Build what waits."""
    if method == "put":
        return it.put(n)
    if method == "waitFor":
        return it.wait_for(_predicate(n))
    return getattr(it, method)()


def _predicate(n):
    """Make a predicate that is met the n-th time it is asked."""
    asked = 0

    def predicate():
        """Count."""
        nonlocal asked
        asked += 1
        return asked if asked >= n else 0

    return predicate


def call(it, method, n):
    """Call what never suspends."""
    if method == "notify":
        return it.notify(n)
    if method == "notifyAll":
        return it.notify_all()
    if method == "putNowait":
        return it.put_nowait(n)
    if method == "getNowait":
        return it.get_nowait()
    if method == "shutdown":
        return it.shutdown(immediate=n > 0)
    if method == "taskDone":
        try:
            return it.task_done()
        except ValueError as error:
            raise RuntimeError("called too often") from error
    if method == "state":
        return None
    return getattr(it, method)()


def state(it):
    """Write what a primitive shows of itself."""
    if isinstance(it, asyncio.Event):
        return f"set={int(it.is_set())}"
    if isinstance(it, asyncio.Barrier):
        return f"broken={int(it.broken)} waiting={it.n_waiting}"
    if isinstance(it, asyncio.Queue):
        return f"empty={int(it.empty())} full={int(it.full())} size={it.qsize()}"
    return f"locked={int(it.locked())}"
