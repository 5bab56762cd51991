/**
 * Lets tasks wait, pass items and be cancelled for a while, and shows that nothing is left of them.
 *
 *     deno task bench:soak                generators, for a minute
 *     deno task bench:soak async 600      native async functions, for ten
 *
 * Every five seconds all tasks have ended. Then no task, timer or listener may be left, and memory
 * may not have grown: the status is 1 if it has.
 *
 * @module
 */

import {
  createTask,
  Lock,
  Queue,
  run,
  sleep,
  type Task,
  taskGroup,
  timeout,
  TimeoutError,
  wait,
} from "../mod.ts";
import {
  growthOf,
  judgeCounts,
  judgeMemory,
  type Series,
  SHORTEST_TO_JUDGE,
} from "./soak/verdict.ts";
import { readVitals } from "./soak/vitals.ts";

/** How many tasks begin together. */
const BATCH = 1_000;
/** How long they go on before all is counted, in ms. */
const ROUND = 5_000;
const HOUR = 3_600_000;

/** What tasks share. */
interface Shared {
  readonly queue: Queue<number>;
  readonly lock: Lock;
}

/** Tasks as generators: each kind waits in another way. */
const GENERATORS = [
  function* ({ queue }: Shared, n: number) {
    yield* queue.put(n);
    yield* queue.get();
  },
  function* ({ lock }: Shared) {
    using _turn = yield* lock.acquire();
    yield* sleep(0);
  },
  function* (_: Shared, n: number) {
    try {
      yield* timeout(1, () => sleep(n % 4));
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
  },
  function* (_: Shared, n: number) {
    yield* taskGroup(function* (group) {
      for (let child = 0; child < 3; child++) group.createTask(() => sleep(n % 2));
      yield* sleep(0);
    });
  },
  function* () {
    yield* sleep(HOUR);
  },
];

/** The same as native async functions. */
const NATIVE = [
  async ({ queue }: Shared, n: number) => {
    await queue.put(n);
    await queue.get();
  },
  async ({ lock }: Shared) => {
    using _turn = await lock.acquire();
    await sleep(0);
  },
  async (_: Shared, n: number) => {
    try {
      await timeout(1, () => sleep(n % 4));
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
  },
  async (_: Shared, n: number) => {
    await taskGroup(async (group) => {
      for (let child = 0; child < 3; child++) group.createTask(() => sleep(n % 2));
      await sleep(0);
    });
  },
  async () => {
    await sleep(HOUR);
  },
];

/** Begins a batch of tasks, cancels those that sleep for an hour, and waits for the ends of all. */
async function runBatch(kinds: typeof GENERATORS | typeof NATIVE, shared: Shared): Promise<void> {
  const tasks: Task<unknown>[] = [];
  for (let n = 0; n < BATCH; n++) {
    const kind = kinds[n % kinds.length];
    tasks.push(createTask<void>(() => kind(shared, n) as Promise<void>));
  }
  await sleep(1);
  for (let n = kinds.length - 1; n < BATCH; n += kinds.length) tasks[n].cancel();
  await wait(tasks);
  for (const task of tasks) if (!task.cancelled) task.result();
}

if (import.meta.main) {
  const kinds = Deno.args.includes("async") ? NATIVE : GENERATORS;
  const seconds = Number(Deno.args.find((word) => /^\d+$/.test(word)) ?? 60);
  const problems = await run(async () => {
    const shared = { queue: new Queue<number>(10), lock: new Lock() };
    const series: { name: string; samples: Series["samples"][number][] } = {
      name: "the process",
      samples: [],
    };
    const found = new Set<string>();
    const start = await readVitals();
    let count = 0;
    for (let second = 0; second < seconds;) {
      for (const end = performance.now() + ROUND; performance.now() < end; count += BATCH) {
        await runBatch(kinds, shared);
      }
      second += ROUND / 1_000;
      const vitals = await readVitals();
      series.samples.push({ second, vitals });
      for (const left of judgeCounts("the process", start, vitals, true)) found.add(left);
      const { heap, rss } = vitals;
      console.log(
        `${second} s, ${count} tasks: heap ${heap.toFixed(2)} MB, RSS ${rss.toFixed(0)} MB`,
      );
    }
    if (seconds >= SHORTEST_TO_JUDGE) {
      const { heap, rss } = growthOf(series, seconds);
      console.log(`Growth: heap ${heap.toFixed(2)} MB a minute, RSS ${rss.toFixed(2)} MB a minute`);
    }
    return [...found, ...judgeMemory(series, seconds)];
  }, { signals: [] });
  for (const problem of problems) console.log(problem);
  Deno.exit(problems.length === 0 ? 0 : 1);
}
