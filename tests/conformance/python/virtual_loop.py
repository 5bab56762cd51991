"""Run asyncio on a virtual clock, with every order that CPython leaves open made definite.

Times are milliseconds: `loop.time()` starts at 0.0 and jumps to the next deadline when nothing is ready. Nothing else of
asyncio is replaced, apart from three orders that CPython leaves undefined:

- timers with equal deadlines fire in the order they were armed;
- the sets inside TaskGroup, wait() and as_completed() iterate in insertion order;
- all_tasks(), and so the cancellations at the end of a run, goes by the order of creation.
"""

import asyncio
import collections.abc
import heapq
import inspect
import itertools
import math
import textwrap

_MAX_ITERATIONS = 100_000


class DeadlockError(Exception):
    """Say that the loop would wait forever."""


class OrderedSet(collections.abc.MutableSet):
    """Hold distinct items and iterate over them in the order they were added."""

    def __init__(self, items=()):
        """Add the items in their order."""
        self._items = dict.fromkeys(items)

    def __contains__(self, item):
        """Tell whether the item is held."""
        return item in self._items

    def __iter__(self):
        """Walk the items, oldest first."""
        return iter(self._items)

    def __len__(self):
        """Count the items."""
        return len(self._items)

    def add(self, item):
        """Add the item, keeping its place when it is held already."""
        self._items[item] = None

    def discard(self, item):
        """Drop the item when it is held."""
        self._items.pop(item, None)


class SequencedTimerHandle(asyncio.TimerHandle):
    """Order timers by deadline, then by the order they were armed."""

    __slots__ = ("sequence",)

    def __lt__(self, other):
        """Compare (deadline, sequence)."""
        return (self._when, self.sequence) < (other._when, other.sequence)


class _Jump:
    """Stand in for the selector: waiting moves the virtual clock."""

    def __init__(self, loop):
        """Remember the loop whose clock moves."""
        self._loop = loop

    def select(self, timeout):
        """Jump to the nearest deadline instead of waiting for it."""
        if timeout is None:
            raise DeadlockError("nothing is ready and no timer is armed")
        if timeout > 0:
            self._loop.now = self._loop._scheduled[0]._when
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """Drive asyncio's own loop code on a virtual clock and count the iterations that run something."""

    def __init__(self):
        """Start at time 0 with nothing scheduled."""
        super().__init__()
        self.now = 0.0
        self.iterations = 0
        self._rounds = 0
        self._selector = _Jump(self)
        self._clock_resolution = 1e-9
        self._sequence = itertools.count()
        self._created = itertools.count()
        self._tasks = {}

    def time(self):
        """Return the virtual time in milliseconds."""
        return self.now

    def call_at(self, when, callback, *args, context=None):
        """Arm a timer that keeps its place among equal deadlines."""
        if when is None:
            raise TypeError("when must be a number")
        self._check_closed()
        timer = SequencedTimerHandle(when, callback, args, self, context)
        timer.sequence = next(self._sequence)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def create_task(self, coro, **kwargs):
        """Create a task, keep it alive and remember its age."""
        age = next(self._created)
        task = super().create_task(coro, **kwargs)
        self._tasks[task] = age
        return task

    def age(self, task):
        """Return the task's place in the order of creation; one in its eager step is the youngest."""
        return self._tasks.get(task, math.inf)

    def forget(self):
        """Let go of every task, so that collection can report lost errors."""
        self._tasks.clear()

    def _run_once(self):
        """Run one iteration; one that finds only cancelled callbacks does not count: they cost Weft none."""
        self._rounds += 1
        if self._rounds > _MAX_ITERATIONS:
            raise DeadlockError("the program does not end")
        if not self._ready or any(not handle._cancelled for handle in self._due()):
            self.iterations += 1
        super()._run_once()

    def _due(self):
        """Walk the callbacks that the next iteration finds without moving the clock."""
        yield from self._ready
        yield from (timer for timer in self._scheduled if timer._when <= self.now)

    def _process_events(self, event_list):
        """Ignore I/O: there is none."""

    def _write_to_self(self):
        """Skip waking the selector: it never sleeps."""


def _order_as_completed():
    """Rebuild as_completed's constructor with its set comprehension kept in insertion order."""
    iterator = asyncio.tasks._AsCompletedIterator
    source = textwrap.dedent(inspect.getsource(iterator.__init__))
    before = "{ensure_future(aw, loop=loop) for aw in set(aws)}"
    after = "set(ensure_future(aw, loop=loop) for aw in set(aws))"
    assert source.count(before) == 1, "as_completed must be the version this file knows"
    built = {}
    exec(source.replace(before, after), vars(asyncio.tasks), built)
    iterator.__init__ = built["__init__"]


def _order_all_tasks():
    """Make all_tasks() answer in the order of creation."""
    original = asyncio.tasks.all_tasks

    def all_tasks(loop=None):
        """Return the unfinished tasks of the loop, oldest first."""
        if loop is None:
            loop = asyncio.get_running_loop()
        found = original(loop)
        if not isinstance(loop, VirtualLoop):
            return found
        return OrderedSet(sorted(found, key=loop.age))

    asyncio.tasks.all_tasks = asyncio.all_tasks = all_tasks


def install():
    """Make every undefined order of asyncio definite; call it once."""
    asyncio.tasks.set = OrderedSet
    asyncio.taskgroups.set = OrderedSet
    _order_as_completed()
    _order_all_tasks()
