import { Hono } from "hono";
import { type Handler, serve } from "../../../io.ts";
import {
  ContextVar,
  currentTask,
  getRunningLoop,
  run,
  RuntimeError,
  sleep,
  until,
} from "../../../mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { asGenerator, asNative, Boom } from "../../futures/trial.ts";
import { isComplete, RawClient } from "./raw_client.ts";
import { eventually, fetchText, serving, takeReport } from "./serving.ts";

const pathOf = (request: Request) => new URL(request.url).pathname;

const HANDLERS: Record<string, Handler | { fetch: Handler }> = {
  "a generator function": function* (request) {
    yield* until(Promise.resolve());
    return new Response(pathOf(request));
  },
  "a native async function": async (request) => {
    await until(Promise.resolve());
    return new Response(pathOf(request));
  },
  "an async function that never waits": async (request) => await new Response(pathOf(request)),
  "a plain function": (request) => new Response(pathOf(request)),
  "a function of an awaitable": (request) => until(Promise.resolve(new Response(pathOf(request)))),
  "an object with fetch()": {
    fetch: (request) => Promise.resolve(new Response(pathOf(request))),
  },
};

for (const [name, handler] of Object.entries(HANDLERS)) {
  Deno.test(`serve() answers with ${name}`, () =>
    serving(handler, {}, async ({ server }) => {
      assertEquals(await fetchText(server, "/a"), [200, "/a"]);
      assertEquals(await fetchText(server, "/b?c"), [200, "/b"]);
      assertEquals(server.statistics(), {
        active: 0,
        waiting: 0,
        completed: 2,
        failed: 0,
        rejected: 0,
      });
    }));
}

Deno.test("serve() takes a hono application, and its tasks are known in there", async () => {
  const app = new Hono();
  app.get("/hello/:name", (c) => c.text(`hello ${c.req.param("name")}`));
  app.get("/stream", (c) => c.body(new Blob(["blob"]).stream()));
  app.get("/task", async (c) => {
    await Promise.resolve();
    await until(Promise.resolve());
    return c.json({ task: currentTask()!.name });
  });
  await serving(app, {}, async ({ server }) => {
    assertEquals(await fetchText(server, "/hello/ada"), [200, "hello ada"]);
    assertEquals(await fetchText(server, "/task"), [200, `{"task":"GET /task #2"}`]);
    assertEquals((await fetchText(server, "/nothing"))[0], 404);
    const head = await fetch(`${server.url}/stream`, { method: "HEAD" });
    assertEquals([head.status, head.headers.get("content-length")], [200, null]);
  });
});

for (const [front, as] of [["generator", asGenerator], ["native async", asNative]] as const) {
  Deno.test(`a request's task has method, path and number for a name (${front})`, async () => {
    const names: string[] = [];
    const note = () => void names.push(currentTask()!.name);
    const handler = as(function* (request: Request) {
      note();
      yield until(Promise.resolve());
      note();
      yield until(new Promise<void>((resolve) => void setImmediate(resolve)));
      note();
      return new Response(`${request.method} was answered`);
    });
    await serving(handler as Handler, {}, async ({ server }) => {
      await fetchText(server, "/first?secret=1");
      const response = await fetch(`${server.url}/second`, { method: "POST", body: "x" });
      assertEquals(await response.text(), "POST was answered");
    });
    const expected = ["GET /first #1", "POST /second #2"];
    assertEquals(names, expected.flatMap((name) => [name, name, name]));
  });
}

Deno.test("a request's task is known after the await of a foreign promise", async () => {
  const names: string[] = [];
  const handler = async (request: Request) => {
    await request.text();
    await new Promise<void>((resolve) => void setImmediate(resolve));
    names.push(currentTask()!.name);
    await until(Promise.resolve());
    return new Response();
  };
  await serving(handler, {}, async ({ server }) => {
    await Promise.all(["/a", "/b"].map((path) => fetchText(server, path)));
  });
  assertEquals(names.sort(), ["GET /a #1", "GET /b #2"].sort());
});

