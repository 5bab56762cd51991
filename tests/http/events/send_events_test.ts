import { Hono } from "hono";
import { logger } from "hono/logger";
import { eventSource, sendEvents, type SendEventsOptions, type SentEvent } from "../../../io.ts";
import { asyncGenerator, Broadcast, Channel, Event, isCancelled, sleep } from "../../../mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { Boom } from "../../futures/trial.ts";
import { isComplete, RawClient, splitAtBody } from "../server/raw_client.ts";
import { eventually, serving, takeReport } from "../server/serving.ts";

/** Gives the text of a response of events. */
async function textOf(events: Iterable<SentEvent>, options?: SendEventsOptions): Promise<string> {
  return await sendEvents(events, options).text();
}

Deno.test("sendEvents() writes each part of an event", async () => {
  assertEquals(
    await textOf(["one", { data: "two\nlines\r\nand\rmore", event: "add", id: "7" }, { retry: 5 }]),
    "data: one\n\n" +
      "event: add\nid: 7\ndata: two\ndata: lines\ndata: and\ndata: more\n\n" +
      "retry: 5\n\n",
  );
  assertEquals(await textOf([{ id: "" }, ""], { retry: 250 }), "retry: 250\n\nid: \n\ndata: \n\n");
});

Deno.test("sendEvents() has the headers that events need, and others", () => {
  const { headers } = sendEvents([], { headers: { "x-a": "1", "cache-control": "no-store" } });
  assertEquals(Object.fromEntries(headers), {
    "cache-control": "no-store",
    "content-type": "text/event-stream",
    "x-a": "1",
    "x-accel-buffering": "no",
  });
});

for (const wrong of [5, { data: 5 }, { event: "a\nb" }, { id: "a\0" }, { retry: -1 }]) {
  Deno.test(`sendEvents() cuts a response off at what is no event: ${JSON.stringify(wrong)}`, async () => {
    const handler = () => sendEvents(["first", wrong as never]);
    await serving(handler, {}, async ({ server, reports }) => {
      using client = await RawClient.ask(server, "/");
      const heard = await client.all();
      assert(heard.text.includes("data: first") && !isComplete(heard), heard.text);
      const { message, exception } = takeReport(reports);
      assertEquals(message, "The body of a response failed");
      assert(exception instanceof TypeError || exception instanceof RangeError);
    });
  });
}

Deno.test("sendEvents() is read by eventSource(), which goes on after the last id", async () => {
  const log: string[] = [];
  const events = (after: number) =>
    asyncGenerator<SentEvent>(function* (emit) {
      for (let n = after + 1; n <= after + 3; n++) {
        yield* sleep(0);
        yield* emit({ data: `${n}`, id: `${n}` });
      }
      log.push(`ended after ${after}`);
    });
  const handler = (request: Request) =>
    sendEvents(events(Number(request.headers.get("last-event-id"))), { retry: 0 });
  await serving(handler, {}, async ({ server }) => {
    const seen: string[] = [];
    for await (const { data } of eventSource(server.url)) {
      seen.push(data);
      if (seen.length === 8) break;
    }
    assertEquals(seen, ["1", "2", "3", "4", "5", "6", "7", "8"]);
    assertEquals(log.slice(0, 2), ["ended after 0", "ended after 3"]);
    await eventually("the end", () => server.active === 0);
  });
});

Deno.test("sendEvents() sends a comment when nothing else is sent for a while", async () => {
  const channel = new Channel<string>();
  const handler = () => sendEvents(channel, { heartbeat: 100 });
  await serving(handler, {}, async ({ server, clock }) => {
    using client = await RawClient.ask(server, "/", "connection: close");
    await client.until("HTTP/1.1 200");
    await eventually("the wait", () => channel.statistics().waitingReceives === 1);
    for (const comments of ["3\r\n:\n\n\r\n", "3\r\n:\n\n\r\n".repeat(2)]) {
      const heard = client.until(comments);
      let isHeard = false;
      heard.then(() => isHeard = true);
      let passed = 0;
      while (!isHeard) {
        clock.advance(10);
        passed += 10;
        await new Promise((resolve) => void setTimeout(resolve, 1));
      }
      assert(passed >= 100, `${passed}`);
    }
    await channel.send("news");
    await client.until("data: news");
    channel.close();
    assert(isComplete(await client.all()));
  });
});

