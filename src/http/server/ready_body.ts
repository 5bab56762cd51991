/**
 * Finding out whether all of a body is there, where the host does not tell.
 *
 * A body that is whole, as that of a string, can be sent with its length, and by the host alone. Its
 * stream gives each part of it within a turn of the host, and others seldom do: so it is read, and no
 * part is waited for any longer.
 *
 * @module
 */

import { type Coroutine, hostTurn, show, until } from "../../lowlevel.ts";
import { continuationOf, continueWith } from "./continuation.ts";
import { markWhole, withBody } from "./reply.ts";

/** The most bytes that are read ahead. */
const MOST = 65_536;

type Chunk = ReadableStreamReadResult<Uint8Array>;

/** Returns a response like another: whole if all of its body is there, and else with what comes of it. */
export function* readyBody(response: Response): Coroutine<Response> {
  const { body } = response;
  if (body === null) return response;
  const source = new Ahead(body.getReader());
  try {
    for (let isThere = true; isThere && source.size < MOST;) {
      // Each read begins here: what the body is made of may await the library, as a part of the task.
      isThere = yield* until(() => source.read(hostTurn()), { label: "the body" });
    }
  } catch (error) {
    source.cancel(error);
    throw error;
  }
  const next = source.isOver
    ? markWhole(withBody(response, new Blob(source.chunks)))
    : withBody(response, source.rest());
  const continuation = continuationOf(response);
  return continuation === undefined ? next : continueWith(next, continuation);
}

/** A stream, and what was read of it. */
class Ahead {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** What has come. */
  readonly chunks: Uint8Array<ArrayBuffer>[] = [];
  /** The number of bytes that have come. */
  size = 0;
  /** Whether that is all. */
  isOver = false;
  /** What was asked for. */
  #asked: Promise<Chunk> | undefined;

  constructor(reader: ReadableStreamDefaultReader<Uint8Array>) {
    this.#reader = reader;
  }

  /** Reads on; returns whether something has come before something else. */
  async read(limit: Promise<undefined>): Promise<boolean> {
    const chunk = await Promise.race([this.#asked ??= this.#reader.read(), limit]);
    if (chunk === undefined) return false;
    this.#asked = undefined;
    if (chunk.done) {
      this.isOver = true;
      return false;
    }
    if (!(chunk.value instanceof Uint8Array)) {
      const shown = show(chunk.value);
      throw new TypeError(`The body of a response must have chunks of Uint8Array: ${shown}`);
    }
    this.chunks.push(chunk.value as Uint8Array<ArrayBuffer>);
    this.size += chunk.value.length;
    return true;
  }

  /** Lets the source clean up. */
  cancel(reason: unknown): void {
    this.#reader.cancel(reason).catch(() => {}); // The response has failed with an error of its own.
  }

  /** Makes a stream of what has come, and of what will. */
  rest(): ReadableStream<Uint8Array> {
    const { chunks } = this;
    return new ReadableStream({
      pull: (controller) => this.#pull(controller, chunks.shift()),
      cancel: (reason) => this.#reader.cancel(reason),
    }, { highWaterMark: 0 });
  }

  async #pull(
    controller: ReadableStreamDefaultController<Uint8Array>,
    first: Uint8Array | undefined,
  ): Promise<void> {
    if (first !== undefined) return controller.enqueue(first);
    const asked = this.#asked ?? this.#reader.read();
    this.#asked = undefined;
    const { done, value } = await asked;
    if (done) controller.close();
    else controller.enqueue(value);
  }
}
