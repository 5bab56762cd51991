/**
 * asyncio's names for streams, transports and processes.
 *
 * @module
 */

import { absent, different, same, type Section } from "./entry.ts";

/** Notes that several names share. */
const OPEN =
  "gives a `Connection` with a `reader` and a `writer`; `{ port, hostname }` or `{ path }`";
const START =
  "the handler gets one `Connection`; `{ port, hostname }` or `{ path }`; awaits nothing: it listens already";
const FED = "made over a stream of the host, which feeds it";
const SHUTDOWN = "one call: stops accepting, gives what is open `grace` ms, and cancels the rest";
const HARMLESS = "harmless when it has ended";
const PIPED = 'throws unless it is `"piped"`';
const OPTIONS = "options `stdin`, `stdout`, `stderr`";
const CALLBACKS = "streams, not callbacks";

/** The sections of the page, in their order: absent classes stand for their members. */
export const WORLD: readonly Section[] = [
  {
    title: "Streams and servers",
    entries: {
      open_connection: different("openConnection", OPEN),
      open_unix_connection: different("openConnection", OPEN),
      StreamReader: different("StreamReader", "over any stream of bytes; gives lines as text"),
      "StreamReader.at_eof": same("StreamReader.atEof"),
      "StreamReader.read": different(
        "StreamReader.read, StreamReader.readAll",
        "`read()` gives what there is, `undefined` at the end; all until the end is `readAll()`",
      ),
      "StreamReader.readexactly": same("StreamReader.readExactly"),
      "StreamReader.readline": different(
        "StreamReader.readLine",
        "gives text without the end of the line, `undefined` at the end of the stream",
      ),
      "StreamReader.readuntil": different(
        "StreamReader.readUntil",
        "the separator must be given; several are an array",
      ),
      "StreamReader.async for": different("StreamReader", "gives the text of each line"),
      "StreamReader.exception": absent("each read throws it"),
      "StreamReader.feed_data": absent(FED),
      "StreamReader.feed_eof": absent(FED),
      "StreamReader.set_exception": absent(FED),
      "StreamReader.set_transport": absent(FED),
      StreamWriter: different("StreamWriter", "over any stream that takes bytes"),
      "StreamWriter.write": different(
        "StreamWriter.write",
        "takes text, too; a `RuntimeError` once it is closed",
      ),
      "StreamWriter.writelines": different(
        "StreamWriter.write",
        "a call for each: what is written in one go is sent as one",
      ),
      "StreamWriter.drain": same("StreamWriter.drain"),
      "StreamWriter.write_eof": same("StreamWriter.writeEof"),
      "StreamWriter.can_write_eof": absent("sockets and pipes can; others throw"),
      "StreamWriter.close": same("StreamWriter.close"),
      "StreamWriter.is_closing": same("StreamWriter.closing"),
      "StreamWriter.wait_closed": same("StreamWriter.waitClosed"),
      "StreamWriter.get_extra_info": different(
        "Connection.localAddr, Connection.remoteAddr",
        "the addresses",
      ),
      "StreamWriter.start_tls": different(
        "Connection.startTls",
        "as a client; from the start, the option `tls` of `openConnection()`",
      ),
      "StreamWriter.transport": different("StreamWriter.abort", "for `transport.abort()`"),
      StreamReaderProtocol: absent(CALLBACKS),
      start_server: different("startServer", START),
      start_unix_server: different("startServer", START),
      Server: different("TcpServer", "made by `startServer()`; for HTTP see `serve()`"),
      "Server.close": different("TcpServer.shutdown", SHUTDOWN),
      "Server.close_clients": different("TcpServer.shutdown", SHUTDOWN),
      "Server.abort_clients": different("TcpServer.shutdown", "`shutdown({ grace: 0 })`"),
      "Server.wait_closed": different("TcpServer.finished", "is awaited"),
      "Server.serve_forever": different(
        "TcpServer.finished",
        "is awaited; a cancelled wait leaves the server alone",
      ),
      "Server.sockets": different("TcpServer.addr", "the one address it listens at"),
      "Server.async with": different("TcpServer", "`await using`"),
      "Server.start_serving": absent("it serves from the start"),
      "Server.is_serving": absent("it serves until it is shut down"),
      "Server.get_loop": absent("the loop that runs when it is made"),
      AbstractServer: absent("there is one class for each kind of server"),
    },
  },
  {
    title: "Processes",
    entries: {
      create_subprocess_exec: different("spawn", "arguments are an array; awaits nothing"),
      create_subprocess_shell: different("spawnShell", "awaits nothing"),
      "subprocess.Process": different("ChildProcess", "`await using` ends it; so does its loop"),
      "subprocess.Process.communicate": different(
        "ChildProcess.communicate",
        "gives `{ stdout, stderr }`, and how it ended",
      ),
      "subprocess.Process.wait": different(
        "ChildProcess.wait",
        "gives `{ success, code, signal }`",
      ),
      "subprocess.Process.returncode": different(
        "ChildProcess.status",
        "`status.code`, and `status.signal` where Python has a negative number",
      ),
      "subprocess.Process.pid": same("ChildProcess.pid"),
      "subprocess.Process.stdin": different("ChildProcess.stdin", PIPED),
      "subprocess.Process.stdout": different("ChildProcess.stdout", PIPED),
      "subprocess.Process.stderr": different("ChildProcess.stderr", PIPED),
      "subprocess.Process.send_signal": different(
        "ChildProcess.kill",
        `\`kill(signal)\`; ${HARMLESS}`,
      ),
      "subprocess.Process.terminate": different("ChildProcess.terminate", HARMLESS),
      "subprocess.Process.kill": different("ChildProcess.kill", HARMLESS),
      "subprocess.PIPE": different("StreamUse", `\`"piped"\`: ${OPTIONS}`),
      "subprocess.DEVNULL": different("StreamUse", `\`"null"\`: ${OPTIONS}`),
      "subprocess.STDOUT": different("spawn", 'the option `stderr: "stdout"`'),
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
