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

export type { FileChange } from "./src/files/file_changes.ts";
export { HostFile, type SeekFrom } from "./src/files/host_file.ts";
export { openFile, type OpenFileOptions } from "./src/files/open_file.ts";
export { readFile, readTextFile } from "./src/files/read_file.ts";
export { FileWatcher, watchFiles, type WatchOptions } from "./src/files/watch_files.ts";
export { writeFile, type WriteFileOptions } from "./src/files/write_file.ts";
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
export type { FetchApp, Handler, RequestInfo } from "./src/http/server/handler.ts";
export { HttpError } from "./src/http/server/http_error.ts";
export {
  type CommonServeOptions,
  serve,
  type ServeOptions,
  type ServePathOptions,
} from "./src/http/server/serve.ts";
export { Server } from "./src/http/server/server.ts";
export type { ServerAccessEntry, ServerStatistics } from "./src/http/server/server_requests.ts";
export {
  connectWebSocket,
  type ConnectWebSocketOptions,
} from "./src/http/websocket/connect_web_socket.ts";
export type { Message } from "./src/http/websocket/inbox.ts";
export {
  upgradeWebSocket,
  type UpgradeWebSocketOptions,
  type WebSocketHandler,
} from "./src/http/websocket/upgrade_web_socket.ts";
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
export { Connection, type ConnectionOptions } from "./src/net/connection.ts";
export {
  type Datagram,
  DatagramSocket,
  type DatagramStatistics,
  type DatagramTarget,
} from "./src/net/datagram_socket.ts";
export { ListeningServer, type ShutdownOptions } from "./src/net/listening_server.ts";
export { openConnection, type OpenOptions, type TlsOptions } from "./src/net/open_connection.ts";
export type { ConnectionHandler, ConnectionStatistics } from "./src/net/tcp_connections.ts";
export { type DatagramOptions, openDatagram } from "./src/net/open_datagram.ts";
export type { ReloadOptions } from "./src/net/relisten.ts";
export { type DnsRecords, resolve, type ResolveOptions } from "./src/net/resolve.ts";
export type { StartTlsOptions } from "./src/net/start_tls.ts";
export { startServer, type StartServerOptions, TcpServer } from "./src/net/tcp_server.ts";
export {
  ChildProcess,
  type ProcessOutput,
  type ProcessStatus,
  type StreamUse,
} from "./src/process/child_process.ts";
export { signals, SignalWatcher } from "./src/process/signal_watcher.ts";
export { spawn, type SpawnOptions, spawnShell } from "./src/process/spawn.ts";
export type { Bytes } from "./src/streams/byte_buffer.ts";
export type { ByteSink } from "./src/streams/byte_sink.ts";
export type { ByteSource } from "./src/streams/byte_source.ts";
export { stderr, stdin, stdout } from "./src/streams/standard_streams.ts";
export { StreamReader, type StreamReaderOptions } from "./src/streams/stream_reader.ts";
export { StreamWriter, type StreamWriterOptions } from "./src/streams/stream_writer.ts";
