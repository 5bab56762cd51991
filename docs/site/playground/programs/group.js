// A group, whose tasks end together
import { ExceptionGroup, isCancelled, run, sleep, taskGroup } from "@weft/weft";

async function step(name, ms) {
  try {
    await sleep(ms);
    console.log(`${name} is done`);
  } catch (error) {
    if (isCancelled(error)) console.log(`${name} is cancelled`);
    throw error;
  }
}

async function fail() {
  await sleep(200);
  throw new Error("oops");
}

async function main() {
  try {
    await taskGroup(async (group) => {
      group.createTask(() => step("a", 100), { name: "a" });
      group.createTask(() => step("b", 300), { name: "b" });
      group.createTask(fail, { name: "fail" });
      await sleep(50);
      console.log("three have begun");
    });
  } catch (error) {
    if (!(error instanceof ExceptionGroup)) throw error;
    console.log(`failed: ${error.errors.length}`);
  }
}

await run(main);
