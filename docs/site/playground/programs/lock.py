# A lock, which five coroutines want
import asyncio

lock = asyncio.Lock()

async def update(number):
    async with lock:
        print(f"{number} has the lock")
        await asyncio.sleep(0.1)
    print(f"{number} has given it back")

async def main():
    await asyncio.gather(*[update(number) for number in range(5)])

asyncio.run(main())
