/**
 * HTTP wherever there are web standards: a client, and handlers for scripts at the edge.
 *
 * It runs on Deno, Node, Bun, in workerd and in browsers. `io.ts` exports all of it too, and what Deno
 * alone has.
 *
 * ```ts
 * import { sleep } from "@weft/weft";
 * import { fetchHandler, HttpError } from "@weft/weft/web.ts";
 *
 * const handle = fetchHandler(async (request) => {
 *   const name = new URL(request.url).searchParams.get("name");
 *   if (name === null) throw new HttpError(400, "Say who you are: ?name=Ada");
 *   await sleep(1);
 *   return new Response(`hello ${name}`);
 * });
 *
 * const response = await handle(new Request("http://localhost/?name=Ada"));
 * console.assert(await response.text() === "hello Ada");
 * ```
 *
 * @module
 */

export {
  ClientConnectionError,
  ClientError,
  ClientPayloadError,
  ClientResponseError,
  ContentTypeError,
  InvalidUrl,
  type RequestName,
  type ResponseHead,
  TooManyRedirects,
} from "./src/http/client/client_error.ts";
export type { RequestOptions } from "./src/http/client/client_request.ts";
export {
  ClientResponse,
  type Hop,
  type JsonOptions,
  type LinesOptions,
} from "./src/http/client/client_response.ts";
export type { ClientRetries } from "./src/http/client/client_retries.ts";
export { ClientSession, type SessionStatistics } from "./src/http/client/client_session.ts";
export type { ClientTimeout } from "./src/http/client/client_timeout.ts";
export type { ConnectionSettings } from "./src/http/client/host_pool.ts";
export type { Params } from "./src/http/client/query.ts";
export type { ClientSessionOptions } from "./src/http/client/session_options.ts";
export { CookieJar, type CookieJarOptions } from "./src/http/cookies/cookie_jar.ts";
export type { Cookie } from "./src/http/cookies/set_cookie.ts";
export type { ServerEvent } from "./src/http/events/event_parser.ts";
export { EventIterator, eventSource } from "./src/http/events/event_source.ts";
export type { EventSourceOptions } from "./src/http/events/event_source_options.ts";
export {
  sendEvents,
  type SendEventsOptions,
  type SentEvent,
} from "./src/http/events/send_events.ts";
export {
  type FetchFunction,
  type FetchHandler,
  fetchHandler,
  type FetchHandlerApp,
  type FetchHandlerOptions,
  type WaitUntil,
} from "./src/http/fetch/fetch_handler.ts";
export type { AccessEntry } from "./src/http/server/access.ts";
export type { ErrorHandler } from "./src/http/server/exchange.ts";
export { HttpError } from "./src/http/server/http_error.ts";
export {
  connectWebSocket,
  type ConnectWebSocketOptions,
} from "./src/http/websocket/connect_web_socket.ts";
export type { Message } from "./src/http/websocket/inbox.ts";
export {
  type ClosedBy,
  type Closing,
  WebSocketClosed,
} from "./src/http/websocket/web_socket_closed.ts";
export {
  WebSocketConnection,
  type WebSocketStatistics,
} from "./src/http/websocket/web_socket_connection.ts";
export type { Heartbeat, WebSocketLimits } from "./src/http/websocket/web_socket_options.ts";
export type { Bytes } from "./src/streams/byte_buffer.ts";
