import { Hono } from "hono";
import { logger } from "hono/logger";
import { streamSSE } from "hono/streaming";
import { type FetchApp, type Handler, openConnection, serve, startServer } from "../../io.ts";
import { allTasks, currentTask, run, sleep, VirtualClock } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { start } from "../futures/child.ts";
import { hostTurn } from "../host_turns.ts";
import { serving } from "./server/serving.ts";

/** Bounds how many milliseconds may pass before something must be over. */
const LONGEST = 3_000;

/** Lets time pass until a promise is settled; the host has a turn in each step. */
async function whileTimePasses<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let isOver = false;
  const end = () => void (isOver = true);
  promise.then(end, end);
  for (let ms = 0; !isOver; ms += 5) {
    if (ms > LONGEST) throw new Error("it has never ended");
    await hostTurn();
    clock.advance(5);
  }
  return await promise;
}

/** Fetches a text, and lets time pass meanwhile. */
function fetchSlowly(clock: VirtualClock, url: string): Promise<string> {
  const signal = AbortSignal.timeout(LONGEST);
  return whileTimePasses(clock, fetch(url, { signal }).then((response) => response.text()));
}

/** Makes a stream and feeds it from code that nobody awaits, as frameworks do. */
function feed(log: string[], count = 3): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(
    undefined,
    undefined,
    { highWaterMark: 10 },
  );
  const writer = writable.getWriter();
  (async () => {
    try {
      for (let n = 0; n < count; n++) {
        await writer.write(new TextEncoder().encode(`data: ${n}\n`));
        await sleep(20);
        log.push(`slept in ${currentTask()?.name}`);
      }
    } catch (error) {
      log.push((error as Error).name);
    } finally {
      log.push("finally");
      await writer.close().catch(() => {});
    }
  })();
  return readable;
}

/** Ways in which a handler may go on for a while after it has begun to feed. */
const MIDDLEWARE: Record<string, () => unknown> = {
  "at once": () => {},
  "after some microtasks": async () => {
    for (let n = 0; n < 10; n++) await null;
  },
  "after a turn of the host": () => hostTurn(),
};

for (const [when, pass] of Object.entries(MIDDLEWARE)) {
  Deno.test(`code that feeds a response goes on after its handler has returned ${when}`, async () => {
    const log: string[] = [];
    const handler: Handler = async () => {
      const body = feed(log);
      await pass();
      return new Response(body);
    };
    await serving(handler, { grace: 200 }, async ({ server, clock }) => {
      assertEquals(await fetchSlowly(clock, server.url), "data: 0\ndata: 1\ndata: 2\n");
      const { active, completed, failed } = server.statistics();
      assertEquals([active, completed, failed], [0, 1, 0]);
    });
    assertEquals(log, [...Array(3).fill("slept in GET / #1"), "finally"]);
  });
}

for (const hasLogger of [false, true]) {
  const name = hasLogger ? "behind its logger()" : "by itself";
  Deno.test(`streamSSE() of hono sends all of its events ${name}`, async () => {
    const log: string[] = [];
    const app = new Hono();
    if (hasLogger) app.use(logger(() => {}));
    app.get("/sse", (c) =>
      streamSSE(c, async (stream) => {
        try {
          for (let n = 0; n < 3; n++) {
            await stream.writeSSE({ data: `n${n}` });
            await sleep(20);
          }
          log.push("end");
        } finally {
          log.push("finally");
        }
      }));
    await serving(app as FetchApp, { grace: 200 }, async ({ server, clock }) => {
      const text = await fetchSlowly(clock, `${server.url}/sse`);
      assertEquals(text.match(/data: n\d/g), ["data: n0", "data: n1", "data: n2"]);
    });
    assertEquals(log, ["end", "finally"]);
  });
}

Deno.test("code that feeds a response cleans up when the server is shut down", async () => {
  const log: string[] = [];
  const clock = new VirtualClock();
  const controller = new AbortController();
  const running = run(async () => {
    await using server = serve(async () => {
      const body = feed(log, Infinity);
      for (let n = 0; n < 10; n++) await null;
      return new Response(body);
    }, { port: 0, grace: 50 });
    const response = await fetch(server.url, { signal: controller.signal });
    const reader = response.body!.getReader();
    await reader.read();
    reader.read().catch(() => {});
  }, { clock, signals: [] });
  try {
    await whileTimePasses(clock, running);
  } finally {
    controller.abort();
  }
  assertEquals(log.at(-1), "finally");
});

Deno.test("code that a connection's handler leaves behind goes on and cleans up", async () => {
  const log: string[] = [];
  const clock = new VirtualClock();
  const running = run(async () => {
    await using server = startServer(async ({ writer }) => {
      (async () => {
        try {
          await sleep(20);
          log.push("slept");
          await sleep(20);
          log.push(currentTask()?.name.endsWith(" (left behind)") ? "left behind" : "unknown");
        } catch (error) {
          log.push(String(error));
        } finally {
          log.push("finally");
        }
      })();
      for (let n = 0; n < 5; n++) await null;
      writer.writeLine("hi");
      await sleep(0);
    }, { port: 0, grace: 200 });
    await using connection = await openConnection({ port: server.port });
    assertEquals(new TextDecoder().decode(await connection.reader.readAll()), "hi\n");
    await sleep(200);
    assertEquals([...allTasks()].filter(({ name }) => name.includes("left behind")), []);
  }, { clock, signals: [] });
  await whileTimePasses(clock, running);
  assertEquals(log, ["slept", "left behind", "finally"]);
});

Deno.test("a request that a handler sends without awaiting it disturbs nothing", async () => {
  const child = start(new URL("./fixtures/fire_and_forget.ts", import.meta.url));
  const watchdog = setTimeout(() => child.kill("SIGKILL"), 5_000);
  const { code, stdout, stderr } = await child.ended;
  clearTimeout(watchdog);
  assertEquals([code, stderr], [0, ""]);
  const lines = stdout.trim().split("\n");
  assertEquals(lines, ["the metric is noted", "client got 200 PAGE", "alive"]);
  assert(!stdout.includes("failed"), stdout);
});
