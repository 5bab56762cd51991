import { type Handler, serve, type Server } from "../../../io.ts";
import {
  createTask,
  Event,
  getRunningLoop,
  isCancelled,
  run,
  sleep,
  until,
  VirtualClock,
} from "../../../mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { type Heard, isComplete, RawClient, statusOf } from "./raw_client.ts";
import { eventually, fetchText, serving, takeReport } from "./serving.ts";

/** A handler that answers when it is let go, and notes if it is cancelled. */
class Held {
  readonly go = new Event();
  readonly began = new Event();
  readonly log: string[] = [];

  readonly handler: Handler = async () => {
    this.began.set();
    try {
      await this.go.wait();
      return new Response("let go");
    } catch (error) {
      this.log.push(isCancelled(error) ? error.message : `${error}`);
      throw error;
    } finally {
      await until(Promise.resolve());
      this.log.push("cleaned up");
    }
  };
}

/** Asserts that nobody accepts connections any more. */
async function assertRefused({ port }: { port: number }): Promise<void> {
  let error: unknown;
  try {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.close();
  } catch (thrown) {
    error = thrown;
  }
  const refused = [Deno.errors.ConnectionRefused, Deno.errors.ConnectionReset];
  assert(refused.some((kind) => error instanceof kind), `${error}`);
}

Deno.test("shutdown() lets requests end, and accepts no more", async () => {
  const held = new Held();
  await serving(held.handler, {}, async ({ server }) => {
    using idle = await RawClient.open(server);
    using half = await RawClient.open(server, "GET / HTTP/1.1\r\n");
    using client = await RawClient.ask(server, "/");
    await held.began.wait();
    const closing = createTask(() => server.shutdown());
    assertEquals([(await idle.all()).text, (await half.all()).text], ["", ""]);
    await assertRefused(server);
    assertEquals([server.active, closing.done], [1, false]);
    held.go.set();
    const heard = await client.all();
    assert(isComplete(heard) && heard.text.endsWith("let go"), heard.text);
    await closing;
    await server.finished;
    await server.shutdown(); // Harmless when done before.
  });
  assertEquals(held.log, ["cleaned up"]);
});

Deno.test("shutdown() cancels what is left after the grace; it cleans up, and gets a 503", async () => {
  const held = new Held();
  await serving(held.handler, { grace: 1e9 }, async ({ server, clock }) => {
    using client = await RawClient.ask(server, "/");
    await held.began.wait();
    const closing = createTask(() => server.shutdown({ grace: 100 }));
    await sleep(0);
    clock.advance(99);
    await sleep(0);
    assertEquals([held.log, closing.done], [[], false]);
    clock.advance(1);
    const heard = await client.all();
    assertEquals([statusOf(heard), isComplete(heard)], [503, true]);
    await closing;
  });
  assertEquals(held.log, ["the server is shutting down", "cleaned up"]);
});

Deno.test("shutdown() with no grace cancels at once, also those in line", async () => {
  const held = new Held();
  await serving(held.handler, { limit: 1 }, async ({ server }) => {
    const clients = [await RawClient.ask(server, "/"), await RawClient.ask(server, "/")];
    await eventually("both requests", () => server.statistics().waiting === 1);
    await server.shutdown({ grace: 0 });
    const heard = await Promise.all(clients.map((client) => client.all()));
    assertEquals(heard.map(statusOf), [503, 503]);
    assert(heard.every(isComplete));
  });
  assertEquals(held.log, ["the server is shutting down", "cleaned up"]);
});

Deno.test("shutdown() called again shortens the grace, and never makes it longer", async () => {
  const held = new Held();
  await serving(held.handler, { grace: 100 }, async ({ server, clock }) => {
    using client = await RawClient.ask(server, "/");
    await held.began.wait();
    const first = createTask(() => server.shutdown());
    await sleep(0);
    const longer = createTask(() => server.shutdown({ grace: 1000 }));
    await sleep(0);
    const shorter = createTask(() => server.shutdown({ grace: 10 }));
    await sleep(0);
    clock.advance(10);
    assertEquals(statusOf(await client.all()), 503);
    await first;
    await longer;
    await shorter;
    assertEquals(clock.now(), 10);
  });
});

Deno.test("shutdown() that is cancelled goes on without whoever waited", async () => {
  const held = new Held();
  await serving(held.handler, {}, async ({ server }) => {
    using client = await RawClient.ask(server, "/");
    await held.began.wait();
    const waits = [
      createTask(() => server.shutdown()),
      createTask(async () => await server.finished),
    ];
    await sleep(0);
    for (const wait of waits) wait.cancel();
    await eventually("the cancellation", () => waits.every(({ cancelled }) => cancelled));
    await assertRefused(server);
    held.go.set();
    assert(isComplete(await client.all()));
    await server.finished;
  });
});

