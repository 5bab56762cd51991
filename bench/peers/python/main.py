"""The same work in Python, for the protocol of child.ts: python3 main.py asyncio|uvloop CASE SIZE.

Prints a value and ends, or prints `ready` once warm and then ns per operation for each line read.
"""

import sys
import time

LOOP = sys.argv[1]
BEGAN = time.process_time()
# Here, since the import is part of one case.
import asyncio

if LOOP == "uvloop":
    import uvloop

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
AFTER_IMPORT = time.process_time()

import heapq
import random
import tracemalloc

WARM_SECONDS = 0.1
HEAP = []


async def nothing():
    pass


async def loop_yield(_size):
    async def child():
        for _ in range(20):
            await asyncio.sleep(0)

    await asyncio.gather(*[asyncio.create_task(child()) for _ in range(1_000)])
    return 1_000 * 20


async def loop_spawn(_size):
    for task in [asyncio.create_task(nothing()) for _ in range(1_000)]:
        await task
    return 1_000


async def loop_sleepers(size):
    count = size // 10
    tasks = [asyncio.create_task(asyncio.sleep(2 + random.random())) for _ in range(count)]
    for task in tasks:
        await task
    return count


async def loop_bytes(size):
    count = size // 10
    tracemalloc.start()
    tasks = [asyncio.create_task(asyncio.sleep(600 + random.random())) for _ in range(count)]
    await asyncio.sleep(0.01)
    held = tracemalloc.get_traced_memory()[0] / count
    for task in tasks:
        task.cancel()
    return held


async def loop_cancel(_size):
    tasks = [asyncio.create_task(asyncio.sleep(600)) for _ in range(10_000)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    return 10_000


async def loop_call_later(_size):
    loop = asyncio.get_running_loop()
    for _ in range(10_000):
        loop.call_later(600, int).cancel()
    return 10_000


async def loop_call_soon(_size):
    loop = asyncio.get_running_loop()
    for _ in range(20):
        for _ in range(1_000):
            loop.call_soon(int)
        await asyncio.sleep(0)
    return 20 * 1_000


async def loop_gather(_size):
    done = [asyncio.create_task(nothing()) for _ in range(1_000)]
    await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.gather(*done)
    return 20 * 1_000


async def loop_timeout(_size):
    for _ in range(2_000):
        async with asyncio.timeout(600):
            await asyncio.sleep(0)
    return 2_000


async def loop_group(_size):
    for _ in range(200):
        async with asyncio.TaskGroup() as group:
            for _ in range(10):
                group.create_task(nothing())
    return 200


async def sync_queue(size):
    queue = asyncio.Queue(size)

    async def produce():
        for item in range(2_000):
            await queue.put(item)

    producer = asyncio.create_task(produce())
    for _ in range(2_000):
        await queue.get()
    await producer
    return 2_000


async def contend(lock):
    async def child():
        for _ in range(10):
            await lock.acquire()
            await asyncio.sleep(0)
            lock.release()

    await asyncio.gather(*[asyncio.create_task(child()) for _ in range(100)])
    return 100 * 10


async def sync_lock(_size):
    return await contend(asyncio.Lock())


async def sync_semaphore(_size):
    return await contend(asyncio.Semaphore(10))


async def sync_lock_free(_size):
    lock = asyncio.Lock()
    for _ in range(10_000):
        await lock.acquire()
        lock.release()
    return 10_000


async def sync_event(_size):
    event = asyncio.Event()

    async def child():
        for _ in range(10):
            await event.wait()

    tasks = [asyncio.create_task(child()) for _ in range(100)]
    for _ in range(10):
        await asyncio.sleep(0)
        event.set()
        event.clear()
    for task in tasks:
        await task
    return 100 * 10


async def hold(size):
    while len(HEAP) < size:
        heapq.heappush(HEAP, (2 * random.random(), len(HEAP)))
    for seq in range(size, size + 50_000):
        when, _ = heapq.heappop(HEAP)
        heapq.heappush(HEAP, (when + 2 * random.random(), seq))
    return 50_000


def first_step():
    began = time.process_time()
    asyncio.run(nothing())
    return (time.process_time() - began + AFTER_IMPORT - BEGAN) * 1e3


def measure(loop, work, size):
    began = time.process_time()
    count = loop.run_until_complete(work(size))
    return (time.process_time() - began) * 1e9 / count


def main(case, size):
    if case == "version":
        return print(uvloop.__version__ if LOOP == "uvloop" else sys.version.split()[0])
    if case == "loop_first_step":
        return print(first_step())
    work = globals()[case]
    if case == "loop_bytes":
        return print(asyncio.run(work(size)))
    loop = asyncio.new_event_loop()
    if case == "loop_sleepers":
        return print(measure(loop, work, size))
    began = time.process_time()
    while time.process_time() - began < WARM_SECONDS:
        measure(loop, work, size)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(measure(loop, work, size), flush=True)


main(sys.argv[2], int((sys.argv[3:] or ["0"])[0]))
