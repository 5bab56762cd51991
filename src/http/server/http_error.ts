/**
 * An error that is a response.
 *
 * @module
 */

import { show } from "../../lowlevel.ts";

/** What the statuses of errors are called, as RFC 9110 and its like have it. */
const REASONS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  423: "Locked",
  424: "Failed Dependency",
  425: "Too Early",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  507: "Insufficient Storage",
  508: "Loop Detected",
  511: "Network Authentication Required",
};

/** Returns what a status is called. */
export function reasonOf(status: number): string {
  return REASONS[status] ?? `Status ${status}`;
}

/**
 * An error that is answered by a response of its own.
 *
 * Thrown anywhere in the handler of a request, it ends that, and the client gets the status, the
 * headers and the message, as plain text unless the headers name another type. It is no failure: nothing
 * is reported.
 *
 * **Gotchas.** The client reads the message: say nothing in it that is not for everybody.
 *
 * ```ts
 * import { run, until } from "@weft/weft";
 * import { HttpError, serve } from "@weft/weft/io.ts";
 *
 * const books = new Map([["7", "Emma"]]);
 * const find = (id: string) => {
 *   const title = books.get(id);
 *   if (title === undefined) throw new HttpError(404, "There is no such book");
 *   return title;
 * };
 *
 * await run(async () => {
 *   await using server = serve((request) => new Response(find(request.url.slice(-1))), { port: 0 });
 *   const response = await until((signal) => fetch(`${server.url}/8`, { signal }));
 *   console.assert(response.status === 404 && await response.text() === "There is no such book");
 * });
 * ```
 */
export class HttpError extends Error {
  /** The name of the class. */
  override readonly name = "HttpError";
  /** The status of the response: 400 to 599. */
  readonly status: number;
  /** The headers of the response. */
  readonly headers: Headers;

  /** Makes the error of a status; the message is what that is called unless given. */
  constructor(status: number, message?: string, headers?: HeadersInit) {
    if (typeof status !== "number") throw new TypeError(`status must be a number: ${show(status)}`);
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new RangeError(`status must be a whole number from 400 to 599: ${status}`);
    }
    if (message !== undefined && typeof message !== "string") {
      throw new TypeError(`message must be a string: ${show(message)}`);
    }
    super(message ?? reasonOf(status));
    this.status = status;
    this.headers = new Headers(headers);
  }

  /** Makes the response that it stands for, as servers and frameworks ask for it. */
  getResponse(): Response {
    const { message, status, headers } = this;
    return new Response(message, { status, headers });
  }
}
