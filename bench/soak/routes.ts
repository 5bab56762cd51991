/**
 * What the server of the soak answers: at once, late, in pieces, wrongly, and without an end.
 *
 * @module
 */

import {
  type FetchApp,
  sendEvents,
  type SentEvent,
  upgradeWebSocket,
  type WebSocketConnection,
} from "../../io.ts";
import { type Coroutine, type CoroutineResult, each, sleep, until } from "../../mod.ts";

/** How large a piece of a body is. */
export const PIECE = 8_192;
/** How many pieces a body has. */
export const PIECES = 20;
/** How large a message over a WebSocket may be. */
export const MESSAGE = 20_000;
/** How many events come before the response ends. */
const TICKS = 3;
/** How large an upload is. */
export const UPLOAD = 1_048_576;

const BYTES = new Uint8Array(PIECE).fill(120);
const EVENT = new TextEncoder().encode("data: tick\n\n");

/** An app that answers by path, and knows what it has begun and not ended. */
export class Routes implements FetchApp {
  /** The number of handlers and bodies whose cleanup has not run. */
  open = 0;
  /** The number of handlers and bodies begun. */
  begun = 0;

  /** Answers a request. */
  fetch(request: Request): Response | CoroutineResult<Response> {
    const { pathname, searchParams } = new URL(request.url);
    switch (pathname) {
      case "/fast":
        return new Response("fast");
      case "/slow":
        return this.#slow(Number(searchParams.get("ms")));
      case "/late":
        return this.#late(Number(searchParams.get("ms")));
      case "/stream":
        return new Response(this.#pieces(PIECES, "end"));
      case "/broken":
        return new Response(this.#pieces(3, "fail"));
      case "/events":
        return this.#events();
      case "/ticks":
        return sendEvents(this.#ticks(Number(request.headers.get("last-event-id"))), { retry: 1 });
      case "/endless":
        return sendEvents(this.#endless());
      case "/echo":
        return this.#echo(request);
      case "/upload":
        return this.#receive(request);
      default:
        throw new Error(`made to fail: ${pathname}`);
    }
  }

  /** Notes that something has begun; to be disposed when it ends. */
  #enter(): Disposable {
    this.begun++;
    this.open++;
    let isOpen = true;
    return {
      [Symbol.dispose]: () => {
        if (isOpen) this.open--;
        isOpen = false;
      },
    };
  }

  *#slow(ms: number): Coroutine<Response> {
    const entered = this.#enter();
    try {
      yield* sleep(ms);
      return new Response("slow");
    } finally {
      entered[Symbol.dispose]();
    }
  }

  async #late(ms: number): Promise<Response> {
    using _entered = this.#enter();
    await sleep(ms);
    return new Response("late");
  }

  /** Makes a body of some pieces, a moment between them. */
  #pieces(count: number, then: "end" | "fail"): ReadableStream<Uint8Array> {
    const entered = this.#enter();
    let sent = 0;
    return new ReadableStream({
      pull: async (controller) => {
        await sleep(2);
        if (sent++ < count) return controller.enqueue(BYTES);
        entered[Symbol.dispose]();
        if (then === "end") controller.close();
        else controller.error(new Error("made to fail: half of a body"));
      },
      cancel: () => entered[Symbol.dispose](),
    }, { highWaterMark: 0 });
  }

  /** Answers with events until the client goes. */
  #events(): Response {
    const entered = this.#enter();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller): Promise<void> {
        await sleep(10);
        controller.enqueue(EVENT);
      },
      cancel: () => entered[Symbol.dispose](),
    }, { highWaterMark: 0 });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  /** Makes some events, from the one on that comes after another. */
  async *#ticks(last: number): AsyncGenerator<SentEvent> {
    using _entered = this.#enter();
    for (let id = last + 1; id <= last + TICKS; id++) {
      yield { data: "tick", id: `${id}` };
      await sleep(2);
    }
  }

  /** Makes events until the client goes. */
  async *#endless(): AsyncGenerator<string> {
    using _entered = this.#enter();
    for (;;) {
      yield "tick";
      await sleep(10);
    }
  }

  /** Sends back what comes over a WebSocket. */
  #echo(request: Request): Response {
    return upgradeWebSocket(request, (socket) => this.#sendBack(socket), { maxMessage: MESSAGE });
  }

  *#sendBack(socket: WebSocketConnection): Coroutine<void> {
    const entered = this.#enter();
    try {
      yield* each(socket, (message) => socket.send(message));
    } finally {
      entered[Symbol.dispose]();
    }
  }

  /** Reads what is sent, and tells how much it was. */
  *#receive(request: Request): Coroutine<Response> {
    const entered = this.#enter();
    try {
      const reader = request.body!.getReader();
      let size = 0;
      for (;;) {
        const { done, value } = yield* until(reader.read());
        if (done) return Response.json({ size });
        size += value.length;
      }
    } finally {
      entered[Symbol.dispose]();
    }
  }
}
