import { createTask, currentTask, Event, sleep, until, yieldNow } from "../../../mod.ts";
import { HttpError } from "../../../web.ts";
import { assert, assertEquals } from "../../assert.ts";
import { Boom } from "../../futures/trial.ts";
import { ask, read, takeReport, trying } from "./trying.ts";

const encoder = new TextEncoder();

Deno.test("fetchHandler() sends a stream that awaits the library, as a part of the request", async () => {
  const names: string[] = [];
  const { handle, ended } = trying(() => {
    let n = 0;
    const pull = async (controller: ReadableStreamDefaultController) => {
      names.push(currentTask()!.name);
      await sleep(10);
      if (n === 3) controller.close();
      else controller.enqueue(encoder.encode(`${n++}`));
    };
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), {
      headers: { "x-a": "1" },
    });
  });
  const response = await handle(ask());
  assertEquals(response.headers.get("x-a"), "1");
  assertEquals(await read(response), [200, "012"]);
  assertEquals(names, Array(4).fill("GET / #1"));
  await ended();
});

Deno.test("fetchHandler() gives what a task writes beside, in the order of writing", async () => {
  const { handle, ended } = trying(function* () {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    createTask(function* () {
      const writer = writable.getWriter();
      for (const word of ["one", "two", "three"]) {
        yield* yieldNow();
        yield* until(writer.write(encoder.encode(`${word} `)));
      }
      yield* until(writer.close());
    });
    yield* yieldNow();
    return new Response(readable);
  }, { run: {} });
  assertEquals(await read(await handle(ask())), [200, "one two three "]);
  await ended();
});

Deno.test("fetchHandler() cancels the task when nobody wants the rest of a body", async () => {
  const log: string[] = [];
  const { handle, ended, reports } = trying(() => {
    const pull = async (controller: ReadableStreamDefaultController) => {
      try {
        await sleep(1);
        controller.enqueue(encoder.encode("more"));
      } catch (error) {
        log.push(String(error));
        throw error;
      }
    };
    const cancel = (reason: unknown) => void log.push(`cancel: ${reason}`);
    return new Response(new ReadableStream({ pull, cancel }, { highWaterMark: 0 }));
  }, { run: {} });
  const { body } = await handle(ask());
  const reader = body!.getReader();
  await reader.read();
  await reader.cancel();
  await ended();
  assert(log.some((line) => line.includes("the client has gone")), log.join());
  assertEquals(reports, []);
});

Deno.test("fetchHandler() reports a body that fails, and lets its client see that it does", async () => {
  const { handle, ended, reports } = trying(() => {
    let n = 0;
    const pull = async (controller: ReadableStreamDefaultController) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (n++ === 1) throw new Boom("half-way");
      controller.enqueue(encoder.encode("some"));
    };
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
  }, {});
  const response = await handle(ask());
  assertEquals(response.status, 200);
  const failed = await response.text().then(() => false, () => true);
  await ended();
  assert(failed);
  assertEquals(takeReport(reports), "The body of a response failed: half-way");
});

Deno.test("fetchHandler() says whose fault a body is that cannot be read", async () => {
  const readers: Record<string, (request: Request) => Promise<unknown>> = {
    json: (request) => request.json(),
    form: (request) => request.formData(),
    clone: (request) => request.clone().json(),
    text: (request) => request.text(),
    own: async (request) => JSON.parse(await request.text()),
  };
  const { handle, ended, reports } = trying(async (request) => {
    const read = readers[new URL(request.url).pathname.slice(1)];
    const body = await until(() => read(request));
    return Response.json(body);
  }, { maxBody: 20 });
  const post = async (way: string, body: BodyInit, headers?: HeadersInit) => {
    const answer = await handle(
      ask(`/${way}`, { method: "POST", body, ...(headers && { headers }) }),
    );
    await ended();
    return await read(answer);
  };
  assertEquals(await post("json", '{"a":1}'), [200, '{"a":1}']);
  const [status, words] = await post("json", "{oh");
  assert(status === 400 && words.startsWith("The body of the request is malformed: "), words);
  assertEquals((await post("clone", "{oh"))[0], 400);
  const form = { "content-type": "multipart/form-data; boundary=x" };
  assertEquals((await post("form", "no form", form))[0], 400);
  assertEquals(reports, []);
  assertEquals((await post("own", "{oh"))[0], 500);
  assert(takeReport(reports).startsWith("The handler of a request failed"));
  assertEquals(await post("text", "x".repeat(20)), [200, JSON.stringify("x".repeat(20))]);
  const tooLarge = [413, "The body of the request is larger than 20 bytes"];
  assertEquals(await post("text", "x".repeat(21)), tooLarge);
  const claims = { "content-length": "21" };
  const takesClaims = ask("/", { method: "POST", headers: claims }).headers.has("content-length");
  if (takesClaims) assertEquals(await post("json", "x", claims), tooLarge); // A browser lets nobody.
  assertEquals(reports, []);
});

Deno.test("fetchHandler() tells a log of each request, with its times", async () => {
  const entries: unknown[] = [];
  const { handle, ended } = trying(async (request) => {
    await sleep(10);
    if (request.url.endsWith("/no")) throw new HttpError(404);
    const pull = async (controller: ReadableStreamDefaultController) => {
      await sleep(20);
      controller.close();
    };
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), { status: 201 });
  }, {
    onAccess: ({ time, error, ...entry }) => {
      assert(Math.abs(time - Date.now()) < 60_000);
      entries.push({ ...entry, error: error && String(error) });
    },
  });
  await (await handle(ask("/yes?a=b"))).text();
  await ended();
  await (await handle(ask("/no"))).text();
  await ended();
  const [first, second] = entries as Record<string, unknown>[];
  assertEquals(first, {
    task: "GET /yes #1",
    method: "GET",
    url: "http://localhost/yes?a=b",
    status: 201,
    waited: 0,
    responded: first.responded,
    total: 30,
    error: undefined,
  });
  assertEquals([second.task, second.status, second.error, second.responded], [
    "GET /no #2",
    404,
    "HttpError: Not Found",
    10,
  ]);
});

Deno.test("fetchHandler() reports a log that fails, and answers nevertheless", async () => {
  const { handle, ended, reports } = trying(() => new Response("fine"), {
    onAccess: () => {
      throw new Boom("full");
    },
  });
  assertEquals(await read(await handle(ask())), [200, "fine"]);
  await ended();
  assertEquals(takeReport(reports), "onAccess failed: full");
});

Deno.test("fetchHandler() reports a request that waits for what cannot come", async () => {
  const { handle, ended, reports } = trying(function* () {
    const never = new Event();
    createTask(() => never.wait(), { name: "stuck" });
    yield* sleep(1);
    return new Response("sent");
  }, { grace: Infinity });
  assertEquals((await handle(ask())).status, 200);
  await ended();
  const report = takeReport(reports);
  assert(report.startsWith("The run of a request failed: ") && report.includes("stuck"), report);
});

Deno.test("fetchHandler() answers though its run fails before there is a response", async () => {
  const { handle, ended, reports } = trying(function* () {
    yield* new Event().wait();
    return new Response("never");
  });
  assertEquals((await handle(ask())).status, 503);
  await ended();
  assert(takeReport(reports).startsWith("The run of a request failed: "));
});
