import type { Handler } from "../../../io.ts";
import {
  Event,
  isCancelled,
  mapConcurrent,
  run,
  Semaphore,
  sleep,
  TimeoutError,
  until,
} from "../../../mod.ts";
import { serve } from "../../../io.ts";
import { assert, assertEquals } from "../../assert.ts";
import { isComplete, RawClient, statusOf } from "./raw_client.ts";
import { eventually, fetchText, serving, takeReport } from "./serving.ts";

Deno.test("requests over the limit wait in line, first come, first served", async () => {
  const turns = new Semaphore(0);
  const paths: string[] = [];
  let inside = 0;
  let most = 0;
  const handler: Handler = function* (request) {
    paths.push(new URL(request.url).pathname);
    most = Math.max(most, ++inside);
    yield* turns.acquire();
    inside--;
    return new Response();
  };
  await serving(handler, { limit: 2 }, async ({ server }) => {
    const clients: RawClient[] = [];
    for (let n = 0; n < 6; n++) {
      clients.push(await RawClient.ask(server, `/${n}`, "connection: close"));
      await eventually("the request", () => {
        const { active, waiting } = server.statistics();
        return active + waiting === n + 1;
      });
    }
    assertEquals([server.active, server.statistics().waiting], [2, 4]);
    for (let n = 0; n < 6; n++) turns.release();
    for (const client of clients) assertEquals(statusOf(await client.all()), 200);
  });
  assertEquals([paths.join(" "), most], ["/0 /1 /2 /3 /4 /5", 2]);
});

Deno.test("requests over the limit can be turned away at once", async () => {
  const go = new Event();
  const handler: Handler = function* () {
    yield* go.wait();
    return new Response("went");
  };
  await serving(handler, { limit: 1, overload: "reject" }, async ({ server }) => {
    using first = await RawClient.ask(server, "/", "connection: close");
    await eventually("the first request", () => server.active === 1);
    const refused = await fetch(server.url);
    assertEquals([refused.status, refused.headers.get("retry-after")], [503, "1"]);
    assertEquals(await refused.text(), "Service Unavailable");
    go.set();
    assertEquals(statusOf(await first.all()), 200);
    assertEquals((await fetchText(server, "/"))[0], 200);
    assertEquals(server.statistics().rejected, 1);
  });
});

for (const overload of ["wait", "reject"] as const) {
  Deno.test(`a body that is being sent counts for the limit (${overload})`, async () => {
    let controller: ReadableStreamDefaultController<Uint8Array>;
    const handler: Handler = (request) => {
      if (request.url.endsWith("/quick")) return new Response("quick");
      return new Response(
        new ReadableStream({
          start: (given) => {
            controller = given;
            controller.enqueue(new Uint8Array(1));
          },
        }),
      );
    };
    await serving(handler, { limit: 1, overload }, async ({ server }) => {
      using slow = await RawClient.ask(server, "/slow", "connection: close");
      await slow.until("\r\n\r\n");
      using quick = await RawClient.ask(server, "/quick", "connection: close");
      if (overload === "wait") {
        await eventually("the second request", () => server.statistics().waiting === 1);
      } else {
        assertEquals(statusOf(await quick.all()), 503);
      }
      controller.close();
      assert(isComplete(await slow.all()), slow.text);
      if (overload === "wait") assertEquals(statusOf(await quick.all()), 200);
    });
  });
}

Deno.test("a handler that takes too long is cancelled, and its client gets a 504", async () => {
  const began = new Event();
  const log: string[] = [];
  const handler = async () => {
    began.set();
    try {
      return await sleep(1e9, new Response("late"));
    } catch (error) {
      log.push(`${isCancelled(error)}`);
      throw error;
    } finally {
      await until(Promise.resolve());
      log.push("cleaned up");
    }
  };
  await serving(handler, { deadline: 50 }, async ({ server, clock }) => {
    using client = await RawClient.ask(server, "/", "connection: close");
    await began.wait();
    clock.advance(49);
    await sleep(0);
    assertEquals([log, server.active], [[], 1]);
    clock.advance(1);
    const heard = await client.all();
    assertEquals([statusOf(heard), isComplete(heard)], [504, true]);
  });
  assertEquals(log, ["true", "cleaned up"]);
});

Deno.test("a deadline counts the wait in line", async () => {
  const go = new Event();
  const handler: Handler = function* () {
    yield* go.wait();
    return new Response("went");
  };
  await serving(handler, { limit: 1, deadline: 50 }, async ({ server, clock }) => {
    using first = await RawClient.ask(server, "/", "connection: close");
    await eventually("the first request", () => server.active === 1);
    clock.advance(30);
    using second = await RawClient.ask(server, "/", "connection: close");
    await eventually("the second request", () => server.statistics().waiting === 1);
    clock.advance(20);
    assertEquals(statusOf(await first.all()), 504);
    await eventually("the turn of the second", () => server.active === 1);
    clock.advance(30);
    assertEquals(statusOf(await second.all()), 504);
  });
});

Deno.test("a deadline does not bound the body, and leaves no timer behind", () =>
  serving(
    async () => {
      await until(Promise.resolve());
      return new Response(
        new ReadableStream({
          async pull(controller) {
            await sleep(100);
            controller.enqueue(new TextEncoder().encode("in time"));
            controller.close();
          },
        }, { highWaterMark: 0 }),
      );
    },
    { deadline: 50 },
    async ({ server, clock }) => {
      using client = await RawClient.ask(server, "/", "connection: close");
      await client.until("\r\n\r\n");
      await eventually("the wait in the body", () => {
        clock.advance(10);
        return server.active === 0;
      });
      const heard = await client.all();
      assert(isComplete(heard) && heard.text.includes("in time"), heard.text);
    },
  ));

Deno.test("a timeout of the handler's own is its failure, not the deadline's", () =>
  serving(
    () => {
      throw new TimeoutError("of its own");
    },
    { deadline: 1000 },
    async ({ server, reports }) => {
      assertEquals((await fetchText(server, "/"))[0], 500);
      assert(takeReport(reports).exception instanceof TimeoutError);
    },
  ));

Deno.test("10,000 requests over a limit of 100 are all answered, 100 at a time at most", async () => {
  const COUNT = 10_000;
  let inside = 0;
  let most = 0;
  const handler: Handler = async () => {
    most = Math.max(most, ++inside);
    await sleep(0);
    inside--;
    return new Response("ok");
  };
  await run(async () => {
    await using server = serve(handler, { port: 0, limit: 100 });
    const ask = async () => {
      const response = await until((signal) => fetch(server.url, { signal }));
      return await until(response.text());
    };
    const requests = Array.from({ length: COUNT }, () => ask);
    let answered = 0;
    const asked = mapConcurrent(requests, (request) => request(), { limit: 300 });
    for await (const text of asked) if (text === "ok") answered++;
    assertEquals([answered, server.statistics().completed], [COUNT, COUNT]);
  }, { signals: [] });
  assert(most > 50 && most <= 100, `${most}`);
});