Deno.test("a body within the grace is sent to its end, one after it is cut off", async () => {
  const turns = [0, 1].map(() => Promise.withResolvers<void>());
  const cancelled: string[] = [];
  const handler: Handler = (request) => {
    const n = Number(request.url.at(-1));
    return new Response(
      new ReadableStream({
        async pull(controller) {
          controller.enqueue(new TextEncoder().encode("begun"));
          await until(turns[n].promise);
          controller.close();
        },
        cancel: (reason) => void cancelled.push(`${n}: ${reason.message}`),
      }, { highWaterMark: 0 }),
    );
  };
  await serving(handler, {}, async ({ server, clock }) => {
    const clients = await Promise.all([0, 1].map((n) => RawClient.ask(server, `/${n}`)));
    for (const client of clients) await client.until("begun");
    const closing = createTask(() => server.shutdown({ grace: 100 }));
    await sleep(0);
    turns[0].resolve();
    assert(isComplete(await clients[0].all()), clients[0].text);
    clock.advance(100);
    assert(!isComplete(await clients[1].all()), clients[1].text);
    await closing;
  });
  assertEquals(cancelled, ["1: the server is shutting down"]);
});

Deno.test("a main task that is cancelled lets requests end at its await using", async () => {
  const held = new Held();
  const { promise, resolve } = Promise.withResolvers<Server>();
  const interrupt = new AbortController();
  const running = run(async () => {
    await using server = serve(held.handler, { port: 0 });
    resolve(server);
    await server.finished;
  }, { signal: interrupt.signal, signals: [] });
  const ended = running.then(() => undefined, (error) => error);
  const server = await promise;
  using client = await RawClient.ask(server, "/");
  await eventually("the request", () => held.began.isSet);
  interrupt.abort(new Error("interrupted"));
  await assertRefusedSoon(server);
  assertEquals([held.log, server.active], [[], 1]);
  held.go.set();
  const heard = await client.all();
  assert(isComplete(heard) && heard.text.endsWith("let go"), heard.text);
  const error = await ended;
  assert(isCancelled(error) && error.message === "interrupted", `${error}`);
  assertEquals(held.log, ["cleaned up"]);
});

/** Waits until nobody accepts connections any more. */
async function assertRefusedSoon(server: { port: number }): Promise<void> {
  for (let n = 0;; n++) {
    try {
      return await assertRefused(server);
    } catch (error) {
      if (n > 1000) throw error;
    }
  }
}

Deno.test("a server that nobody shut down ends with its loop", async () => {
  const held = new Held();
  let server: Server;
  let asked: Promise<Heard>;
  await run(async () => {
    server = serve(held.handler, { port: 0 });
    asked = RawClient.ask(server, "/").then((client) => client.all());
    await held.began.wait();
  }, { signals: [] });
  const heard = await asked!;
  assertEquals([statusOf(heard), isComplete(heard)], [503, true]);
  assertEquals(held.log.at(-1), "cleaned up");
  await assertRefused(server!);
});

Deno.test("a generator shuts its server down in a finally", async () => {
  let server: Server | undefined;
  await run(function* () {
    server = serve(() => new Response("served"), { port: 0 });
    try {
      assertEquals(yield* until(fetchText(server, "/")), [200, "served"]);
    } finally {
      yield* server.shutdown();
    }
    assertEquals(getRunningLoop().allTasks().size, 1);
  }, { signals: [] });
  await assertRefused(server!);
});

Deno.test("a server is shut down by its signal", async () => {
  const controller = new AbortController();
  await serving(() => new Response(), { signal: controller.signal }, async ({ server }) => {
    controller.abort();
    await server.finished;
    await assertRefused(server);
  });
  const { signal } = controller; // It is aborted already.
  await serving(() => new Response(), { signal }, async ({ server }) => await server.finished);
});

Deno.test("virtual time stands still while a server is open", async () => {
  const clock = new VirtualClock();
  await run(async () => {
    const server = serve(() => new Response("served"), { port: 0 });
    const slept = createTask(() => sleep(1000));
    assertEquals(await fetchText(server, "/"), [200, "served"]);
    assertEquals([clock.now(), slept.done], [0, false]);
    await server.shutdown();
    await slept;
    assertEquals(clock.now(), 1000);
  }, { clock, signals: [] });
});

Deno.test("a client that does not read holds a server up for a while only, though time stands still", async () => {
  const handler = () => new Response(new Uint8Array(50_000_000));
  await serving(handler, {}, async ({ server, clock }) => {
    using client = await RawClient.ask(server, "/");
    await client.until("HTTP/1.1 200");
    await server.shutdown({ grace: 0 });
    assertEquals(clock.now(), 0);
    assertThrows(() => server.shutdown({ grac: 0 } as never), TypeError, '"grac"');
  });
});

Deno.test("an address that cannot be read is the client's fault", () => {
  const handler = (request: Request) => {
    if (request.headers.has("x-fail")) throw new TypeError("on purpose");
    return new Response(new URL(request.url).pathname);
  };
  return serving(handler, {}, async ({ server, reports }) => {
    const ask = async (host: string, ...headers: string[]) => {
      const head = ["GET / HTTP/1.1", `host: ${host}`, "connection: close", ...headers, "", ""];
      using client = await RawClient.open(server, head.join("\r\n"));
      return statusOf(await client.all());
    };
    assertEquals(await ask("a:80"), 200);
    for (const host of ["a:99999", "a b", "[::1"]) {
      assertEquals([host, await ask(host)], [host, 400]);
    }
    assertEquals([reports.length, server.statistics().failed], [0, 0]);
    assertEquals(await ask("a:80", "x-fail: 1"), 500);
    assertEquals(`${takeReport(reports).exception}`, "TypeError: on purpose");
  });
});
