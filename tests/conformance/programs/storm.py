"""Mix every way to wait and to cancel by a seeded choice that both languages make alike."""

import asyncio

from trace import Boom


class _Dice:
    """Draw the same small numbers in both languages."""

    def __init__(self, seed):
        """Start from a seed below 65537."""
        self._state = seed

    def roll(self, sides):
        """Return the next number below the number of sides."""
        self._state = (self._state * 75 + 74) % 65537
        return (self._state >> 3) % sides


async def _nap(ms):
    """Sleep."""
    await asyncio.sleep(ms)


async def _fail(ms):
    """Raise after a sleep."""
    await asyncio.sleep(ms)
    raise Boom("storm")


async def _limited(limit, ms):
    """Sleep inside a timeout block."""
    async with asyncio.timeout(limit):
        await asyncio.sleep(ms)


async def _group(first, second, fails):
    """Run a group of two children and a body that waits."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_nap(first))
        group.create_task(_fail(second) if fails else _nap(second))
        await asyncio.sleep(1)


async def _act(dice, victim, me):
    """Do one thing of the nine there are, and say which."""
    action, first, second = dice.roll(9), dice.roll(5), dice.roll(5)
    if action == 0:
        await asyncio.sleep(0)
    elif action == 1:
        await asyncio.sleep(first)
    elif action == 2:
        return f"cancel {str(victim.cancel()).lower()}"
    elif action == 3:
        await _limited(first + 1, second)
    elif action == 4 and victim is not me:
        await asyncio.wait_for(asyncio.shield(victim), first + 1)
    elif action == 5:
        await asyncio.gather(_nap(first), _nap(second))
    elif action == 6 and victim is not me:
        await asyncio.wait([victim], timeout=first)
    elif action == 7:
        await _group(first, second, dice.roll(2) == 0)
    elif action == 8:
        await asyncio.wait_for(_nap(first), second + 1)
    return f"action {action}"


async def _actor(t, tasks, index, dice, steps):
    """Act a number of times, swallowing two cancels out of three."""
    for step in range(steps):
        victim = dice.roll(len(tasks))
        try:
            done = await _act(dice, tasks[victim], tasks[index])
            t.log(f"n{index} step {step} on n{victim}:", done)
        except asyncio.CancelledError as error:
            t.log(f"n{index} step {step} on n{victim}:", error)
            if dice.roll(3) == 0:
                raise
        except (TimeoutError, ExceptionGroup) as error:
            t.log(f"n{index} step {step} on n{victim}:", error)
    return index


async def _storm(t, seed, actors, steps):
    """Let actors loose on each other and log how each of them ended."""
    tasks = []
    for index in range(actors):
        dice = _Dice(seed * 100 + index)
        tasks.append(asyncio.create_task(_actor(t, tasks, index, dice, steps)))
    await asyncio.wait(tasks)
    for index, task in enumerate(tasks):
        outcome = "cancelled" if task.cancelled() else "done"
        t.log(f"n{index}", outcome, task.cancelling())


async def two_actors(t):
    """Let two actors act for long."""
    await _storm(t, 1, 2, 20)


async def three_actors(t):
    """Let three actors act for long."""
    await _storm(t, 2, 3, 16)


async def four_actors(t):
    """Let four actors act."""
    await _storm(t, 3, 4, 12)


async def six_actors(t):
    """Let six actors act."""
    await _storm(t, 4, 6, 10)


async def eight_actors(t):
    """Let eight actors act."""
    await _storm(t, 5, 8, 8)


async def twelve_actors(t):
    """Let twelve actors act for a short time."""
    await _storm(t, 6, 12, 5)


async def five_other_actors(t):
    """Let five actors act from another seed."""
    await _storm(t, 77, 5, 12)


async def seven_other_actors(t):
    """Let seven actors act from another seed."""
    await _storm(t, 123, 7, 10)
