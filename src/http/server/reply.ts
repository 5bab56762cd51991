/**
 * Responses as the host wants them.
 *
 * Looking at the body of a response makes a stream of it, even if it was a string, and costs the
 * host its quick way out. So a response that is known to be whole is left alone: the host itself
 * keeps whole bodies under symbols of its own, and those are looked up once, by trial. Where they
 * are not found, all is as right and somewhat slower.
 *
 * @module
 */

import { show } from "../../lowlevel.ts";

type Fields = Readonly<Record<symbol, unknown>>;

/** The statuses of what a server answers by itself. */
const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  500: "Internal Server Error",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** Returns the response to what could not be answered; it says no more than its status. */
export function refusal(status: 400 | 500 | 503 | 504): Response {
  const headers: HeadersInit = status === 503 ? { "retry-after": "1" } : {};
  return new Response(REASONS[status], { status, headers });
}

/** Asks an error for the response that it stands for, as those of hono and others do. */
export function responseOf(error: unknown): Response | undefined {
  if (!(error instanceof Error) || !("getResponse" in error)) return undefined;
  if (typeof error.getResponse !== "function") return undefined;
  const response: unknown = error.getResponse();
  checkResponse(response);
  return response;
}

/** Where the host keeps a body that is whole. */
interface Places {
  /** Of a response with the usual head. */
  readonly usual: symbol;
  /** Of a response with any other head. */
  readonly other: symbol;
  /** Whether such a body was sent. */
  readonly sent: symbol;
}

/** What was found; `null` where the host does not tell what is whole. */
let found: Places | null | undefined;

/** Returns where the host keeps whole bodies. At the top level, some hosts make no response. */
function places(): Places | null {
  return found === undefined ? found = findPlaces() : found;
}

/** Looks for where the host keeps whole bodies, by trial. */
function findPlaces(): Places | null {
  const isOnWhole = (onWhole: unknown, onStream: unknown) => onWhole !== null && onStream === null;
  const plain = new Response(".");
  const full = new Response(".", { status: 201, headers: { a: "b" } });
  const usual = findSymbol("serve fast body", plain, isOnWhole);
  const other = findSymbol("serve native response", full, isOnWhole);
  const sent = findSymbol("serve fast consumed", plain, (onWhole) => onWhole === false);
  if (usual === undefined || other === undefined || sent === undefined) return null;
  return { usual, other, sent };
}

/** Checks whether the host tells which bodies are whole. */
export function canTell(): boolean {
  return places() !== null;
}

/** Returns a symbol of the host's: one of that name whose values on two responses are as expected. */
function findSymbol(
  name: string,
  whole: Response,
  test: (onWhole: unknown, onStream: unknown) => boolean,
): symbol | undefined {
  const stream = new Response(new ReadableStream()) as unknown as Fields;
  return Object.getOwnPropertySymbols(whole).find((symbol) =>
    symbol.description === name && test((whole as unknown as Fields)[symbol], stream[symbol])
  );
}

/** The responses that were found to be whole, where the host does not tell. */
const whole = new WeakSet<Response>();

/** Notes that the body of a response is whole; returns the response. */
export function markWhole(response: Response): Response {
  whole.add(response);
  return response;
}

/** Checks whether the body of a response is surely whole. */
function isWhole(response: Response): boolean {
  const { usual, other } = places() ?? {};
  if (usual === undefined || other === undefined) return whole.has(response);
  const fields = response as unknown as Fields;
  return (fields[usual] ?? null) !== null || (fields[other] ?? null) !== null;
}

/** Refuses what the host could not send; a quick look at a whole body sees only if it was sent. */
export function checkResponse(
  response: unknown,
  isQuick = false,
): asserts response is Response {
  if (!(response instanceof Response)) {
    throw new TypeError(`A handler must return a Response: ${show(response)}`);
  }
  // To ask the response itself costs as much as half of a small request.
  const sent = isQuick ? places()?.sent : undefined;
  const isUsed = sent !== undefined && isWhole(response)
    ? (response as unknown as Fields)[sent] === true
    : response.bodyUsed;
  if (isUsed) {
    throw new TypeError("Cannot send a response whose body was used: make a new one");
  }
}

/** Returns the body of a response if it is a stream or none, and what the host can send if it is whole. */
export function openBody(response: Response): Response | ReadableStream<Uint8Array> | null {
  if (isWhole(response)) return response;
  if (response.type === "error") {
    throw new TypeError("A handler must return a Response that can be sent: Response.error()");
  }
  const { body } = response;
  if (body === null || !canTell()) return body;
  const rebuilt = withBody(response, body); // What was whole is found to be so again.
  return isWhole(rebuilt) ? rebuilt : rebuilt.body!;
}

/** The statuses that never have a body, and of whose length the host says nothing. */
const BODILESS: readonly number[] = [204, 205, 304];

/**
 * Returns the response to HEAD of one whose body, if there is any, is a stream.
 *
 * The length that GET would get is what the headers say, and unknown if they say nothing. The host
 * then says `content-length: 0` of a response without a body, and nothing of a stream, which it does
 * not read. Frameworks take the body off before: it must not seem empty then, either.
 */
export function headOf(response: Response): Response {
  const { body, headers, status } = response;
  if (body === null && (headers.has("content-length") || BODILESS.includes(status))) {
    return response;
  }
  return withBody(response, new ReadableStream({ start: (controller) => controller.close() }));
}

/** Returns a response like another, with another body. */
export function withBody(
  response: Response,
  body: ReadableStream<Uint8Array> | Blob | null,
): Response {
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (response.url !== "" && headers.has("content-encoding")) {
    // It was fetched, and the host has decoded it.
    headers.delete("content-encoding");
    headers.delete("content-length");
  }
  return new Response(body, { status, statusText, headers });
}
