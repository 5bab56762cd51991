// An error among those that gather waits for
import { gather, isCancelled, run, sleep } from "@weft/weft";

async function good() {
  console.log("good begins");
  await sleep(2000);
  console.log("good ends");
}

async function bad() {
  await sleep(1000);
  throw new Error("oops");
}

async function main() {
  try {
    await gather([good, bad]);
  } catch (error) {
    if (isCancelled(error)) throw error;
    console.log(`caught: ${error.message}`);
  }
  await sleep(2000); // good goes on meanwhile
}

await run(main);
