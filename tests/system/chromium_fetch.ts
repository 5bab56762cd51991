/**
 * Lets the `fetch` of a real browser, headless Chromium, talk to the server.
 *
 * @module
 */

import { chromium, type Page } from "playwright-core";
import { serve } from "../../io.ts";
import { type Coroutine, Event, Future, isCancelled, Queue, sleep, until } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { eventually, type Serving, serving } from "../http/server/serving.ts";

const BROWSER = { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] };
/** The page from which all is asked; its picture keeps Chromium from asking for one. */
const PAGE = `<!doctype html><title>Weft</title><link rel="icon" href="data:,">`;
/** Is why a request is cancelled. */
const GONE = "the client has gone";

/** Answers a request. */
type Answer = (request: Request) => Coroutine<Response>;

/** What the server answers in a test, and what the page does. */
interface Visit {
  readonly answer: Answer;
  readonly body: (page: Page, serving: Serving) => Promise<void>;
}

/** Runs a test in a page of the server that it tests; `prepare` is called when there is a loop. */
function browsing(name: string, prepare: () => Visit): void {
  Deno.test(name, async () => {
    let visit: Visit;
    const handler = function* (request: Request): Coroutine<Response> {
      if (new URL(request.url).pathname !== "/") return yield* visit.answer(request);
      return new Response(PAGE, { headers: { "content-type": "text/html" } });
    };
    const browser = await chromium.launch(BROWSER);
    try {
      await serving(handler, {}, async (serving) => {
        visit = prepare();
        const page = await browser.newPage();
        await page.goto(serving.server.url);
        await visit.body(page, serving);
        // A cancelled task has cleanup to do after what the page hears of.
        await eventually("the end of all requests", () => serving.server.active === 0);
      });
    } finally {
      await browser.close();
    }
  });
}

/** Waits for ever; tells the message with which it was cancelled. */
function* waitForEver(cancelled: Future<string>): Coroutine<never> {
  try {
    for (;;) yield* sleep(1e9);
  } catch (error) {
    if (isCancelled(error)) cancelled.setResult(error.message);
    throw error;
  }
}

/** Encodes a text. */
const encode = (text: string) => new TextEncoder().encode(text);

/** Makes a body of some pieces; what follows them is awaited for ever. */
function bodyOf(pieces: readonly string[], cancelled: Future<string>): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    async pull(controller): Promise<void> {
      if (sent === pieces.length) await sleep(1e9);
      controller.enqueue(encode(pieces[sent++]));
    },
    cancel: (reason) => cancelled.setResult(reason.message),
  }, { highWaterMark: 0 });
}

browsing("a page gets a text and its headers, and statuses that are no success", () => ({
  // deno-lint-ignore require-yield -- it does not wait
  *answer(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/hello") return new Response("hello", { headers: { "x-who": "weft" } });
    return new Response("no such page", { status: 404 });
  },
  async body(page) {
    const told = await page.evaluate(async () => {
      const found = await fetch("/hello?a=b#c");
      const missing = await fetch("/missing");
      const { status, statusText, headers } = found;
      return [status, statusText, headers.get("x-who"), await found.text(), missing.status];
    });
    assertEquals(told, [200, "OK", "weft", "hello", 404]);
  },
}));

browsing("a page posts JSON, a form, and a large body", () => ({
  *answer(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/json") return Response.json({ got: yield* until(request.json()) });
    if (pathname === "/form") {
      const form = yield* until(request.formData());
      const file = form.get("file") as File;
      return Response.json([form.get("name"), file.name, yield* until(file.text())]);
    }
    const bytes = yield* until(request.bytes());
    return Response.json([bytes.length, bytes.at(-1)]);
  },
  async body(page) {
    const told = await page.evaluate(async () => {
      const post = async (path: string, body: BodyInit, headers: HeadersInit = {}) =>
        await (await fetch(path, { method: "POST", body, headers })).json();
      const form = new FormData();
      form.set("name", "Ada");
      form.set("file", new File(["notes"], "notes.txt"));
      const json = JSON.stringify({ a: [1, "ü", null] });
      return [
        await post("/json", json, { "content-type": "application/json" }),
        await post("/form", form),
        await post("/bytes", new Uint8Array(5_000_000).fill(7)),
      ];
    });
    const expected = [{ got: { a: [1, "ü", null] } }, ["Ada", "notes.txt", "notes"], [
      5_000_000,
      7,
    ]];
    assertEquals(told, expected);
  },
}));

