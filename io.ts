/**
 * Deno's input and output, with cancellation that reaches the network.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { ClientSession } from "@weft/weft/io.ts";
 *
 * await using server = Deno.serve({ port: 0, onListen() {} }, () => new Response("hello"));
 * await run(async () => {
 *   await using session = new ClientSession({ timeout: 5_000 });
 *   await using response = await session.get(`http://localhost:${server.addr.port}/`);
 *   console.assert(await response.text() === "hello");
 * });
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
} from "./src/errors.ts";
export type {
  ClientSessionOptions,
  ClientTimeout,
  Param,
  Params,
  RequestOptions,
} from "./src/io/client_options.ts";
export {
  ClientResponse,
  type Hop,
  type JsonOptions,
  type LinesOptions,
} from "./src/io/client_response.ts";
export type { ClientRetries } from "./src/io/client_retries.ts";
export { ClientSession, type SessionStatistics } from "./src/io/client_session.ts";
export {
  ChildProcess,
  type ProcessOptions,
  type ProcessOutput,
  type ProcessStatus,
  type StreamUse,
} from "./src/io/child_process.ts";
export type { OwnBytes } from "./src/io/byte_buffer.ts";
export type { ByteSink } from "./src/io/byte_sink.ts";
export type { ByteSource } from "./src/io/byte_source.ts";
export { Connection, type ConnectionOptions, type HostConn } from "./src/io/connection.ts";
export { CookieJar } from "./src/io/cookie_jar.ts";
export { ListeningServer, type ShutdownOptions } from "./src/io/listening_server.ts";
export { openConnection, type OpenOptions, type TlsOptions } from "./src/io/open_connection.ts";
export type { Bytes } from "./src/io/response_body.ts";
export { serve, type ServeOptions } from "./src/io/serve.ts";
export { Server } from "./src/io/server.ts";
export type { FetchApp, Handler, RequestInfo } from "./src/io/server_handler.ts";
export type { ErrorHandler, ServerStatistics } from "./src/io/server_requests.ts";
export type { Cookie } from "./src/io/set_cookie.ts";
export { spawn, type SpawnOptions, spawnShell } from "./src/io/spawn.ts";
export { type Parts, StreamReader, type StreamReaderOptions } from "./src/io/stream_reader.ts";
export { StreamWriter, type StreamWriterOptions } from "./src/io/stream_writer.ts";
export type { ConnectionHandler, ConnectionStatistics } from "./src/io/tcp_connections.ts";
export { startServer, type StartServerOptions, TcpServer } from "./src/io/tcp_server.ts";