Deno.test("a request's task can be renamed", () =>
  serving(
    function* () {
      currentTask()!.name = "mine";
      yield* until(Promise.resolve());
      return new Response(currentTask()!.name);
    },
    {},
    async ({ server }) => assertEquals(await fetchText(server, "/"), [200, "mine"]),
  ));

Deno.test("each request has a copy of the context in which serve() was called", async () => {
  const variable = new ContextVar("variable", { default: "unset" });
  const handler = async () => {
    const before = variable.get();
    variable.set("a request's");
    await until(Promise.resolve());
    return new Response(`${before}, ${variable.get()}`);
  };
  await run(async () => {
    variable.set("the server's");
    await using server = serve(handler, { port: 0 });
    variable.set("later");
    for (let n = 0; n < 2; n++) {
      assertEquals(await fetchText(server, "/"), [200, "the server's, a request's"]);
    }
    assertEquals(variable.get(), "later");
  }, { signals: [] });
});

const FAILING: Record<string, Handler> = {
  "a generator function": function* () {
    yield* until(Promise.resolve());
    throw new Boom("a secret");
  },
  "a native async function": async () => {
    await until(Promise.resolve());
    throw new Boom("a secret");
  },
  "a plain function": () => {
    throw new Boom("a secret");
  },
};

for (const [name, handler] of Object.entries(FAILING)) {
  Deno.test(`an error of ${name} is reported, and its client sees a bare 500`, () =>
    serving(handler, {}, async ({ server, reports }) => {
      using client = await RawClient.ask(server, "/broken?x=1", "connection: close");
      const heard = await client.all();
      assert(heard.text.startsWith("HTTP/1.1 500 ") && isComplete(heard), heard.text);
      assert(!heard.text.includes("secret"), heard.text);
      const { message, exception, method, url } = takeReport(reports);
      assertEquals(message, "The handler of a request failed");
      assert(exception instanceof Boom, `${exception}`);
      assertEquals([method, url], ["GET", "http://test/broken?x=1"]);
      assertEquals(server.statistics().failed, 1);
    }));
}

const used = new Response("used");
const WRONG: Record<string, [unknown, string]> = {
  "no Response": [5, "5"],
  "undefined": [undefined, "undefined"],
  "Response.error()": [Response.error(), "Response.error()"],
  "a promise of no Response": [Promise.resolve("text"), "text"],
  "a response whose body was read": [used, "consumed"],
};

for (const [name, [value, word]] of Object.entries(WRONG)) {
  Deno.test(`a handler that returns ${name} is reported, and its client sees a bare 500`, async () => {
    if (!used.bodyUsed) await used.text();
    await serving((() => value) as Handler, {}, async ({ server, reports }) => {
      assertEquals(await fetchText(server, "/wrong"), [500, "Internal Server Error"]);
      const { exception, url } = takeReport(reports);
      assert(
        exception instanceof TypeError &&
          exception.message.toUpperCase().includes(word.toUpperCase()),
        `${exception}`,
      );
      assertEquals(url, `${server.url}/wrong`);
    });
  });
}

for (const init of [{}, { headers: { "x-a": "b" } }, { status: 404 }]) {
  const shown = JSON.stringify(init);
  Deno.test(`a response that is sent a second time is reported: ${shown}`, async () => {
    const response = new Response("once", init);
    await serving(() => response, {}, async ({ server, reports }) => {
      assertEquals((await fetchText(server, "/"))[1], "once");
      assertEquals(await fetchText(server, "/again"), [500, "Internal Server Error"]);
      const { exception, request } = takeReport(reports);
      assert(`${exception}`.includes("whose body was used"), `${exception}`);
      assertEquals(request, "GET /again #2");
    });
  });
}

Deno.test("onError answers what it can, and the rest is reported", async () => {
  const handler: Handler = (request) => {
    throw new Boom(pathOf(request));
  };
  const onError = (error: unknown, request: Request) => {
    if (pathOf(request) === "/worse") throw new Error("onError failed");
    if (pathOf(request) === "/unknown") return undefined;
    return new Response((error as Error).message, { status: 418 });
  };
  await serving(handler, { onError }, async ({ server, reports }) => {
    assertEquals(await fetchText(server, "/known"), [418, "/known"]);
    assertEquals(reports, []);
    assertEquals((await fetchText(server, "/unknown"))[0], 500);
    assert(takeReport(reports).exception instanceof Boom);
    assertEquals((await fetchText(server, "/worse"))[0], 500);
    assertEquals(reports.splice(0).map(({ message }) => message), [
      "onError failed to answer a request",
      "The handler of a request failed",
    ]);
  });
});

