import { createTask, isCancelled, Runner, sleep, timeout, VirtualClock } from "../../mod.ts";
import {
  buffer,
  debounce,
  filter,
  map,
  merge,
  type Source,
  type Stream,
  take,
  throttle,
  timeout as bounded,
  window,
  zip,
} from "../../flow.ts";
import { assert, assertEquals } from "../assert.ts";
import {
  assertIdle,
  Boom,
  caught,
  FRONT_ENDS,
  type FrontEnd,
  type Program,
} from "../futures/trial.ts";
import { Prng } from "../prng.ts";
import { rounds } from "../rounds.ts";
import { type Seen, SOURCES, unseen } from "./sources.ts";

const SEEDS = rounds(300);

/** Makes stages over each other, of those that give each item once, or of all. */
function build(as: FrontEnd, prng: Prng, source: Source<number>, isLossless: boolean) {
  let stream: Source<number> = source;
  const slowly = as(function* (n: number) {
    if (prng.chance(30)) yield sleep(prng.below(4));
    return n;
  });
  const flatten = (batches: Source<number[]>) =>
    map(batches, (batch) => batch.reduce((sum, n) => sum + n, 0));
  const lossless: ((items: Source<number>) => Stream<number>)[] = [
    (items) => map(items, slowly),
    (items) => filter(items, () => true),
    (items) => flatten(buffer(items, 1 + prng.below(4))),
    (items) => flatten(buffer(items, 1 + prng.below(4), { within: 1 + prng.below(9) })),
    (items) => merge([items, []]),
    (items) => bounded(items, 1000),
    (items) => flatten(window(items, 1)),
  ];
  const lossy: typeof lossless = [
    (items) => debounce(items, 1 + prng.below(5)),
    (items) => throttle(items, 1 + prng.below(5)),
    (items) => take(items, prng.below(8)),
    (items) => map(zip([items, Array.from({ length: 9 }, () => 0)] as const), ([n]) => n),
    (items) => bounded(items, 2 + prng.below(6)),
  ];
  for (let n = 1 + prng.below(4); n > 0; n--) {
    stream = prng.pick(isLossless ? lossless : [...lossless, ...lossy])(stream);
  }
  return map(stream, (n) => n);
}

/** Runs random stages to their ends, or calls them off, and looks at what is left. */
function* flow(as: FrontEnd, prng: Prng): Program<void> {
  const seen: Seen[] = [];
  const isLossless = prng.chance(50);
  const willFail = prng.chance(20);
  let total = 0;
  const makeSource = () => {
    const [, make] = prng.pick(SOURCES);
    const length = prng.below(12);
    const items = Array.from({ length }, (_, at) => {
      const item = willFail && prng.chance(5) ? new Boom(`${at}`) : 1 + prng.below(9);
      return [prng.below(6), item] as const;
    });
    const noted = unseen();
    seen.push(noted);
    const end = items.findIndex(([, item]) => item instanceof Error);
    const given = end < 0 ? items : items.slice(0, end);
    if (end < 0 || isLossless) { for (const [, item] of given) total += item as number; }
    return make<number>(items, noted);
  };
  const sources = Array.from({ length: 1 + prng.below(3) }, makeSource);
  const stream = build(as, prng, merge(sources), isLossless);
  let sum = 0;
  let isCalledOff = false;
  const read = as(function* () {
    try {
      for (let left = prng.chance(30) ? prng.below(6) : Infinity; left > 0; left--) {
        const step: IteratorResult<number, undefined> = yield stream.next();
        if (step.done) return;
        sum += step.value;
        if (prng.chance(30)) yield sleep(prng.below(5));
      }
      isCalledOff = true;
    } finally {
      yield stream.return();
    }
  });
  const reading = createTask(() =>
    prng.chance(30) ? timeout(prng.below(40), () => read()) : read()
  );
  if (prng.chance(30)) {
    yield sleep(prng.below(40));
    isCalledOff = true;
    reading.cancel();
  }
  const error = yield* caught(reading);
  const isExpected = error === undefined || isCancelled(error) || error instanceof Boom ||
    (error as Error).name === "TimeoutError";
  if (!isExpected) throw error;
  yield sleep(0);
  if (error === undefined && isLossless && !isCalledOff) assertEquals(sum, total);
  for (const { taken, ended } of seen) {
    assert(taken === 0 ? ended.length <= 1 : ended.length === 1, `${taken}, ${ended}`);
  }
}

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`random stages lose nothing and leave nothing behind, however they end (${name})`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const reports: unknown[] = [];
      const onError = ({ exception }: { exception?: unknown }) => {
        if (!(exception instanceof Boom)) reports.push(exception);
      };
      const runner = new Runner({ clock: new VirtualClock(), onError, signals: [] });
      try {
        await runner.run(as(() => flow(as, new Prng(seed))));
        await runner.run(() => sleep(10));
        assertIdle(runner.loop);
      } catch (error) {
        throw new Error(`seed ${seed}: ${error}`, { cause: error });
      } finally {
        await runner.close();
      }
      assertEquals(reports, []);
    }
  });
}
