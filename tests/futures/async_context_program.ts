/**
 * Random programs that nest values of async context in all that the library can run.
 *
 * @module
 */

import {
  asCompleted,
  asyncGenerator,
  type Awaitable,
  cancelScope,
  type CoroutineResult,
  each,
  gather,
  getRunningLoop,
  interval,
  mapConcurrent,
  retry,
  run,
  select,
  shield,
  sleep,
  type TaskGroup,
  taskGroup,
  timeout,
  until,
  VirtualClock,
  wait,
  waitFor,
  yieldNow,
} from "../../mod.ts";
import { letGo } from "../host_storage.ts";
import { hostTurn } from "../host_turns.ts";
import { Prng } from "../prng.ts";
import { Who, World } from "./async_context_env.ts";
import { Frame, type Operation } from "./async_context_frame.ts";
import { asGenerator, asNative, type Program } from "./trial.ts";

/** Bounds, in turns, how long the end of a run waits for what is left. */
const LAST_TURNS = 300;
/** Bounds, in ms of the host's time, how long a program may take. */
const LONGEST_PROGRAM = 10_000;
/** A time, in ms, that no program reaches. */
const FAR = 1e6;

/** Waits for something that no user code runs in. */
function* pause({ prng, env, world, path, as }: Frame): Program {
  const way = prng.below(as === asNative ? 8 : 6);
  if (way === 0) yield yieldNow();
  else if (way < 3) yield sleep(prng.below(4));
  else if (way === 3) yield until(prng.chance(50) ? hostTurn() : Promise.resolve());
  else if (way === 4) {
    yield until(() => {
      world.check(env, `${path} > until`);
      return hostTurn();
    });
  } else if (way === 5) {
    const future = world.loop.createFuture<void>();
    world.loop.callLater(prng.below(3), () => future.done || future.setResult());
    yield future;
  } else yield foreign(way === 6 ? Promise.resolve() : hostTurn());
}

/** Lets native code await a promise of the host as it is. */
function foreign(promise: PromiseLike<unknown>): Awaitable<unknown> {
  return promise as Awaitable<unknown>;
}

/** Waits at what other tasks wake it from. */
function* meet({ prng, world: { lock, queue } }: Frame): Program {
  const way = prng.below(4);
  if (way < 2) {
    const permit = (yield lock.acquire()) as Disposable;
    try {
      yield sleep(prng.below(3));
    } finally {
      permit[Symbol.dispose]();
    }
  } else if (way === 2) queue.putNowait(0);
  else yield timeout(2, () => queue.get());
}

/** Opens a group, whose children begin in its body. */
function* group(frame: Frame): Program {
  yield* frame.scope(
    "group",
    (body) =>
      taskGroup((group: TaskGroup) => {
        frame.spawn((child, options) => group.createTask(child, options));
        return body(group);
      }),
  );
}

/** Opens a timeout or a scope, which may end its body. */
function* scope(frame: Frame): Program {
  const { prng } = frame;
  const patience = prng.chance(60) ? FAR : prng.below(4);
  const way = prng.below(4);
  if (way < 2) yield* frame.scope("timeout", (body) => timeout(patience, body));
  else if (way === 2) yield* frame.scope("waitFor", (body) => waitFor(() => body(0), patience));
  else {
    yield* frame.scope("cancelScope", (body) =>
      cancelScope((opened) => {
        if (patience < FAR) frame.world.loop.callLater(patience, () => opened.cancel());
        return body(opened);
      }));
  }
}

/** Hands bodies to what runs them in tasks of its own. */
function* many(frame: Frame): Program {
  const { prng } = frame;
  const way = prng.below(5);
  const made = frame.made(["gather", "map", "asCompleted", "select", "shield"][way]);
  const limit = 1 + prng.below(2);
  if (way === 0) yield gather(made);
  else if (way === 1) {
    yield mapConcurrent(made, (body) => body(), { limit, ordered: prng.chance(50) });
  } else if (way === 2) {
    yield each(asCompleted(made), function* () {
      frame.check("asCompleted");
      yield* sleep(1);
    });
  } else if (way === 3) yield select({ made: made[0], late: sleep(prng.below(5)) });
  else yield shield(made[0]);
}

