# A queue, two workers, and their end
import asyncio

async def worker(name, queue):
    while True:
        item = await queue.get()
        print(f"{name} works on {item}")
        await asyncio.sleep(0.1 * item)
        queue.task_done()

async def main():
    queue = asyncio.Queue(maxsize=2)
    workers = [asyncio.create_task(worker(name, queue), name=name) for name in ("ada", "bob")]
    for item in range(1, 6):
        await queue.put(item)
        print(f"put {item}")
    await queue.join()
    print("all is done")
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    print("the workers have ended")

asyncio.run(main())
