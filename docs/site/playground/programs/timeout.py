# A timeout, and what is tidied up
import asyncio

async def work():
    try:
        print("work begins")
        await asyncio.sleep(60)
    finally:
        print("work tidies up")

async def main():
    try:
        async with asyncio.timeout(0.5):
            await work()
    except TimeoutError:
        print("it took too long")

asyncio.run(main())
