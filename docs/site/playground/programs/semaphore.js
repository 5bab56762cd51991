// A semaphore: ten, three at a time, as generator coroutines
import { gather, run, Semaphore, sleep } from "@weft/weft";

const semaphore = new Semaphore(3);

function* access(number) {
  {
    using _ = yield* semaphore.acquire();
    console.log(`${number} uses the resource`);
    yield* sleep(2000);
  }
  console.log(`${number} is done`);
}

function* main() {
  yield* gather([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => access(number)));
}

await run(main);
