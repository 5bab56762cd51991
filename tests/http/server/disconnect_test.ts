import type { Handler } from "../../../io.ts";
import { currentTask, Event, isCancelled, sleep, until } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { asGenerator, asNative } from "../../futures/trial.ts";
import { RawClient, statusOf } from "./raw_client.ts";
import { eventually, fetchText, serving } from "./serving.ts";

for (const [front, as] of [["generator", asGenerator], ["native async", asNative]] as const) {
  Deno.test(`a client that leaves cancels the handler, whose cleanup runs (${front})`, async () => {
    const began = new Event();
    const log: string[] = [];
    const handler = as(function* () {
      began.set();
      try {
        yield sleep(1e9);
        return new Response("late");
      } catch (error) {
        log.push(`${isCancelled(error)}: ${(error as Error).message}`);
        throw error;
      } finally {
        yield until(Promise.resolve());
        log.push("cleaned up");
      }
    });
    await serving(handler as Handler, {}, async ({ server }) => {
      using client = await RawClient.ask(server, "/");
      await began.wait();
      assertEquals(server.active, 1);
      client.close();
      await eventually("the end of the request", () => server.active === 0);
    });
    assertEquals(log, ["true: the client has gone", "cleaned up"]);
  });
}

Deno.test("a client that leaves aborts the signal of the request's task", async () => {
  const began = new Event();
  let signal: AbortSignal | undefined;
  const handler = async () => {
    ({ signal } = currentTask()!);
    const { promise, reject } = Promise.withResolvers<Response>();
    signal.addEventListener("abort", () => reject(signal!.reason));
    began.set();
    return await promise;
  };
  await serving(handler, {}, async ({ server }) => {
    using client = await RawClient.ask(server, "/");
    await began.wait();
    client.close();
    await eventually("the end of the request", () => server.active === 0);
  });
  assert(signal?.aborted);
});

Deno.test("the signal of a request's task is not aborted when all went well", async () => {
  const signals: AbortSignal[] = [];
  const handler = async () => {
    signals.push(currentTask()!.signal);
    await until(new Promise<void>((resolve) => void setImmediate(resolve)));
    return new Response("fine");
  };
  await serving(handler, {}, async ({ server }) => {
    for (let n = 0; n < 3; n++) assertEquals(await fetchText(server, "/"), [200, "fine"]);
  });
  assertEquals(signals.map(({ aborted }) => aborted), [false, false, false]);
});

Deno.test("a client that leaves while it waits in line never gets to the handler", async () => {
  const go = new Event();
  const paths: string[] = [];
  const handler: Handler = function* (request) {
    paths.push(new URL(request.url).pathname);
    yield* go.wait();
    return new Response("went");
  };
  await serving(handler, { limit: 1 }, async ({ server }) => {
    using first = await RawClient.ask(server, "/first", "connection: close");
    await eventually("the first request", () => server.active === 1);
    using leaver = await RawClient.ask(server, "/leaver");
    await eventually("the second request", () => server.statistics().waiting === 1);
    using last = await RawClient.ask(server, "/last", "connection: close");
    await eventually("the third request", () => server.statistics().waiting === 2);
    leaver.close();
    await eventually("the leaving", () => server.statistics().waiting === 1);
    go.set();
    assertEquals([statusOf(await first.all()), statusOf(await last.all())], [200, 200]);
  });
  assertEquals(paths, ["/first", "/last"]);
});

Deno.test("a client that leaves before its request is complete calls no handler", async () => {
  let calls = 0;
  const handler = () => {
    calls++;
    return new Response("served");
  };
  await serving(handler, {}, async ({ server }) => {
    using client = await RawClient.open(server, "GET / HTTP/1.1\r\nhost: te");
    client.close();
    assertEquals(await fetchText(server, "/"), [200, "served"]);
  });
  assertEquals(calls, 1);
});

Deno.test("a client that leaves while it sends its body is no failure of the handler", async () => {
  const began = new Event();
  const errors: unknown[] = [];
  const handler: Handler = async (request) => {
    try {
      began.set();
      await until(request.text());
      return new Response("never");
    } catch (error) {
      errors.push(error);
      throw error;
    }
  };
  await serving(handler, {}, async ({ server }) => {
    const head = "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 1000\r\n\r\n";
    using client = await RawClient.open(server, `${head}half`);
    await began.wait();
    client.close();
    await eventually("the end of the request", () => server.active === 0);
    assertEquals(server.statistics().failed, 0);
  });
  assertEquals(errors.length, 1);
});

Deno.test("a client that goes on after a response gets the next on the same connection", () =>
  serving(
    async (request) => {
      await until(Promise.resolve());
      return new Response(new URL(request.url).pathname);
    },
    {},
    async ({ server }) => {
      using client = await RawClient.ask(server, "/one");
      await client.until("/one");
      await client.send("GET /two HTTP/1.1\r\nhost: test\r\n\r\n");
      await client.until("/two");
      // Two at once; the connection is closed after the second.
      await client.send(
        "GET /three HTTP/1.1\r\nhost: test\r\n\r\n" +
          "GET /four HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n",
      );
      const { text } = await client.all();
      const found = [...text.matchAll(/\/(one|two|three|four)/g)].map(([path]) => path);
      assertEquals(found, ["/one", "/two", "/three", "/four"]);
    },
  ));
