import { type Handler, serve } from "../../../io.ts";
import { currentTask, run, until } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { Boom } from "../../futures/trial.ts";
import { get, isComplete, RawClient, splitAtBody } from "./raw_client.ts";
import { eventually, fetchText, serving, takeReport } from "./serving.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Makes a stream of chunks; what is an error is thrown. */
function streamOf(...chunks: (string | Error)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await until(Promise.resolve());
      const chunk = chunks.shift();
      if (chunk === undefined) return controller.close();
      if (chunk instanceof Error) throw chunk;
      controller.enqueue(encode(chunk));
    },
  }, { highWaterMark: 0 });
}

Deno.test("a streamed body is sent whole, and pulled in the request's task", async () => {
  const names = new Set<string>();
  const handler = () => {
    let n = 0;
    return new Response(
      new ReadableStream({
        async pull(controller) {
          await new Promise<void>((resolve) => void setImmediate(resolve));
          await until(Promise.resolve());
          names.add(currentTask()!.name);
          if (n++ === 3) controller.close();
          else controller.enqueue(encode(`${n};`));
        },
      }),
    );
  };
  await serving(handler, {}, async ({ server }) => {
    assertEquals(await fetchText(server, "/chunks"), [200, "1;2;3;"]);
  });
  assertEquals([...names], ["GET /chunks #1"]);
});

Deno.test("a streamed body keeps its response's status and headers", () =>
  serving(
    () => new Response(streamOf("body"), { status: 202, headers: { "x-a": "b" } }),
    {},
    async ({ server }) => {
      const response = await fetch(server.url);
      assertEquals([response.status, response.headers.get("x-a")], [202, "b"]);
      assertEquals(await response.text(), "body");
    },
  ));

for (const [name, headers] of [["chunks", {}], ["length", { "content-length": "100" }]] as const) {
  Deno.test(`a body that fails half-way is seen to be incomplete, and reported (${name})`, () =>
    serving(
      () => new Response(streamOf("first", new Boom("half-way")), { headers }),
      {},
      async ({ server, reports }) => {
        using client = await RawClient.ask(server, "/half");
        const heard = await client.all();
        assert(heard.text.includes("first") && !isComplete(heard), heard.text);
        await eventually("the report", () => reports.length > 0);
        const { message, exception, url, method } = takeReport(reports);
        assert(message.includes("body") && exception instanceof Boom, message);
        assertEquals([method, url], ["GET", "http://test/half"]);
      },
    ));
}

Deno.test("a body of what are no bytes is reported, and cut off", () =>
  serving(
    () => {
      const chunks = ["text"] as unknown as Uint8Array<ArrayBuffer>[];
      return new Response(ReadableStream.from(chunks), { headers: { "x-a": "b" } });
    },
    {},
    async ({ server, reports }) => {
      using client = await RawClient.ask(server, "/text");
      assert(!isComplete(await client.all()), client.text);
      await eventually("the report", () => reports.length > 0);
      assert(takeReport(reports).exception instanceof TypeError);
    },
  ));

Deno.test("a large body goes up and down", async () => {
  const SIZE = 16 * 1024 * 1024;
  const bytes = new Uint8Array(SIZE).map((_, at) => at * 7);
  const handlers: Record<string, Handler> = {
    "/whole": async (request) => new Response(await until(request.bytes())),
    "/stream": (request) => new Response(request.body),
  };
  const handler: Handler = (request) => handlers[new URL(request.url).pathname](request, null!);
  await serving(handler, {}, async ({ server }) => {
    for (const path of Object.keys(handlers)) {
      const response = await fetch(server.url + path, { method: "POST", body: bytes });
      const echo = await response.bytes();
      assertEquals(echo.length, SIZE);
      assert(echo.every((byte, at) => byte === bytes[at]), path);
    }
  });
});

Deno.test("a stream is not read much further than its client reads", async () => {
  const CHUNK = 65_536;
  let pulled = 0;
  const handler = () =>
    new Response(
      new ReadableStream({
        pull(controller) {
          pulled += CHUNK;
          controller.enqueue(new Uint8Array(CHUNK));
        },
      }),
    );
  await serving(handler, {}, async ({ server }) => {
    using client = await RawClient.ask(server, "/");
    await client.until("\r\n\r\n");
    let before = -1;
    await eventually("the stream to stand still", () => {
      const isStill = pulled === before;
      before = pulled;
      return isStill;
    });
    const most = 64 * 1024 * 1024; // What two sockets may hold.
    assert(pulled > 0 && pulled < most, `${pulled}`);
    client.close();
    await eventually("the end of the request", () => server.active === 0);
  });
});

