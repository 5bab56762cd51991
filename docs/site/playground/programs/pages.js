// Three pages at once
import { gather, run, sleep } from "@weft/weft";

async function fetch(page, ms) {
  console.log(`fetching ${page}`);
  await sleep(ms); // stands for the network
  return `the text of ${page}`;
}

async function main() {
  const responses = await gather([
    () => fetch("com", 300),
    () => fetch("org", 100),
    () => fetch("net", 200),
  ]);
  for (const response of responses) console.log(response);
}

await run(main);
