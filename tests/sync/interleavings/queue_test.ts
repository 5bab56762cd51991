import { createTask, Queue } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { disturb, explore, patiently, pause, stop, watch } from "./explore.ts";

Deno.test("no item of a queue is lost or doubled, whatever the order", async () => {
  await explore(function* (as, random) {
    const queue = new Queue<string>(random.below(3));
    const [put, got]: [string[], string[]] = [[], []];
    const putter = (name: number) =>
      as(function* () {
        for (let item = 0; item < 8; item++) {
          yield* patiently(as, random, function* () {
            yield queue.put(`${name}.${item}`);
            put.push(`${name}.${item}`);
          });
          yield* pause(random);
        }
      });
    const getter = as(function* () {
      for (;;) {
        yield* patiently(as, random, function* () {
          got.push(yield queue.get());
        });
        yield* pause(random);
      }
    });
    const watcher = watch(as, () => {
      const { size, waitingGets, waitingPuts } = queue.statistics();
      assert(size === 0 || waitingGets === 0, `${waitingGets} wait for ${size} items`);
      assert(queue.full || waitingPuts === 0, `${waitingPuts} wait for room that is there`);
    });
    const putters = [1, 2].map((name) => createTask(putter(name)));
    const getters = [1, 2, 3, 4].map(() => createTask(getter));
    yield* disturb(random, putters);
    yield watcher;
    yield* stop(getters);
    while (!queue.empty) got.push(queue.getNowait());
    assertEquals(got.sort(), put.sort());
    const { waitingGets, waitingPuts } = queue.statistics();
    assertEquals([waitingGets, waitingPuts], [0, 0]);
  });
});