/** Tries something again. */
function* again(frame: Frame): Program {
  let attempts = 0;
  const when = (error: unknown) => error === AGAIN;
  yield* frame.scope(
    "retry",
    (body) => retry(() => body(0), { attempts: 2, delay: 1, when }),
    function* (inner) {
      yield* inner.body(2);
      if (++attempts < 2) throw AGAIN;
    },
  );
}
const AGAIN = Object.assign(new Error("again"), { name: "Again" });

/** Loops over a list or over ticks. */
function* loop(frame: Frame): Program {
  const items: Iterable<number> | AsyncIterable<number> = frame.prng.chance(50) ? [1, 2] : ticks();
  yield* frame.scope("each", (body) => each(items, body));
}

/** Gives two ticks of an interval. */
function ticks(): AsyncIterable<number> {
  const source = interval(1)[Symbol.asyncIterator]();
  let left = 2;
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => left-- > 0 ? source.next() : Promise.resolve({ done: true, value: undefined }),
    }),
  };
}

/** Steps an async generator of the library, which runs in whoever iterates. */
function* generate(frame: Frame): Program {
  const { env, world, prng, path } = frame;
  const check = () => world.check(env, `${path} > asyncGenerator`);
  const source = asyncGenerator<number>(function* (emit) {
    try {
      for (let n = 0; n < 3; n++) {
        check();
        yield* sleep(n);
        check();
        yield* emit(n);
      }
    } finally {
      check();
    }
  });
  for (let steps = 1 + prng.below(4); steps > 0; steps--) {
    yield source.next();
    frame.check("between steps");
    if (prng.chance(40)) frame.set();
  }
  yield source.return();
}

/** Hooks functions on by hand. */
function* thenByHand(frame: Frame): Program {
  const { prng, world } = frame;
  const ofHost = prng.chance(50);
  const hooked = ofHost
    ? prng.chance(50) ? Promise.resolve() : hostTurn()
    : frame.oneOfMine() ?? prng.pick([sleep(prng.below(3)), yieldNow()]);
  const call = frame.callback("then", Who.any);
  const result = prng.pick([
    () => hooked.then(call, call),
    () => hooked.then(undefined, () => {}).then(call),
    () => Promise.resolve(hooked).finally(call),
  ])();
  world.float(result);
  const ended = Promise.resolve(result).then(() => {}, () => {});
  if (prng.chance(50)) yield frame.as === asNative ? foreign(ended) : until(ended);
}

/** Calls native code and waits until it ends. */
function* callNative(frame: Frame): Program {
  if (frame.as === asGenerator) yield until(frame.strand("until"));
  else yield foreign(frame.strand("call"));
}

/** Calls a coroutine of the same front end, as a part of the same code. */
function* callInline(frame: Frame): Program {
  const inner = frame.inline("call", frame.as);
  try {
    yield inner.coroutine()() as Awaitable<void>;
  } finally {
    frame.env.forget(inner.env);
  }
}

/** What code of either front end does. */
const EITHER: readonly Operation[] = [
  ["pause", pause],
  ["pause", pause],
  ["pause", pause],
  ["meet", meet],
  ["set", (frame) => frame.set()],
  ["set", (frame) => frame.set()],
  ["spawn", (frame) => frame.spawn()],
  ["register", (frame) => frame.register()],
  ["sync", (frame) => frame.sync()],
  ["cancel", (frame) => frame.cancelOne()],
  ["join", (frame) => frame.join()],
  ["group", group],
  ["scope", scope],
  ["many", many],
  ["retry", again],
  ["each", loop],
  ["asyncGenerator", generate],
  ["then", thenByHand],
  ["native", callNative],
  ["call", callInline],
];

