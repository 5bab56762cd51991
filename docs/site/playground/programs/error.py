# An error among those that gather waits for
import asyncio

async def good():
    print("good begins")
    await asyncio.sleep(2)
    print("good ends")

async def bad():
    await asyncio.sleep(1)
    raise ValueError("oops")

async def main():
    try:
        await asyncio.gather(good(), bad())
    except ValueError as error:
        print(f"caught: {error}")
    await asyncio.sleep(2)  # good goes on meanwhile

asyncio.run(main())
