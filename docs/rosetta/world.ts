/**
 * asyncio's names for streams, transports and processes.
 *
 * @module
 */

import { absent, type Section } from "./entry.ts";

/** Are notes that several names share. */
const STREAMS = "streams of the host, awaited with `until()`; for HTTP, `ClientSession` of `io.ts`";
const SERVER = "`Deno.listen()`, awaited with `until()`; for HTTP, `serve()` of `io.ts`";
const COMMANDS = "`Deno.Command`, awaited with `until()`";
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