browsing("a page reads a stream piece by piece, as it is sent", () => {
  const pieces = new Queue<string>();
  const stream = () =>
    new ReadableStream<Uint8Array>({
      async pull(controller): Promise<void> {
        const piece = await pieces.get();
        if (piece === "") controller.close();
        else controller.enqueue(encode(piece));
      },
    }, { highWaterMark: 0 });
  return {
    *answer(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/stream") return new Response(stream());
      yield* pieces.put(searchParams.get("piece")!);
      return new Response();
    },
    async body(page) {
      // Each piece is sent only when the page has seen the one before it.
      const seen = await page.evaluate(async () => {
        const send = (piece: string) => fetch(`/send?piece=${piece}`);
        const reader = (await fetch("/stream")).body!.getReader();
        const seen: string[] = [];
        for (const piece of ["a", "bc", "def"]) {
          await send(piece);
          seen.push(new TextDecoder().decode((await reader.read()).value));
        }
        await send("");
        return [...seen, (await reader.read()).done];
      });
      assertEquals(seen, ["a", "bc", "def", true]);
    },
  };
});

browsing("a page that aborts its fetch cancels the handler's task", () => {
  const began = new Event();
  const cancelled = new Future<string>();
  return {
    *answer() {
      began.set();
      return yield* waitForEver(cancelled);
    },
    async body(page) {
      const asked = page.evaluate(() => {
        const controller = new AbortController();
        Object.assign(globalThis, { controller });
        return fetch("/wait", { signal: controller.signal }).catch(({ name }) => name);
      });
      await began.wait();
      await page.evaluate(() => {
        (globalThis as unknown as { controller: AbortController }).controller.abort();
      });
      assertEquals(await asked, "AbortError");
      assertEquals(await cancelled, GONE);
    },
  };
});

browsing("a page that aborts while it reads a body cancels the task, and the stream", () => {
  const cancelled = new Future<string>();
  return {
    // deno-lint-ignore require-yield -- its body waits
    *answer() {
      return new Response(bodyOf(["first"], cancelled));
    },
    async body(page) {
      const told = await page.evaluate(async () => {
        const controller = new AbortController();
        const response = await fetch("/stream", { signal: controller.signal });
        const reader = response.body!.getReader();
        const first = new TextDecoder().decode((await reader.read()).value);
        controller.abort();
        return [first, await reader.read().catch(({ name }) => name)];
      });
      assertEquals(told, ["first", "AbortError"]);
      assertEquals(await cancelled, GONE);
    },
  };
});

browsing("an EventSource hears events, and closing it cancels the task", () => {
  const cancelled = new Future<string>();
  const events = [1, 2, 3].map((number) => `data: event ${number}\n\n`);
  return {
    // deno-lint-ignore require-yield -- its body waits
    *answer() {
      const headers = { "content-type": "text/event-stream" };
      return new Response(bodyOf(events, cancelled), { headers });
    },
    async body(page) {
      const heard = await page.evaluate(() =>
        new Promise<string[]>((resolve) => {
          const heard: string[] = [];
          const source = new EventSource("/events");
          source.onmessage = ({ data }) => {
            if (heard.push(data) < 3) return;
            source.close();
            resolve(heard);
          };
        })
      );
      assertEquals(heard, ["event 1", "event 2", "event 3"]);
      assertEquals(await cancelled, GONE);
    },
  };
});

browsing("a page that goes elsewhere cancels what it asked for", () => {
  const began = new Event();
  const cancelled = new Future<string>();
  return {
    *answer() {
      began.set();
      return yield* waitForEver(cancelled);
    },
    async body(page) {
      await page.evaluate(() => void fetch("/wait").catch(() => {}));
      await began.wait();
      await page.goto("about:blank");
      assertEquals(await cancelled, GONE);
    },
  };
});

browsing("a page asks another origin, after a preflight that the handler has allowed", () => {
  const asked: string[] = [];
  const answerOther = ({ method, headers, url }: Request) => {
    asked.push(`${method} ${new URL(url).pathname}`);
    const allowed: HeadersInit = url.endsWith("/closed") ? {} : {
      "access-control-allow-origin": headers.get("origin") ?? "",
      "access-control-allow-methods": "PUT",
      "access-control-allow-headers": "x-token",
      "access-control-expose-headers": "x-answer",
    };
    if (method === "OPTIONS") return new Response(null, { status: 204, headers: allowed });
    const token = headers.get("x-token") ?? "";
    return new Response("changed", { headers: { ...allowed, "x-answer": token } });
  };
  return {
    // deno-lint-ignore require-yield -- only the other server is asked
    *answer() {
      return new Response(null, { status: 404 });
    },
    async body(page) {
      await using other = serve(answerOther, { port: 0 });
      const told = await page.evaluate(async (origin) => {
        const change = async (path: string) => {
          try {
            const init = { method: "PUT", body: "new", headers: { "x-token": "42" } };
            const response = await fetch(origin + path, init);
            return [await response.text(), response.headers.get("x-answer")];
          } catch (error) {
            return (error as Error).name;
          }
        };
        return [await change("/open"), await change("/closed")];
      }, other.url);
      assertEquals(told, [["changed", "42"], "TypeError"]);
      assertEquals(asked, ["OPTIONS /open", "PUT /open", "OPTIONS /closed"]);
    },
  };
});
