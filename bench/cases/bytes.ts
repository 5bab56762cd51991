/** Memory: the bytes held for each armed timer. @module */

import { newTinyQueue } from "../peers/heaps.ts";
import { Random } from "../random.ts";
import { type Engine, load, onEngines, type Subject, type Suite, type Trial } from "../suite.ts";

/** Arms `size` timers and divides what the core holds, growth room included. */
async function core(subject: Subject<Engine>, size: number): Promise<Trial> {
  const core = (await load(subject))();
  const random = new Random();
  for (let armed = 0; armed < size; armed++) core.claimArmed(4, random.next());
  return { value: core.bytes / size };
}

/** Measures the JS heap after collecting garbage; memory outside of it is not seen. */
function heapUsed(): number {
  (globalThis as unknown as { gc(): void }).gc();
  return Deno.memoryUsage().heapUsed;
}

/** Queues `size` entries. */
function tinyqueue(size: number): Trial {
  const random = new Random();
  const queue = newTinyQueue();
  const before = heapUsed();
  for (let seq = 0; seq < size; seq++) queue.push({ when: random.next(), seq });
  const held = heapUsed() - before;
  queue.pop(); // Until here the queue must live.
  return { value: held / size };
}

/** Arms `size` timeouts of the host. */
function setTimeouts(size: number): Trial {
  const random = new Random();
  const idle = () => {};
  clearTimeout(setTimeout(idle, 600_000));
  const before = heapUsed();
  for (let armed = 0; armed < size; armed++) {
    setTimeout(idle, 600_000 + Math.floor(60_000 * random.next()));
  }
  return { value: (heapUsed() - before) / size };
}

export const bytes: Suite = {
  name: "bytes per timer",
  about: "memory held divided by timers armed; peers: growth of the JS heap alone",
  unit: "bytes",
  sizes: [1e3, 1e5, 1e6],
  fresh: true,
  rounds: 3,
  weft: onEngines(core),
  peers: { tinyqueue, setTimeout: setTimeouts },
};
