// Two greetings, as tasks
import { createTask, run, sleep } from "@weft/weft";

async function sayHello(delay, message) {
  console.log(`${message}: waits for ${delay} s`);
  await sleep(delay * 1000);
  console.log(`${message}: has waited`);
}

async function main() {
  console.log("main begins");
  const task1 = createTask(() => sayHello(2, "first hello"), { name: "first" });
  const task2 = createTask(() => sayHello(1, "second hello"), { name: "second" });
  await task1;
  await task2;
  console.log("main ends");
}

await run(main);
