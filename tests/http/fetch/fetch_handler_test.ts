import {
  createTask,
  currentTask,
  Event,
  getRunningLoop,
  isCancelled,
  run,
  sleep,
  until,
  yieldNow,
} from "../../../mod.ts";
import { fetchHandler, HttpError } from "../../../web.ts";
import { countListeners } from "../../../src/engine/signals.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { Boom, FRONT_ENDS, type Program } from "../../futures/trial.ts";
import { ask, read, takeReport, trying } from "./trying.ts";

/** Answers, after a while, with the name of the task. */
function* slowly(): Program<Response> {
  yield sleep(10);
  return new Response(currentTask()!.name);
}

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`fetchHandler() answers with a coroutine, in a task named by the request (${name})`, async () => {
    const { handle, ended } = trying(as(slowly));
    assertEquals(await read(await handle(ask("/a?secret"))), [200, "GET /a #1"]);
    await ended();
    assertEquals(await read(await handle(ask("/b", { method: "PUT" }))), [200, "PUT /b #2"]);
    await ended();
  });

  Deno.test(`fetchHandler() lets requests overlap, each in a loop of its own (${name})`, async () => {
    const loops = new Set<unknown>();
    const gates = new Map<string, PromiseWithResolvers<void>>();
    const handle = fetchHandler(as(function* (request: Request): Program<Response> {
      loops.add(getRunningLoop());
      const { pathname } = new URL(request.url);
      const gate = Promise.withResolvers<void>();
      gates.set(pathname, gate);
      yield until(gate.promise);
      return new Response(pathname);
    }));
    const paths = ["/1", "/2", "/3"];
    const answers = paths.map((path) => handle(ask(path)));
    while (gates.size < 3) await new Promise((resolve) => setTimeout(resolve, 0));
    const order: string[] = [];
    for (const path of ["/2", "/3", "/1"]) {
      gates.get(path)!.resolve();
      order.push(await (await answers[paths.indexOf(path)]).text());
    }
    assertEquals([order, loops.size], [["/2", "/3", "/1"], 3]);
  });

  Deno.test(`fetchHandler() answers errors as a server does (${name})`, async () => {
    const cases: Record<string, () => unknown> = {
      "/boom": () => {
        throw new Boom("a secret");
      },
      "/teapot": () => {
        throw new HttpError(418, "short and stout", { "x-tea": "green" });
      },
      "/nothing": () => undefined,
      "/used": () => {
        const response = new Response("once");
        response.text();
        return response;
      },
    };
    const { handle, reports, ended } = trying(as(function* (request: Request): Program<Response> {
      yield sleep(1);
      return cases[new URL(request.url).pathname]() as Response;
    }));
    const answer = async (path: string) => {
      const response = await handle(ask(path));
      await ended();
      return response;
    };
    assertEquals(await read(await answer("/boom")), [500, "Internal Server Error"]);
    const [{ request, method, url }] = reports;
    assertEquals([request, method, url], ["GET /boom #1", "GET", "http://localhost/boom"]);
    assertEquals(takeReport(reports), "The handler of a request failed: a secret");
    const teapot = await answer("/teapot");
    assertEquals(teapot.headers.get("x-tea"), "green");
    assertEquals(await read(teapot), [418, "short and stout"]);
    assertEquals(reports, []);
    assertEquals((await answer("/nothing")).status, 500);
    assert(takeReport(reports).includes("A handler must return a Response: undefined"));
    assertEquals((await answer("/used")).status, 500);
    assert(takeReport(reports).includes("whose body was used"));
  });

  Deno.test(`fetchHandler() ends a request that takes too long (${name})`, async () => {
    const log: string[] = [];
    const { handle, reports, ended } = trying(
      as(function* (): Program<Response> {
        try {
          yield new Event().wait();
        } finally {
          yield sleep(5);
          log.push("cleaned up");
        }
        return new Response();
      }),
      { deadline: 100 },
    );
    assertEquals(await read(await handle(ask())), [504, "Gateway Timeout"]);
    assertEquals(log, ["cleaned up"]);
    await ended();
    assertEquals(reports, []);
  });

  Deno.test(`fetchHandler() cancels a request whose client goes away (${name})`, async () => {
    const client = new AbortController();
    const begun = Promise.withResolvers<void>();
    const log: string[] = [];
    const { handle, reports, ended } = trying(
      as(function* (): Program<Response> {
        begun.resolve();
        try {
          yield new Event().wait();
        } catch (error) {
          log.push(String(error));
          throw error;
        } finally {
          yield sleep(5);
          log.push("cleaned up");
        }
        return new Response();
      }),
      { run: {} },
    );
    const answer = handle(ask("/", { signal: client.signal }));
    await begun.promise;
    await new Promise((resolve) => setTimeout(resolve, 0));
    client.abort();
    assertEquals((await answer).status, 503);
    await ended();
    assertEquals(log, ["CancelledError: the client has gone", "cleaned up"]);
    assertEquals(reports, []);
    const gone = await handle(ask("/", { signal: client.signal }));
    assertEquals(gone.status, 503);
    await ended();
  });

  Deno.test(`fetchHandler() tells the host of what goes on after the response (${name})`, async () => {
    const log: string[] = [];
    const note = as(function* (ms: number): Program {
      try {
        yield sleep(ms);
        log.push(`after ${ms}`);
      } catch (error) {
        log.push(`${ms}: ${isCancelled(error)}`);
        throw error;
      }
    });
    const { handle, ended } = trying(
      as(function* (): Program<Response> {
        for (const ms of [30, 3, 300]) createTask(() => note(ms));
        yield yieldNow();
        return new Response("sent");
      }),
      { grace: 100 },
    );
    assertEquals(await read(await handle(ask())), [200, "sent"]);
    await ended();
    assertEquals(log, ["after 3", "after 30", "300: true"]);
  });
}

