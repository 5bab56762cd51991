/**
 * A worker for workerd whose requests each run a program of their own.
 *
 * @module
 */

import { fallbackReason, newCore } from "../../core.ts";
import {
  type Clock,
  type Coroutine,
  currentTask,
  getRunningLoop,
  isCancelled,
  run,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  until,
} from "../../edge/workerd.ts";
import { newHostStorage } from "../host_storage.ts";

/** What the test binds to the worker. */
interface Env {
  readonly UPSTREAM: { fetch(address: string): Promise<Response> };
}

/** Counts, in this isolate, how the runs of clients that went away have ended. */
const gone = { begun: 0, cancelled: 0, failed: 0, cleaned: 0 };

/** What a request tells the host about how long it lasts. */
interface Lifetime {
  waitUntil(promise: Promise<unknown>): void;
}

/** Asks the other service for something, which only this request may read. */
function* ask(env: Env, id: string, part: number): Coroutine<string> {
  yield* sleep(1 + (Number(id) + part) % 7);
  const response = yield* until(env.UPSTREAM.fetch(`http://upstream/${id}/${part}`));
  return yield* until(response.text());
}

/** Runs a group, a timeout that fires and one that does not, and its own I/O. */
function* work(env: Env, id: string): Coroutine<string[]> {
  const parts = yield* taskGroup(function* (group) {
    const tasks = [1, 2, 3].map((part) =>
      group.createTask(() => ask(env, id, part), { name: `${id}/${part}` })
    );
    const answers: string[] = [];
    for (const task of tasks) answers.push(yield* task);
    return answers;
  });
  try {
    yield* timeout(2, () => sleep(60_000));
  } catch (error) {
    parts.push(error instanceof TimeoutError ? "timed out" : String(error));
  }
  parts.push(yield* timeout(30_000, () => sleep(3, "in time")));
  parts.push(currentTask()!.name);
  return parts;
}

/** Does the same in native async functions. */
async function workNatively(env: Env, id: string): Promise<string[]> {
  const parts = await taskGroup(async (group) => {
    const tasks = [1, 2, 3].map((part) =>
      group.createTask(async () => {
        await sleep(1 + (Number(id) + part) % 7);
        const response = await env.UPSTREAM.fetch(`http://upstream/${id}/${part}`);
        return await until(response.text());
      }, { name: `${id}/${part}` })
    );
    const answers: string[] = [];
    for (const task of tasks) answers.push(await task);
    return answers;
  });
  try {
    await timeout(2, () => sleep(60_000));
  } catch (error) {
    parts.push(error instanceof TimeoutError ? "timed out" : String(error));
  }
  parts.push(await timeout(30_000, () => sleep(3, "in time")));
  parts.push(currentTask()!.name);
  return parts;
}

/** Holds a value for each piece of code that looks for it; made by the first request. */
let als: ReturnType<typeof newHostStorage<string>> | undefined;

/** Lets tasks of both front ends look for values of their own; says what else they saw. */
async function lookAround(id: string): Promise<string[]> {
  const storage = als ??= newHostStorage<string>();
  const wrong: string[] = [];
  const look = (expected: string) => {
    const seen = storage.getStore();
    if (seen !== expected) wrong.push(`${seen}, and must see ${expected}`);
  };
  const strand = async (expected: string) => {
    look(expected);
    await sleep(Number(id) % 7);
    look(expected);
    await new Promise((resolve) => setTimeout(resolve, 1));
    look(expected);
  };
  const native = async (expected: string) => {
    await Promise.all([strand(expected), timeout(30_000, () => strand(expected))]);
    getRunningLoop().callSoon(look, expected);
    await taskGroup(async (group) => {
      group.createTask(() => strand(expected));
      group.createTask(() => generator(expected));
      await sleep(1);
      look(expected);
    });
  };
  const generator = function* (expected: string): Coroutine<void> {
    look(expected);
    yield* sleep(Number(id) % 5);
    look(expected);
    yield* until(strand(expected));
    look(expected);
  };
  const main = function* (): Coroutine<void> {
    yield* taskGroup(function* (group) {
      for (const [at, code] of [native, generator, native, generator].entries()) {
        const value = `${id} in ${at}`;
        storage.run(value, () => group.createTask(() => code(value)));
      }
      yield* sleep(1);
      look(id);
    });
    look(id);
  };
  await storage.run(id, () => run(main));
  return wrong;
}

/** Streams a beat now and then, with a child beside it, until the client goes away. */
function* beat(body: WritableStream<Uint8Array>): Coroutine<void> {
  const writer = body.getWriter();
  gone.begun++;
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => sleep(600_000));
      for (;;) {
        yield* until(writer.write(new TextEncoder().encode("beat\n")));
        yield* sleep(10);
      }
    });
  } catch (error) {
    gone[isCancelled(error) ? "cancelled" : "failed"]++;
    throw error;
  } finally {
    yield* sleep(1);
    gone.cleaned++;
  }
}

/** Answers with a stream whose run ends with the client. */
function stream(request: Request, lifetime: Lifetime): Response {
  const { readable, writable } = new TransformStream<Uint8Array>();
  const ended = run(() => beat(writable), { signal: request.signal });
  lifetime.waitUntil(ended.catch(() => {})); // It outlives the response by its cleanup.
  return new Response(readable);
}

/** A clock that moves with I/O only, as the clocks of workers do once deployed. */
class FrozenClock implements Clock {
  now(): number {
    return 1_000;
  }
}

/** Sleeps by a clock that stands still, and counts the turns that this took. */
function* still(): Coroutine<{ turns: number; order: number[] }> {
  const loop = getRunningLoop();
  const before = loop.metrics().iterations;
  const order: number[] = [];
  yield* taskGroup(function* (group) {
    for (const ms of [30, 10, 20]) {
      group.createTask(function* () {
        yield* sleep(ms);
        order.push(ms);
      });
    }
  });
  yield* timeout(60_000, () => sleep(5));
  return { turns: loop.metrics().iterations - before, order };
}

/** Awaits the library in native code, which some hosts cannot follow. */
async function isNativeRefused(): Promise<string> {
  try {
    return await run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return await sleep(1, "native code was followed");
    });
  } catch (error) {
    return String(error);
  }
}

/** Answers one request. */
async function answer(request: Request, env: Env): Promise<unknown> {
  const [, route, id] = new URL(request.url).pathname.split("/");
  switch (route) {
    case "engine":
      return [newCore().engine, fallbackReason() ?? null];
    case "work":
      return await run(() => work(env, id), { name: `main ${id}` });
    case "native":
      return await run(() => workNatively(env, id), { name: `main ${id}` });
    case "context":
      return await lookAround(id);
    case "refused":
      return await isNativeRefused();
    case "gone":
      return gone;
    case "still":
      return await run(still, { clock: new FrozenClock() });
    default:
      throw new RangeError(`there is no route ${route}`);
  }
}

export default {
  async fetch(request: Request, env: Env, lifetime: Lifetime): Promise<Response> {
    if (request.url.endsWith("/stream")) return stream(request, lifetime);
    try {
      return Response.json(await answer(request, env));
    } catch (error) {
      return Response.json(String((error as Error)?.stack ?? error), { status: 500 });
    }
  },
};
