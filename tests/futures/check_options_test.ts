import {
  asCompleted,
  Broadcast,
  cancelScope,
  createTask,
  EventLoop,
  Future,
  gather,
  interval,
  mapConcurrent,
  PriorityQueue,
  Queue,
  RateLimiter,
  retry,
  run,
  Runner,
  sleep,
  taskGroup,
  until,
  wait,
} from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { caughtBy, inWorld } from "./trial.ts";

const none = () => sleep(0);

/** Are calls that take options. */
const CALLS: Record<string, (options: never) => unknown> = {
  "createTask()": (options) => createTask(none, options),
  "gather()": (options) => gather([], options),
  "asCompleted()": (options) => asCompleted([], options),
  "wait()": (options) => wait([], options),
  "taskGroup()": (options) => taskGroup(none, options),
  "cancelScope()": (options) => cancelScope(none, options),
  "until()": (options) => until(Promise.resolve(), options),
  "addDoneCallback()": (options) => new Future().addDoneCallback(() => {}, options),
  "new Runner()": (options) => new Runner(options),
  "retry()": (options) => retry(none, options),
  "interval()": (options) => interval(1, options),
  "mapConcurrent()": (options) => mapConcurrent([], none, options),
  "Queue.shutdown()": (options) => new Queue().shutdown(options),
  "new PriorityQueue()": (options) => new PriorityQueue(0, options),
  "new Broadcast()": (options) => new Broadcast(options),
  "new RateLimiter()": (options) => new RateLimiter(1, options),
};

for (const [name, call] of Object.entries(CALLS)) {
  Deno.test(`${name} refuses options it does not know, and what is no object of options`, async () => {
    await inWorld(() => () => {
      assertThrows(
        () => call({ meaning: 42 } as never),
        TypeError,
        `HAS NO OPTION "meaning", ONLY: `,
      );
      for (const options of [5, "name", null, []] as never[]) {
        assertThrows(() => call(options), TypeError, "MUST BE AN OBJECT: ");
      }
      return sleep(0);
    });
  });
}

Deno.test("run() refuses options it does not know", async () => {
  for (const options of [{ tiemout: 5 }, 5, null] as never[]) {
    const error = await caughtBy(run(none, options));
    assertEquals(error instanceof TypeError, true, String(error));
  }
});

Deno.test("options that are ill-typed are refused", async () => {
  await inWorld(() => () => {
    const calls: [string, () => unknown][] = [
      ["name", () => createTask(none, { name: 5 as never })],
      ["eager", () => createTask(none, { eager: "no" as never })],
      ["returnExceptions", () => gather([], { returnExceptions: "no" as never })],
      ["ordered", () => mapConcurrent([], none, { ordered: "no" as never })],
      ["immediate", () => new Queue().shutdown({ immediate: "no" as never })],
      ["latest", () => new Broadcast({ latest: 1 as never })],
      ["debug", () => new Runner({ debug: "no" as never })],
      ["signals", () => new Runner({ signals: [5 as never] })],
    ];
    for (const [name, call] of calls) assertThrows(call, TypeError, name);
    return sleep(0);
  });
});

Deno.test("a task that was refused leaves nothing in its loop", () => {
  const loop = new EventLoop();
  assertThrows(() => loop.createTask(none, { nmae: "x" } as never), TypeError, "nmae");
  assertEquals([...loop.allTasks()], []);
  loop.close();
});