Deno.test("serve() tells where it listens", () =>
  run(async () => {
    const heard: Deno.NetAddr[] = [];
    const onListen = (address: Deno.NetAddr) => void heard.push(address);
    await using server = serve(() => new Response(), { port: 0, onListen });
    assertEquals(heard.length, 1);
    assertEquals(server.addr.hostname, "127.0.0.1");
    assertEquals([heard[0].port, server.addr.port], [server.port, server.port]);
    assertEquals(server.url, `http://127.0.0.1:${server.port}`);
    const names = [...getRunningLoop().allTasks()].map((task) => task.name);
    assert(names.includes(`serve 127.0.0.1:${server.port}`), names.join());
    await using named = serve(() => new Response(), { port: 0, name: "front door" });
    assert([...getRunningLoop().allTasks()].some((task) => task.name === "front door"));
    assert(named.port !== server.port);
  }, { signals: [] }));

Deno.test("serve() shuts down a server whose onListen fails: nobody else could", () =>
  run(async () => {
    let port = 0;
    const onListen = (address: Deno.NetAddr) => {
      port = address.port;
      throw new Boom();
    };
    assertThrows(() => serve(() => new Response(), { port: 0, onListen }), Boom);
    await until(eventually("its end", () => getRunningLoop().allTasks().size === 1));
    await using again = serve(() => new Response(), { port });
    assertEquals(again.port, port);
  }, { signals: [] }));

Deno.test("serve() refuses what cannot be", () =>
  run(async () => {
    const handler = () => new Response();
    const wrong: [unknown, unknown, abstract new () => Error, string][] = [
      [undefined, {}, TypeError, "undefined"],
      [{}, {}, TypeError, "handler"],
      [new Response(), {}, TypeError, "handler"],
      [handler, { port: "80" }, TypeError, "port"],
      [handler, { port: 65536 }, RangeError, "65536"],
      [handler, { port: 1.5 }, RangeError, "1.5"],
      [handler, { hostname: 5 }, TypeError, "hostname"],
      [handler, { limit: 0 }, RangeError, "limit"],
      [handler, { limit: "1" }, TypeError, "limit"],
      [handler, { overload: "drop" }, RangeError, "drop"],
      [handler, { deadline: 0 }, RangeError, "deadline"],
      [handler, { deadline: NaN }, RangeError, "NaN"],
      [handler, { deadline: "1" }, TypeError, "deadline"],
      [handler, { sendTimeout: 0 }, RangeError, "sendTimeout must be above 0: 0"],
      [handler, { sendTimeout: NaN }, RangeError, "NaN"],
      [handler, { sendTimeout: "1" }, TypeError, "sendTimeout"],
      [handler, { grace: -1 }, RangeError, "-1"],
      [handler, { grace: "1" }, TypeError, "grace"],
      [handler, { signal: {} }, TypeError, "signal"],
      [handler, { name: 5 }, TypeError, "name"],
      [handler, { onListen: 5 }, TypeError, "onListen"],
      [handler, { onError: 5 }, TypeError, "onError"],
      [handler, { deadlin: 5 }, TypeError, '"deadlin"'],
    ];
    for (const [given, options, kind, word] of wrong) {
      assertThrows(() => serve(given as Handler, { port: 0, ...options as object }), kind, word);
    }
    assertThrows(() => serve(handler, null as never), TypeError, "serve()");
    await using server = serve(handler, { port: 0 });
    assertThrows(() => server.shutdown({ grace: NaN }), RangeError, "NaN");
    assertThrows(() => serve(handler, { port: server.port }), Deno.errors.AddrInUse, "");
    await sleep(0);
  }, { signals: [] }));

Deno.test("serve() outside of a loop is refused", () => {
  assertThrows(() => serve(() => new Response()), RuntimeError, "loop");
});
