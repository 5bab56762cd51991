/** The heap of timers: the nearest is taken out and put back later, beside heaps of objects. @module */

import { newCore, Total } from "../core.ts";
import { newStdHeap, newTinyQueue } from "./peers/heaps.ts";
import { Random } from "./random.ts";

for (const size of [1e3, 1e4, 1e5, 1e6]) {
  const group = `hold, ${size.toLocaleString("en")} timers`;
  const random = new Random();

  const core = newCore();
  for (let armed = 0; armed < size; armed++) core.claimArmed(4, 2 * random.next());
  Deno.bench("Weft's core, its ready queue included", { group, baseline: true }, () => {
    const now = core.totals[Total.NEAREST];
    core.expire(now);
    const count = core.begin();
    const { lease } = core;
    for (let at = 0; at < count; at++) {
      core.arm(lease[at], now + 2 * random.next());
      lease[at] = 0;
    }
  });

  for (const [name, heap] of [["tinyqueue", newTinyQueue()], ["std", newStdHeap()]] as const) {
    for (let seq = 0; seq < size; seq++) heap.push({ when: 2 * random.next(), seq });
    let seq = size;
    Deno.bench(name, { group }, () => {
      const entry = heap.pop()!;
      entry.when += 2 * random.next();
      entry.seq = seq++;
      heap.push(entry);
    });
  }
}
