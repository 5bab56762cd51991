# Three pages at once
import asyncio

async def fetch(page, seconds):
    print(f"fetching {page}")
    await asyncio.sleep(seconds)  # stands for the network
    return f"the text of {page}"

async def main():
    responses = await asyncio.gather(
        fetch("com", 0.3),
        fetch("org", 0.1),
        fetch("net", 0.2),
    )
    for response in responses:
        print(response)

asyncio.run(main())
