// A queue, two workers, and their end
import { createTask, gather, Queue, run, sleep } from "@weft/weft";

async function worker(name, queue) {
  while (true) {
    const item = await queue.get();
    console.log(`${name} works on ${item}`);
    await sleep(100 * item);
    queue.taskDone();
  }
}

async function main() {
  const queue = new Queue(2);
  const workers = ["ada", "bob"].map((name) => createTask(() => worker(name, queue), { name }));
  for (let item = 1; item < 6; item++) {
    await queue.put(item);
    console.log(`put ${item}`);
  }
  await queue.join();
  console.log("all is done");
  for (const task of workers) task.cancel();
  await gather(workers, { returnExceptions: true });
  console.log("the workers have ended");
}

await run(main);
