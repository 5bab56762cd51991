// A timeout, and what is tidied up
import { run, sleep, timeout, TimeoutError } from "@weft/weft";

async function work() {
  try {
    console.log("work begins");
    await sleep(60_000);
  } finally {
    console.log("work tidies up");
  }
}

async function main() {
  try {
    await timeout(500, work);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    console.log("it took too long");
  }
}

await run(main);