Deno.test("HEAD gets the headers of a stream, which is cancelled unread", async () => {
  const cancelled = Promise.withResolvers<void>();
  const handler = (request: Request) => {
    if (new URL(request.url).pathname === "/whole") return new Response("12345");
    const source = { pull: () => assert(false, "it was read"), cancel: () => cancelled.resolve() };
    const stream = new ReadableStream(source, { highWaterMark: 0 });
    return new Response(stream, { headers: { "content-length": "7" } });
  };
  await serving(handler, {}, async ({ server }) => {
    for (const [path, length] of [["/stream", 7], ["/whole", 5]]) {
      const text = get(`${path}`, "connection: close").replace("GET", "HEAD");
      using client = await RawClient.open(server, text);
      const [head, body] = splitAtBody((await client.all()).text);
      assert(head.startsWith("HTTP/1.1 200 "), head);
      assert(head.toLowerCase().includes(`content-length: ${length}`), head);
      assertEquals(body, "");
    }
    await cancelled.promise;
  });
});

/** What HEAD must say of a body's length: what GET would, or nothing. */
const LENGTHS: Record<string, [() => Response, string | undefined]> = {
  "a stream": [() => new Response(streamOf("body")), undefined],
  "a stream with its length": [
    () => new Response(streamOf("body"), { headers: { "content-length": "4" } }),
    "4",
  ],
  "a blob": [() => new Response(new Blob(["blob"])), undefined],
  "a text": [() => new Response("text"), "4"],
  "an empty text": [() => new Response(""), "0"],
  "a body that was taken off": [() => new Response(null), undefined],
  "a body that was taken off, with its length": [
    () => new Response(null, { headers: { "content-length": "4" } }),
    "4",
  ],
  "nothing": [() => new Response(null, { status: 204 }), undefined],
  "a redirection": [() => new Response(null, { status: 304 }), undefined],
};

for (const [name, [make, expected]] of Object.entries(LENGTHS)) {
  Deno.test(`HEAD tells the true length or none: ${name}`, () =>
    serving(make, {}, async ({ server }) => {
      const text = get("/", "connection: close").replace("GET", "HEAD");
      using client = await RawClient.open(server, text);
      const [head, body] = splitAtBody((await client.all()).text);
      assertEquals(/^content-length: (.*)$/im.exec(head)?.[1], expected, head);
      assertEquals([head.split(" ")[1], body], [`${make().status}`, ""]);
    }));
}

const touched = () => {
  const response = new Response("12345");
  response.headers.set("x-a", "b");
  return response;
};
const WHOLE: Record<string, () => Response> = {
  "text": () => new Response("12345"),
  "text with a status and headers": () =>
    new Response("12345", { status: 404, headers: { a: "b" } }),
  "bytes": () => new Response(encode("12345")),
  "JSON": () => Response.json(12345),
  "a response with a header set later": touched,
  "a response whose body was looked at": () => {
    const response = new Response("12345");
    assert(response.body !== null);
    return response;
  },
  "a clone": () => touched().clone(),
};

for (const [name, make] of Object.entries(WHOLE)) {
  Deno.test(`a whole body is sent with its length: ${name}`, () =>
    serving(make, {}, async ({ server }) => {
      using client = await RawClient.ask(server, "/", "connection: close");
      const [head, body] = splitAtBody((await client.all()).text);
      assert(/^content-length: 5$/im.test(head), head);
      assertEquals(body, "12345");
    }));
}

const OTHERS: Record<string, [() => Response, string]> = {
  "nothing": [() => new Response(null, { status: 204 }), ""],
  "a blob": [() => new Response(new Blob(["blob"])), "blob"],
  "a redirection": [() => new Response(null, { status: 304, headers: { etag: "x" } }), ""],
  "the iteration of an async generator": [
    () =>
      new Response(ReadableStream.from(async function* () {
        yield encode("a");
        yield encode("b");
      }())),
    "ab",
  ],
};

for (const [name, [make, expected]] of Object.entries(OTHERS)) {
  Deno.test(`a response with a body of its own kind arrives: ${name}`, () =>
    serving(make, {}, async ({ server }) => {
      const { status } = make();
      assertEquals(await fetchText(server, "/"), [status, expected]);
    }));
}

Deno.test("what was fetched compressed can be passed on", async () => {
  const compressed = () => {
    const body = new Response("hello ".repeat(100)).body!;
    const headers = { "content-encoding": "gzip", "content-type": "text/plain" };
    return new Response(body.pipeThrough(new CompressionStream("gzip")), { headers });
  };
  await run(async () => {
    await using origin = serve(compressed, { port: 0 });
    await using proxy = serve(
      () => until((signal) => fetch(origin.url, { signal })),
      { port: 0 },
    );
    assertEquals(await fetchText(proxy, "/"), [200, "hello ".repeat(100)]);
  }, { signals: [] });
});
