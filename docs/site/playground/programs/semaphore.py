# A semaphore: ten, three at a time
import asyncio

semaphore = asyncio.Semaphore(3)

async def access(number):
    async with semaphore:
        print(f"{number} uses the resource")
        await asyncio.sleep(2)
    print(f"{number} is done")

async def main():
    await asyncio.gather(*[access(number) for number in range(10)])

asyncio.run(main())
