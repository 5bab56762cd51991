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

import { show } from "../lowlevel.ts";

type Fields = Readonly<Record<symbol, unknown>>;

/** Are the statuses of what a server answers by itself. */
const REASONS: Readonly<Record<number, string>> = {
  500: "Internal Server Error",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** Makes the response to what could not be answered; it says no more than its status. */
export function refusal(status: 500 | 503 | 504): Response {
  const headers: HeadersInit = status === 503 ? { "retry-after": "1" } : {};
  return new Response(REASONS[status], { status, headers });
}

/** Finds a symbol of the host's: one of that name whose values on two responses are as expected. */
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

const isOnWhole = (onWhole: unknown, onStream: unknown) => onWhole !== null && onStream === null;
const PLAIN = new Response(".");
const FULL = new Response(".", { status: 201, headers: { a: "b" } });
/** Is where the host keeps a body that is whole, with the usual head. */
const BODY = findSymbol("serve fast body", PLAIN, isOnWhole);
/** Is where the host keeps a body that is whole, with any other head. */
const NATIVE = findSymbol("serve native response", FULL, isOnWhole);
/** Is where the host notes that it has sent such a body. */
const SENT = findSymbol("serve fast consumed", PLAIN, (onWhole) => onWhole === false);
const CAN_TELL = BODY !== undefined && NATIVE !== undefined && SENT !== undefined;

/** Tells whether the body of a response is surely whole. */
function isWhole(response: Response): boolean {
  if (!CAN_TELL) return false;
  const fields = response as unknown as Fields;
  return (fields[BODY] ?? null) !== null || (fields[NATIVE] ?? null) !== null;
}

/** Refuses what the host could not send; a quick look at a whole body sees only if it was sent. */
export function checkResponse(
  response: unknown,
  isQuick = false,
): asserts response is Response {
  if (!(response instanceof Response)) {
    throw new TypeError(`A HANDLER MUST RETURN A Response, IT RETURNED: ${show(response)}`);
  }
  // To ask the response itself costs as much as half of a small request.
  const isUsed = isQuick && isWhole(response)
    ? (response as unknown as Fields)[SENT!] === true
    : response.bodyUsed;
  if (isUsed) {
    throw new TypeError("A RESPONSE CAN BE SENT ONCE, MAKE A NEW ONE: ITS BODY WAS USED");
  }
}

/** Gives the body of a response if it is a stream, and what the host can send if it is not. */
export function openBody(response: Response): Response | ReadableStream<Uint8Array> {
  if (isWhole(response)) return response;
  if (response.type === "error") {
    throw new TypeError("A HANDLER MUST RETURN A Response, IT RETURNED: Response.error()");
  }
  const { body } = response;
  if (body === null) return response;
  if (!CAN_TELL) return body;
  const rebuilt = withBody(response, body); // What was whole is found to be so again.
  return isWhole(rebuilt) ? rebuilt : rebuilt.body!;
}

/** Makes a response like another, with another body. */
export function withBody(response: Response, body: ReadableStream<Uint8Array> | null): Response {
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (response.url !== "" && headers.has("content-encoding")) {
    // It was fetched, and the host has decoded it.
    headers.delete("content-encoding");
    headers.delete("content-length");
  }
  return new Response(body, { status, statusText, headers });
}
