import {
  Barrier,
  BoundedSemaphore,
  cancelScope,
  Condition,
  createTask,
  currentTask,
  Event,
  Future,
  getRunningLoop,
  Limiter,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  sleep,
  TaskGroup,
  timeout,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { runToEnd } from "./child.ts";
import { trial } from "./trial.ts";

/** What hosts call to show an object. */
const CUSTOM = [Symbol.for("Deno.customInspect"), Symbol.for("nodejs.util.inspect.custom")];

/** Tells how the console shows an object, which is the same on all hosts. */
function shown(object: object): string {
  const [line, ...others] = CUSTOM.map((symbol) =>
    (object as Record<symbol, () => string>)[symbol]()
  );
  for (const other of others) assertEquals(other, line);
  return line;
}

trial("what waits and what is waited for is shown in a line", function* (as) {
  const lock = new Lock();
  const queue = new Queue<number>(2);
  const named = (name: string, body: () => unknown) =>
    createTask(body as () => Future<void>, { name });
  const permit: Disposable = yield lock.acquire();
  const tasks = [
    named("second", () => lock.acquire()),
    named("reader", () => queue.get()),
    named("both", async () => void await Promise.all([sleep(50), new Event().wait()])),
  ];
  yield sleep(1);
  const holder = currentTask()!.name;
  assertEquals(tasks.map(shown), [
    `<task second pending, waits on Lock.acquire() (held by ${holder})>`,
    "<task reader pending, waits on Queue.get() (it is empty)>",
    "<task both pending, waits on sleep(50), and on Event.wait()>",
  ]);
  assertEquals([lock, queue].map(shown), [
    "<Lock locked, waiting: 1>",
    "<Queue items: 0 of 2, waiting gets: 1>",
  ]);
  for (const task of tasks) task.cancel();
  permit[Symbol.dispose]();
  yield sleep(1);
  assertEquals(tasks.map(shown), tasks.map(({ name }) => `<task ${name} cancelled>`));
  queue.putNowait(1);
  const heap = new PriorityQueue<number>();
  heap.shutdown();
  const things = [lock, queue, heap, new Event(), new Semaphore(2), new BoundedSemaphore(1)];
  assertEquals(things.map(shown), [
    "<Lock free>",
    "<Queue items: 1 of 2>",
    "<PriorityQueue items: 0, shut down>",
    "<Event not set>",
    "<Semaphore value: 2>",
    "<BoundedSemaphore value: 1>",
  ]);
  const others = [new Condition(), new Barrier(3), new Limiter(2), new Future(), new TaskGroup()];
  assertEquals(others.map(shown), [
    "<Condition free>",
    "<Barrier waiting: 0 of 3>",
    "<Limiter borrowed: 0 of 2>",
    "<future pending>",
    "<TaskGroup created, tasks: 0>",
  ]);
  const awaitable = sleep(5);
  assertEquals(shown(awaitable), "sleep(5)");
  yield awaitable;
  yield timeout(
    100,
    as(function* (scope) {
      yield sleep(0);
      assertEquals(shown(scope), `<Timeout active, deadline: ${getRunningLoop().time() + 100}>`);
    }),
  );
  yield cancelScope(as(function* (scope) {
    yield sleep(0);
    assertEquals(shown(scope), "<CancelScope active>");
    scope.cancel();
    assertEquals(shown(scope), "<CancelScope active, cancelled>");
  }));
  for (const it of [...things, ...others, ...tasks]) {
    assertEquals(String(it).split(" ")[0], shown(it).split(" ")[0]);
  }
});

Deno.test("the console shows a task, a lock and an event in a line each", async () => {
  const { stdout, stderr } = await runToEnd("shown.ts");
  assertEquals(stderr, "");
  const inOneLine = stdout.replace(/\{\s+(.*?),?\s+\}/, "{ $1 }"); // Bun gives an object three.
  assertEquals(inOneLine.trimEnd().split("\n"), [
    "<task worker pending, waits on sleep(1)>",
    "<Lock free> <Event not set>",
    "{ queue: <Queue items: 0> }",
  ]);
});
