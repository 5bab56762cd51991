# A group, whose tasks end together
import asyncio

async def step(name, seconds):
    try:
        await asyncio.sleep(seconds)
        print(f"{name} is done")
    except asyncio.CancelledError:
        print(f"{name} is cancelled")
        raise

async def fail():
    await asyncio.sleep(0.2)
    raise ValueError("oops")

async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(step("a", 0.1), name="a")
            group.create_task(step("b", 0.3), name="b")
            group.create_task(fail(), name="fail")
            await asyncio.sleep(0.05)
            print("three have begun")
    except* ValueError as errors:
        print(f"failed: {len(errors.exceptions)}")

asyncio.run(main())
