import { allTasks, currentTask, Event, getRunningLoop, isCancelled, sleep } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { Boom } from "../../futures/trial.ts";
import { get, isComplete, RawClient } from "./raw_client.ts";
import { eventually, serving, takeReport } from "./serving.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Makes a stream that gives one chunk, and then nothing until it is cancelled. */
function endless(): { stream: ReadableStream<Uint8Array>; cancelled: Promise<unknown> } {
  const { promise: cancelled, resolve: cancel } = Promise.withResolvers<unknown>();
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encode("begun")),
    cancel,
  });
  return { stream, cancelled };
}

Deno.test("a client that leaves during the body cancels the task and the stream", async () => {
  const { stream, cancelled } = endless();
  await serving(() => new Response(stream), {}, async ({ server }) => {
    using client = await RawClient.ask(server, "/endless");
    await client.until("begun");
    assertEquals(server.active, 1);
    client.close();
    assert(isCancelled(await cancelled), `${await cancelled}`);
    await eventually("the end of the request", () => server.active === 0);
  });
});

Deno.test("a task that is cancelled during the body cuts it off", async () => {
  const { stream, cancelled } = endless();
  await serving(() => new Response(stream), {}, async ({ server }) => {
    using client = await RawClient.ask(server, "/endless");
    await client.until("begun");
    const task = [...allTasks()].find(({ name }) => name === "GET /endless #1")!;
    assert(`${task.waitingOn}`.includes("chunk"), `${task.waitingOn}`);
    task.cancel();
    assert(!isComplete(await client.all()), client.text);
    assert(isCancelled(await cancelled));
  });
});

Deno.test("a wait for the library inside of a body is cancelled with its request", async () => {
  const log: string[] = [];
  const began = new Event();
  const handler = () =>
    new Response(
      new ReadableStream({
        async pull() {
          try {
            began.set();
            await sleep(1e9);
          } catch (error) {
            log.push(`${isCancelled(error)}`);
            throw error;
          }
        },
      }, { highWaterMark: 0 }),
    );
  await serving(handler, {}, async ({ server }) => {
    using client = await RawClient.ask(server, "/");
    await began.wait();
    client.close();
    await eventually("the end of the request", () => server.active === 0 && log.length > 0);
  });
  assertEquals(log, ["true"]);
});

Deno.test("a stream is cancelled with its request, even if what it waited for has just come", async () => {
  const began = new Event();
  const cancelled = Promise.withResolvers<unknown>();
  const handler = () =>
    new Response(
      new ReadableStream({
        async pull() {
          const task = currentTask()!;
          const slept = sleep(1).then(() => {});
          getRunningLoop().callLater(1, () => task.cancel()); // In the same turn, and after it.
          began.set();
          await slept;
        },
        cancel: (reason) => cancelled.resolve(reason),
      }, { highWaterMark: 0 }),
    );
  await serving(handler, {}, async ({ server, clock }) => {
    using client = await RawClient.ask(server, "/");
    await began.wait();
    clock.advance(1);
    assert(!isComplete(await client.all()), client.text);
    assert(isCancelled(await cancelled.promise));
    await eventually("the end of the request", () => server.active === 0);
  });
});

for (const method of ["GET", "HEAD"]) {
  Deno.test(`an error of a stream that is cancelled is reported (${method})`, async () => {
    const source = {
      start: (controller: ReadableStreamDefaultController) => controller.enqueue(encode("begun")),
      cancel: () => Promise.reject(new Boom("cleaning up")),
    };
    const handler = () => new Response(new ReadableStream(source));
    await serving(handler, {}, async ({ server, reports }) => {
      using client = await RawClient.open(server, get("/path").replace("GET", method));
      await client.until(method === "GET" ? "begun" : "\r\n\r\n");
      client.close();
      await eventually("the report", () => reports.length > 0 && server.active === 0);
      const { message, exception, url } = takeReport(reports);
      assertEquals([message, `${exception}`], [
        "The body of a response failed",
        "Boom: cleaning up",
      ]);
      assertEquals([url, server.statistics().failed], ["http://test/path", 1]);
    });
  });
}
