/**
 * asyncio's names for the event loop.
 *
 * @module
 */

import { absent, different, same, type Section } from "./entry.ts";

/** Notes that several names share. */
const ONE_CLASS = "there is one class of loop";
const WITH_RUN = "`run` and `Runner.close()` do it";
const FILES = "the host shows no file descriptors";
const SOCKETS = "the streams of `io.ts`";
const STREAMS = "streams, not a transport and a protocol";
const CONTEXT =
  "has no `context`: `context.run(() => …)` around it gives it one; its arguments follow the function";
const NAMES = "`Deno.resolveDns()`, awaited with `until()`";

/** The sections of the page, in their order. */
export const LOOP: readonly Section[] = [
  {
    title: "The loop",
    entries: {
      EventLoop: different("EventLoop", "runs on the host's loop, and never blocks it"),
      AbstractEventLoop: absent(ONE_CLASS),
      BaseEventLoop: absent(ONE_CLASS),
      SelectorEventLoop: absent(ONE_CLASS),
      ProactorEventLoop: absent(ONE_CLASS),
      IocpProactor: absent(ONE_CLASS),
      "EventLoop.run_forever": different("EventLoop.runForever", "gives a promise"),
      "EventLoop.run_until_complete": different(
        "EventLoop.runUntilComplete",
        "takes a future, gives a promise",
      ),
      "EventLoop.stop": same("EventLoop.stop"),
      "EventLoop.close": same("EventLoop.close", "reports failures nobody looked at"),
      "EventLoop.is_running": same("EventLoop.running"),
      "EventLoop.is_closed": same("EventLoop.closed"),
      "EventLoop.time": same("EventLoop.time", "milliseconds"),
      "EventLoop.create_future": same("EventLoop.createFuture"),
      "EventLoop.create_task": different("EventLoop.createTask", "as `createTask`"),
      "EventLoop.set_task_factory": same("EventLoop.setTaskFactory"),
      "EventLoop.get_task_factory": absent("keep what you set"),
      "EventLoop.shutdown_asyncgens": absent(WITH_RUN),
      "EventLoop.shutdown_default_executor": absent(WITH_RUN),
      "EventLoop.run_in_executor": different(
        "EventLoop.runInExecutor",
        "calls what a module exports, in the threads or processes of `workers.ts`",
      ),
      "EventLoop.set_default_executor": same("EventLoop.setDefaultExecutor"),
    },
  },
  {
    title: "Callbacks, errors, signals",
    entries: {
      "EventLoop.call_soon": different("EventLoop.callSoon", CONTEXT),
      "EventLoop.call_soon_threadsafe": absent(
        "a loop has one thread; `callSoon()` works from outside",
      ),
      "EventLoop.call_later": different(
        "EventLoop.callLater",
        `${CONTEXT}; never early; equal deadlines keep their order`,
      ),
      "EventLoop.call_at": different(
        "EventLoop.callAt",
        `${CONTEXT}; never early; equal deadlines keep their order`,
      ),
      Handle: same("Handle"),
      "Handle.cancel": same("Handle.cancel"),
      "Handle.cancelled": same("Handle.cancelled"),
      "Handle.get_context": same("Handle.context"),
      TimerHandle: same("TimerHandle"),
      "TimerHandle.when": same("TimerHandle.when"),
      "EventLoop.set_exception_handler": different(
        "EventLoop.setExceptionHandler",
        "`undefined`, not `null`, brings the default back; also `run(main, { onError })`; may take the report alone",
      ),
      "EventLoop.get_exception_handler": absent("keep what you set"),
      "EventLoop.call_exception_handler": same("EventLoop.callExceptionHandler"),
      "EventLoop.default_exception_handler": same("EventLoop.defaultExceptionHandler"),
      "EventLoop.get_debug": same("EventLoop.debug"),
      "EventLoop.set_debug": same("EventLoop.debug", "settable"),
      "EventLoop.slow_callback_duration": same("EventLoop.slowCallbackDuration", "milliseconds"),
      "EventLoop.add_signal_handler": same("EventLoop.addSignalHandler"),
      "EventLoop.remove_signal_handler": same("EventLoop.removeSignalHandler"),
    },
  },
  {
    title: "The loop's I/O",
    entries: {
      "EventLoop.add_reader": absent(FILES),
      "EventLoop.remove_reader": absent(FILES),
      "EventLoop.add_writer": absent(FILES),
      "EventLoop.remove_writer": absent(FILES),
      "EventLoop.sock_accept": absent(SOCKETS),
      "EventLoop.sock_connect": absent(SOCKETS),
      "EventLoop.sock_recv": absent(SOCKETS),
      "EventLoop.sock_recv_into": absent(SOCKETS),
      "EventLoop.sock_recvfrom": absent(SOCKETS),
      "EventLoop.sock_recvfrom_into": absent(SOCKETS),
      "EventLoop.sock_sendall": absent(SOCKETS),
      "EventLoop.sock_sendfile": absent(SOCKETS),
      "EventLoop.sock_sendto": absent(SOCKETS),
      "EventLoop.create_connection": different("openConnection", STREAMS),
      "EventLoop.create_server": different("startServer", STREAMS),
      "EventLoop.create_unix_connection": different("openConnection", STREAMS),
      "EventLoop.create_unix_server": different("startServer", STREAMS),
      "EventLoop.create_datagram_endpoint": different("openDatagram", STREAMS),
      "EventLoop.connect_accepted_socket": different("Connection", "`new Connection(conn)`"),
      "EventLoop.start_tls": different("Connection.startTls", "as a client"),
      "EventLoop.sendfile": absent("`readable.pipeTo(writable)`, awaited with `until()`"),
      "EventLoop.connect_read_pipe": different("StreamReader", "`new StreamReader(readable)`"),
      "EventLoop.connect_write_pipe": different("StreamWriter", "`new StreamWriter(writable)`"),
      "EventLoop.getaddrinfo": different("resolve", "asks name servers for records of a type"),
      "EventLoop.getnameinfo": absent(NAMES),
      "EventLoop.subprocess_exec": different("spawn", STREAMS),
      "EventLoop.subprocess_shell": different("spawnShell", STREAMS),
    },
  },
];
