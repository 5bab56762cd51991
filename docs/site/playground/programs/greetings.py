# Two greetings, as tasks
import asyncio

async def say_hello(delay, message):
    print(f"{message}: waits for {delay} s")
    await asyncio.sleep(delay)
    print(f"{message}: has waited")

async def main():
    print("main begins")
    task1 = asyncio.create_task(say_hello(2, "first hello"), name="first")
    task2 = asyncio.create_task(say_hello(1, "second hello"), name="second")
    await task1
    await task2
    print("main ends")

asyncio.run(main())
