import {
  type Awaitable,
  createTask,
  currentTask,
  Event,
  gather,
  getRunningLoop,
  run,
  shield,
  sleep,
  until,
  yieldNow,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { hostStorage, newHostStorage } from "../host_storage.ts";
import { hostTurn, hostTurns } from "../host_turns.ts";
import { Boom, caught, FRONT_ENDS, type Program, trial } from "./trial.ts";

/** Treats an awaitable as the promise that it is by hand. */
function byHand<T>(awaitable: Awaitable<T>): Promise<T> {
  return awaitable as unknown as Promise<T>;
}

trial("a callback has the values of where it was registered", function* (_, { loop }) {
  const als = newHostStorage<string>();
  const seen: Record<string, unknown> = {};
  const future = loop.createFuture<void>();
  const ways: Record<string, (callback: () => void) => unknown> = {
    callSoon: (callback) => loop.callSoon(callback),
    callLater: (callback) => loop.callLater(1, callback),
    callAt: (callback) => loop.callAt(loop.time() + 2, callback),
    whenIdle: (callback) => loop.whenIdle(callback),
    "a future's addDoneCallback": (callback) => future.addDoneCallback(callback),
    "a task's addDoneCallback": (callback) =>
      als.run("of the task", () => createTask(() => sleep(1))).addDoneCallback(callback),
    "addDoneCallback when it is done": (callback) => {
      const done = loop.createFuture<void>();
      done.setResult();
      done.addDoneCallback(callback);
    },
  };
  for (const [name, register] of Object.entries(ways)) {
    als.run(name, () => register(() => seen[name] = [als.getStore(), currentTask()]));
  }
  als.run("of the setter", () => future.setResult());
  yield sleep(5);
  assertEquals(
    seen,
    Object.fromEntries(Object.keys(ways).map((name) => [name, [name, undefined]])),
  );
});

trial("the handler of an error has the values of what failed", function* (as, { loop }) {
  const als = newHostStorage<string>();
  const seen: string[] = [];
  loop.setExceptionHandler(({ exception }) => void seen.push(`${exception} ${als.getStore()}`));
  const fail = as(function* () {
    als.run("callback", () =>
      loop.callSoon(() => {
        throw new Boom("b");
      }));
    yield sleep(1);
    throw new Boom("t");
  });
  const inner = als.run("task", () => createTask(fail));
  const outer = als.run("waiter", () => createTask(() => shield(inner)));
  yield sleep(0);
  outer.cancel();
  yield* caught(outer);
  yield sleep(5);
  assertEquals([seen, als.getStore()], [["Boom: b callback", "Boom: t task"], undefined]);
});

trial("a callback stays one while it waits for the host", function* (as, { loop }) {
  const als = newHostStorage<string>();
  const seen: unknown[] = [];
  const busy = as(function* () {
    for (let n = 0; n < 20; n++) yield yieldNow();
  });
  const tasks = [1, 2].map((n) => als.run(`task ${n}`, () => createTask(busy)));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  als.run("registered", () =>
    loop.callSoon(async () => {
      try {
        for (const turn of [() => Promise.resolve(), hostTurn, hostTurns]) {
          await turn();
          seen.push(als.getStore(), currentTask());
        }
        resolve();
      } catch (error) {
        reject(error);
      }
    }));
  yield until(promise);
  yield gather(tasks);
  assertEquals(seen, [1, 2, 3].flatMap(() => ["registered", undefined]));
});

trial("functions given to then, catch and finally see the values of there", function* (as, world) {
  const als = newHostStorage<string>();
  const seen: unknown[] = [];
  const look = () => void seen.push(als.getStore());
  const failing = as(function* (): Program {
    yield sleep(1);
    throw new Error("on purpose");
  });
  const task = als.run("of the task", () => createTask(failing));
  const hooked = [
    als.run("then", () => sleep(1).then(look)),
    als.run("two functions", () => task.then(undefined, look)),
    als.run("catch", () => byHand(task).catch(look)),
    als.run("finally", () => byHand(task).finally(look).then(undefined, () => {})),
    als.run("host", () => hostTurn().then(look)),
  ];
  const ended = world.loop.createFuture<void>();
  Promise.all(hooked).then(() => ended.setResult());
  yield* caught(task);
  yield until(hostTurns());
  yield ended;
  assertEquals(seen.sort(), ["catch", "finally", "host", "then", "two functions"]);
});

trial("a timer of the host has the values of the step that set it", function* (as) {
  const als = newHostStorage<string>();
  const seen: unknown[] = [];
  const child = as(function* () {
    yield yieldNow();
    yield until(
      new Promise<void>((resolve) =>
        void setTimeout(() => {
          seen.push(als.getStore());
          resolve();
        }, 0)
      ),
    );
  });
  const tasks = ["a", "b"].map((value) => als.run(value, () => createTask(child)));
  yield gather(tasks);
  assertEquals(seen, ["a", "b"]);
});

trial("snapshots and bound functions bring their values along, and leave them", function* (as) {
  const als = newHostStorage<string>();
  const Storage = hostStorage();
  const [snapshot, bound] = als.run("there", () => [
    Storage.snapshot() as <R>(call: () => R) => R,
    Storage.bind(() => als.getStore()),
  ]);
  const look = as(function* (): Program<unknown> {
    const before = als.getStore();
    yield sleep(1);
    return [before, als.getStore()];
  });
  yield yieldNow();
  const task = snapshot(() => createTask(look));
  assertEquals([bound(), snapshot(() => als.getStore()), als.getStore()], [
    "there",
    "there",
    undefined,
  ]);
  assertEquals(yield task, ["there", "there"]);
  assertEquals(als.getStore(), undefined);
});

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`a handler of a signal has the values of where it was added (${name})`, async () => {
    const als = newHostStorage<string>();
    const seen: unknown[] = [];
    const main = as(function* (): Program {
      const loop = getRunningLoop();
      const event = new Event();
      als.run("of the handler", () =>
        loop.addSignalHandler("SIGUSR2", () => {
          seen.push(als.getStore(), currentTask());
          event.set();
        }));
      const { process } = globalThis as unknown as {
        process: { pid: number; kill(pid: number, signal: string): void };
      };
      als.run("of who sends it", () => process.kill(process.pid, "SIGUSR2"));
      yield event.wait();
      seen.push(als.getStore());
      loop.removeSignalHandler("SIGUSR2");
    });
    await als.run("of main", () => run(main as () => Promise<void>, { signals: [] }));
    assertEquals(seen, ["of the handler", undefined, "of main"]);
  });
}
