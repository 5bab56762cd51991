# A condition, between a producer and a consumer
import asyncio

condition = asyncio.Condition()
items = []

async def consumer():
    async with condition:
        await condition.wait_for(lambda: len(items) == 3)
        print(f"consumed {len(items)} items")

async def producer():
    for number in range(3):
        await asyncio.sleep(0.5)
        async with condition:
            items.append(number)
            print(f"produced item {number}")
            condition.notify_all()

async def main():
    await asyncio.gather(consumer(), producer())

asyncio.run(main())