/** Makes events that wait for what never comes, in each way that there is, and notes their end. */
const WAITING: Record<string, (log: string[]) => AsyncIterable<SentEvent>> = {
  "a generator of the library": (log) =>
    asyncGenerator(function* (emit) {
      try {
        yield* emit("first");
        yield* new Event().wait();
      } catch (error) {
        log.push(isCancelled(error) ? "cancelled" : String(error));
        throw error;
      } finally {
        yield* sleep(0);
        log.push("cleaned up");
      }
    }),
  "a native generator": async function* (log) {
    try {
      yield "first";
      await new Event().wait();
    } catch (error) {
      log.push(isCancelled(error) ? "cancelled" : String(error));
      throw error;
    } finally {
      await sleep(0);
      log.push("cleaned up");
    }
  },
  "a subscription": (log) => {
    const news = new Broadcast<string>();
    const subscription = news.subscribe();
    news.sendNowait("first");
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: await subscription.receive() }),
        return: () => {
          subscription.close();
          log.push("cancelled", "cleaned up");
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
  },
};

for (const [name, make] of Object.entries(WAITING)) {
  Deno.test(`sendEvents() lets ${name} clean up when its client leaves`, async () => {
    const log: string[] = [];
    await serving(() => sendEvents(make(log)), {}, async ({ server }) => {
      const client = await RawClient.ask(server, "/");
      await client.until("data: first");
      await eventually("the wait", () => server.active === 1);
      client.close();
      await eventually("the cleanup", () => log.length === 2 && server.active === 0);
      assertEquals(log, ["cancelled", "cleaned up"]);
    });
  });

  Deno.test(`sendEvents() ends with ${name} when the server shuts down, and its response is whole`, async () => {
    const log: string[] = [];
    await serving(() => sendEvents(make(log)), {}, async ({ server, clock }) => {
      using client = await RawClient.ask(server, "/");
      await client.until("data: first");
      await server.shutdown();
      const heard = await client.all();
      assert(isComplete(heard), heard.text);
      assertEquals(splitAtBody(heard.text)[1].match(/data/g)?.length, 1);
      assertEquals([log, clock.now()], [["cancelled", "cleaned up"], 0]);
    });
  });
}

Deno.test("sendEvents() ends at once when the server is shutting down already", async () => {
  const go = new Event();
  const log: string[] = [];
  const handler = async () => {
    await go.wait();
    return sendEvents(WAITING["a native generator"](log));
  };
  await serving(handler, {}, async ({ server }) => {
    using client = await RawClient.ask(server, "/");
    await eventually("the request", () => server.active === 1);
    const ended = (async () => await server.shutdown())();
    go.set();
    const heard = await client.all();
    assert(isComplete(heard) && !heard.text.includes("data"), heard.text);
    await ended;
    assertEquals(log, []);
  });
});

Deno.test("sendEvents() reports an iterator that fails, and cuts its response off", async () => {
  const events = async function* () {
    yield "first";
    await sleep(0);
    throw new Boom("broken");
  };
  await serving(() => sendEvents(events()), {}, async ({ server, reports }) => {
    using client = await RawClient.ask(server, "/");
    assert(!isComplete(await client.all()));
    assert(takeReport(reports).exception instanceof Boom);
  });
});

Deno.test("sendEvents() goes through hono and its middleware", async () => {
  const app = new Hono();
  const log: string[] = [];
  app.use(logger(() => {}));
  app.use(async (c, next) => {
    await next();
    c.header("x-later", "1");
  });
  app.get("/events", () => sendEvents(WAITING["a native generator"](log)));
  await serving(app, {}, async ({ server }) => {
    const client = await RawClient.ask(server, "/events");
    const text = await client.until("data: first");
    assert(/x-later: 1/i.test(text) && /text\/event-stream/.test(text), text);
    client.close();
    await eventually("the cleanup", () => log.length === 2 && server.active === 0);
  });
});

Deno.test("sendEvents() needs no task where nothing awaits the library", async () => {
  const log: string[] = [];
  const events = async function* () {
    try {
      for (let n = 0;; n++) {
        yield `${n}`;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    } finally {
      log.push("closed");
    }
  };
  const quiet = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
  await using server = Deno.serve(quiet, () => sendEvents(events(), { heartbeat: 1000 }));
  const client = await RawClient.ask(server.addr, "/");
  await client.until("data: 3");
  client.close();
  await eventually("the end", () => log.length === 1);
});

Deno.test("sendEvents() refuses what cannot be", () => {
  assertThrows(() => sendEvents(5 as never), TypeError, "events must be an iterable");
  assertThrows(() => sendEvents("text" as never), TypeError, "events must be an iterable");
  const make = (options: unknown) => () => sendEvents([], options as never);
  assertThrows(make({ heartBeat: 5 }), TypeError, '"heartBeat"');
  assertThrows(make({ heartbeat: 0 }), RangeError, "heartbeat");
  assertThrows(make({ retry: -1 }), RangeError, "retry");
});
