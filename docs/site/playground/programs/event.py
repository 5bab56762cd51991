# An event, which one sets for another
import asyncio

event = asyncio.Event()

async def waiter():
    print("waiting for the event")
    await event.wait()
    print("going on: the event is set")

async def setter():
    await asyncio.sleep(2)
    print("setting the event")
    event.set()

async def main():
    await asyncio.gather(waiter(), setter())

asyncio.run(main())