Deno.test("fetchHandler() takes a plain function and an application, and passes on what the host gives", async () => {
  const plain = fetchHandler((request) => new Response(request.method));
  assertEquals(await read(await plain(ask())), [200, "GET"]);
  const app = {
    word: "hello",
    *fetch(_: Request, env: { name: string }, context: { n: number }) {
      yield* sleep(1);
      return new Response(`${this.word} ${env.name} ${context.n}`);
    },
  };
  const handle = fetchHandler(app);
  assertEquals(await read(await handle(ask(), { name: "Ada" }, { n: 7 })), [200, "hello Ada 7"]);
});

Deno.test("fetchHandler() answers in the loop that is running", async () => {
  await run(function* () {
    const loop = getRunningLoop();
    const handle = fetchHandler(function* () {
      assert(getRunningLoop() === loop);
      yield* yieldNow();
      return new Response("from the same loop");
    });
    const response = yield* until(handle(ask()));
    assertEquals(yield* until(read(response)), [200, "from the same loop"]);
  });
});

Deno.test("fetchHandler() listens to no signal of the process", async () => {
  const counts: number[] = [];
  const before = countListeners();
  const handle = fetchHandler(() => {
    counts.push(countListeners());
    return new Response();
  });
  await handle(ask());
  assertEquals(counts, [before]);
});

Deno.test("fetchHandler() refuses what cannot be, at once", () => {
  const make = (handler: unknown, options?: unknown) => () =>
    fetchHandler(handler as never, options as never);
  const answer = () => new Response();
  assertThrows(make(5), TypeError, "handler must be a function of a request");
  assertThrows(make(answer, { limit: 5 }), TypeError, '"limit"');
  assertThrows(make(answer, { deadline: 0 }), RangeError, "deadline");
  assertThrows(make(answer, { maxBody: -1 }), RangeError, "maxBody");
  assertThrows(make(answer, { grace: -1 }), RangeError, "grace");
  assertThrows(make(answer, { onAccess: 5 }), TypeError, "onAccess");
  assertThrows(make(answer, { run: { signals: [] } }), TypeError, "the option signals");
});

Deno.test("HttpError refuses what is no status of an error", () => {
  assertThrows(() => new HttpError("404" as never), TypeError, "status must be a number");
  for (const status of [200, 600, 404.5]) {
    assertThrows(() => new HttpError(status), RangeError, "from 400 to 599");
  }
  assertThrows(() => new HttpError(404, 5 as never), TypeError, "message");
  assertEquals(new HttpError(429).message, "Too Many Requests");
  assertEquals(new HttpError(499).message, "Status 499");
});
