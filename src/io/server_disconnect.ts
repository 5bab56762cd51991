/**
 * Noticing that a client has gone while its request is being answered.
 *
 * The host tells by the request's signal alone, whose making costs as much as a small request. So it
 * is looked at only for requests that are still there when the loop has its turn. The host aborts
 * it, too, when all went well; and says once, to whoever reads the console, that it will not always
 * do so. As it is the library that looks, and not the program, that warning is kept back.
 *
 * While the client is still sending the request's body, the host tells only whoever reads that.
 *
 * @module
 */

/** Begins the host's warning. */
const WARNING = "Deno.serve: request.signal aborts on successful responses";

let isKeptBack = false;

/** Calls back when the client of a request goes away, or the response has been sent. */
export function onDisconnect(request: Request, callback: () => void): void {
  keepWarningBack();
  const { signal } = request;
  if (signal.aborted) callback();
  else signal.addEventListener("abort", callback, { once: true });
}

/** Begins what the host says of a body that ends too early, or is malformed. */
const BROKEN =
  /^(Http: )?(Cannot read (request )?body as underlying|invalid HTTP\/1 |unexpected EOF while reading)/;

/** Tells whether an error says that a client has gone while it sent its body, or sent it wrongly. */
export function isBrokenUpload(error: unknown, request: Request): boolean {
  return error instanceof Error && request.bodyUsed && BROKEN.test(error.message);
}

/** Keeps back one warning of the host, and nothing else. */
function keepWarningBack(): void {
  if (isKeptBack) return;
  isKeptBack = true;
  const { warn } = console;
  const filter = (...args: unknown[]): void => {
    if (typeof args[0] !== "string" || !args[0].startsWith(WARNING)) return warn(...args);
    if (console.warn === filter) console.warn = warn;
  };
  console.warn = filter;
}
