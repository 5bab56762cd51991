/**
 * Opening a socket for datagrams.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  checkBoolean,
  checkCount,
  checkOptions,
  checkPort,
  checkString,
  type Coroutine,
  Operation,
  park,
  runningLoop,
} from "../lowlevel.ts";
import { type DatagramSocket, type HostSocket, newDatagramSocket } from "./datagram_socket.ts";

/** Where to send and receive datagrams. */
export interface DatagramOptions {
  /** The port to bind to; 0, unless given, lets the system choose one. */
  port?: number | undefined;
  /** The address to bind to; `"127.0.0.1"`, which only this machine reaches, unless given. */
  hostname?: string | undefined;
  /** How many datagrams are kept that nobody has taken, at most; 1,024 unless given. */
  capacity?: number | undefined;
  /** Whether others may bind to the same port, too. */
  reuseAddress?: boolean | undefined;
  /** Whether it may send to all of a network. */
  broadcast?: boolean | undefined;
}

/** The part of `node:dgram` that is used. */
interface DatagramModule {
  createSocket(options: { type: "udp4" | "udp6"; reuseAddr: boolean }): HostSocket;
}

/** Options that were checked, all of them. */
type CheckedOptions = { readonly [N in keyof DatagramOptions]-?: NonNullable<DatagramOptions[N]> };

const NAMES = ["port", "hostname", "capacity", "reuseAddress", "broadcast"];

/**
 * Opens a socket that sends and receives datagrams: UDP. It needs `--allow-net`.
 *
 * What the host fails with is thrown as it is. A socket that is open when `run` ends is closed there.
 *
 * **Cancel safety.** A cancelled wait leaves no socket open.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { openDatagram } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   await using server = await openDatagram({ port: 0 });
 *   await using client = await openDatagram({});
 *   await client.send("ping", { port: server.port });
 *   for await (const { data, port } of server) {
 *     console.assert(new TextDecoder().decode(data) === "ping" && port === client.port);
 *     break;
 *   }
 * });
 * ```
 */
export function openDatagram(options: DatagramOptions = {}): Awaitable<DatagramSocket> {
  checkOptions("openDatagram()", options, NAMES);
  const { port = 0, hostname = "127.0.0.1", capacity = 1024 } = options;
  const { reuseAddress = false, broadcast = false } = options;
  checkPort(port, 0);
  checkString("hostname", hostname);
  checkCount("capacity", capacity, 1);
  checkBoolean("reuseAddress", reuseAddress);
  checkBoolean("broadcast", broadcast);
  const label = `openDatagram(${hostname.includes(":") ? `[${hostname}]` : hostname}:${port})`;
  const bind = () => open({ port, hostname, capacity, reuseAddress, broadcast }, label);
  return new Operation(label, bind);
}

function* open(
  { port, hostname, capacity, reuseAddress, broadcast }: CheckedOptions,
  label: string,
): Coroutine<DatagramSocket> {
  runningLoop();
  const type = hostname.includes(":") ? "udp6" : "udp4";
  const host = findModule().createSocket({ type, reuseAddr: reuseAddress });
  let isTaken = false;
  try {
    yield* park<void>(label, ({ resolve, reject }) => {
      host.on("error", reject);
      host.once("listening", resolve as () => void);
      host.bind({ port, address: hostname, exclusive: !reuseAddress });
    }, { isForHost: true });
    if (broadcast) host.setBroadcast(true);
    isTaken = true;
    return newDatagramSocket(host, capacity);
  } finally {
    if (!isTaken) host.close();
  }
}

/** Finds the host's datagrams. */
function findModule(): DatagramModule {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => DatagramModule | undefined };
  };
  const found = process?.getBuiltinModule?.("node:dgram");
  if (found !== undefined) return found;
  throw new RuntimeError("Cannot open a socket for datagrams: the host has no node:dgram");
}
