/**
 * asyncio's names for streams, transports and processes.
 *
 * @module
 */

import { absent, type Section } from "./entry.ts";

/** Are notes that several names share. */
const STREAMS = "in `io.ts`: `openConnection()`, `StreamReader`, `StreamWriter`; `ClientSession`";
const SERVER = "in `io.ts`: `startServer()` and its `TcpServer`; for HTTP, `serve()`";
const COMMANDS = "in `io.ts`: `spawn()`, `spawnShell()` and their `ChildProcess`";
const CALLBACKS = "streams of the host, not callbacks";

/** Holds them in the order of the page: absent classes stand for their members. */
export const WORLD: readonly Section[] = [
  {
    title: "Streams and servers",
    entries: {
      open_connection: absent(STREAMS),
      open_unix_connection: absent(STREAMS),
      StreamReader: absent(STREAMS),
      StreamWriter: absent(STREAMS),
      StreamReaderProtocol: absent(STREAMS),
      start_server: absent(SERVER),
      start_unix_server: absent(SERVER),
      Server: absent(SERVER),
      AbstractServer: absent(SERVER),
    },
  },
  {
    title: "Processes",
    entries: {
      create_subprocess_exec: absent(COMMANDS),
      create_subprocess_shell: absent(COMMANDS),
      "subprocess.Process": absent(COMMANDS),
    },
  },
  {
    title: "Transports and protocols",
    entries: {
      BaseTransport: absent(CALLBACKS),
      ReadTransport: absent(CALLBACKS),
      WriteTransport: absent(CALLBACKS),
      Transport: absent(CALLBACKS),
      DatagramTransport: absent(CALLBACKS),
      SubprocessTransport: absent(CALLBACKS),
      BaseProtocol: absent(CALLBACKS),
      Protocol: absent(CALLBACKS),
      BufferedProtocol: absent(CALLBACKS),
      DatagramProtocol: absent(CALLBACKS),
      SubprocessProtocol: absent(CALLBACKS),
    },
  },
];
