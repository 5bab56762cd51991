// A condition, between a producer and a consumer
import { Condition, gather, run, sleep } from "@weft/weft";

const condition = new Condition();
const items = [];

async function consumer() {
  using _ = await condition.acquire();
  await condition.waitFor(() => items.length === 3);
  console.log(`consumed ${items.length} items`);
}

async function producer() {
  for (let number = 0; number < 3; number++) {
    await sleep(500);
    using _ = await condition.acquire();
    items.push(number);
    console.log(`produced item ${number}`);
    condition.notifyAll();
  }
}

async function main() {
  await gather([consumer, producer]);
}

await run(main);
