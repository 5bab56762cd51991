// A lock, which five coroutines want
import { gather, Lock, run, sleep } from "@weft/weft";

const lock = new Lock();

async function update(number) {
  {
    using _ = await lock.acquire();
    console.log(`${number} has the lock`);
    await sleep(100);
  }
  console.log(`${number} has given it back`);
}

async function main() {
  await gather([0, 1, 2, 3, 4].map((number) => () => update(number)));
}

await run(main);