/** What only native code does. */
const NATIVE: readonly Operation[] = [
  ["run", function* (frame) {
    const storage = frame.prng.below(frame.env.values.length);
    const value = frame.newValue();
    const inner = frame.inner("als.run", frame.env.callWith(storage, value));
    try {
      yield frame.under(storage, value, inner.coroutine()) as Awaitable<void>;
    } finally {
      frame.env.forget(inner.env);
    }
  }],
  ["Promise.all", function* (frame) {
    const strands = ["strand 1", "strand 2", "strand 3"].slice(frame.prng.below(2))
      .map((name) => frame.strand(name));
    yield foreign(frame.prng.chance(70) ? Promise.all(strands) : Promise.race(strands));
  }],
  ["leave behind", (frame) => void frame.strand("left behind")],
  ["pause", pause],
];

/** Runs the main task of a run, and waits for whatever it has begun. */
function* main(frame: Frame): Program {
  const { world } = frame;
  world.loop = getRunningLoop();
  try {
    yield* frame.body(8);
  } catch (error) {
    world.judge(error, frame.path);
  }
  const isLeft = () => world.tasks.size + world.floating.size + world.callbacks > 0;
  for (let turn = 0; turn < LAST_TURNS && isLeft(); turn++) {
    if (world.tasks.size > 0) yield wait(world.tasks, { timeout: 100 });
    yield sleep(1);
    yield until(hostTurn());
    frame.check("draining");
  }
  if (isLeft()) {
    const { tasks, floating, callbacks } = world;
    world.errors.push(
      `${world.name}: left are ${[...tasks]}, ${floating.size} strands, ${callbacks} callbacks`,
    );
  }
}

/** Runs a loop within some values of the host's code around it. */
async function runOne(outside: World, name: string, seed: number, depth: number): Promise<void> {
  const prng = new Prng(seed);
  const go = async (env = outside.newEnv(), left = depth): Promise<void> => {
    const check = (place: string) => outside.check(env, `${name} ${place}`);
    check("begins");
    if (left > 0) {
      const storage = prng.below(env.values.length);
      const value = `${name} ${left}`;
      const inner = env.callWith(storage, value);
      await outside.storages[storage].run(value, () => go(inner, left - 1));
    } else {
      const world = outside.inside(name);
      const as = prng.pick([asGenerator, asNative]);
      const own = env.copy(Who.task(name));
      const frame = new Frame(world, as, own, prng.next(), name, [EITHER, NATIVE]);
      const onError = ({ message, exception }: { message: string; exception?: unknown }) =>
        void world.errors.push(`${name} reported: ${message}: ${exception}`);
      const clock = new VirtualClock();
      const options = { clock, name, onError, signals: [] };
      const ended = run(as(() => main(frame)) as () => CoroutineResult<void>, options);
      check("has begun to run");
      await Promise.resolve();
      check("goes on beside a run");
      let isOver = false;
      const stop = () => void (isOver = true);
      ended.then(stop, stop);
      while (!isOver) { // Time passes also where until() waits for code that sleeps deep inside.
        await hostTurn();
        clock.advance(1);
      }
      await ended;
    }
    check("ends");
  };
  await go();
}

/** Runs the program of a seed, and returns what was wrong and how often it looked. */
export async function runRandomProgram(
  seed: number,
  enters: boolean,
): Promise<{ errors: string[]; checks: number }> {
  const prng = new Prng(seed);
  const outside = World.outside(enters);
  const runs = Array.from({ length: 1 + prng.below(2) }, (_, at) => `run ${at + 1}`);
  const ended = Promise.all(runs.map((name) => runOne(outside, name, prng.next(), prng.below(3))));
  const { promise: stuck, reject } = Promise.withResolvers<never>();
  const fail = () => reject(new Error(`The program of seed ${seed} is stuck`));
  const watchdog = setTimeout(fail, LONGEST_PROGRAM);
  try {
    await Promise.race([ended, stuck]);
  } finally {
    clearTimeout(watchdog);
    for (const storage of outside.storages) letGo(storage);
  }
  return { errors: outside.errors, checks: outside.counted.checks };
}
