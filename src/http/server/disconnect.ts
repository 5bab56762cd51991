/**
 * Noticing that a client has gone while its request is being answered.
 *
 * The host tells by the request's signal alone, and aborts that when all went well, too: to make and
 * abort it costs more than a small request. So it is looked at only for requests that have taken a
 * while. The host says once, to whoever reads the console, that it will not always
 * do so. As it is the library that looks, and not the program, that warning is kept back.
 *
 * While the client is still sending the request's body, the host tells only whoever reads that.
 *
 * @module
 */

/** The beginning of the host's warning. */
const WARNING = "Deno.serve: request.signal aborts on successful responses";

let isKeptBack = false;

/** The requests that became something else than HTTP: what the host then says of them means nothing. */
const upgraded = new WeakSet<Request>();

/** Notes that a request becomes something else than HTTP, before the host hears of that. */
export function noteUpgrade(request: Request): void {
  upgraded.add(request);
}

/** Calls back when the client of a request goes away, or the response has been sent. */
export function onDisconnect(request: Request, callback: () => void): void {
  keepWarningBack();
  const { signal } = request;
  if (signal.aborted) return callback();
  signal.addEventListener("abort", () => upgraded.has(request) || callback(), { once: true });
}

/** The request whose handler is being called. */
let called: Request | undefined;

/** Notes whose handler is being called from here on; returns whose was before. */
export function noteCall(request: Request | undefined): Request | undefined {
  const before = called;
  called = request;
  return before;
}

/** Returns whether the handler of a request has not waited: the host has had no turn to miss its client. */
export function isBeingCalled(request: Request): boolean {
  return called === request;
}

/** The beginning of what the host says of a body that ends too early, or is malformed. */
const BROKEN =
  /^(Http: )?(Cannot read (request )?body as underlying|invalid HTTP\/1 |unexpected EOF while reading)/;

/** Checks whether an error says that a client has gone while it sent its body, or sent it wrongly. */
export function isBrokenUpload(error: unknown, request: Request): boolean {
  return error instanceof Error && request.bodyUsed && BROKEN.test(error.message);
}

/** Keeps back one warning of the host, and nothing else. */
function keepWarningBack(): void {
  if (isKeptBack || !("Deno" in globalThis)) return;
  isKeptBack = true;
  const { warn } = console;
  const filter = (...args: unknown[]): void => {
    if (typeof args[0] !== "string" || !args[0].startsWith(WARNING)) return warn(...args);
    if (console.warn === filter) console.warn = warn;
  };
  console.warn = filter;
}
