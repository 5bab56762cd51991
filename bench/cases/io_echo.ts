/** TCP echo: what the server costs, in time of its processor, for 100 clients in a process of theirs. @module */

import { cpuUsage } from "node:process";
import type { Connection } from "../../io.ts";
import type { Coroutine, CoroutineResult } from "../../mod.ts";
import { loadWeft, type Prepare, type Suite, type Trial } from "../suite.ts";

const CLIENTS = 100;
const WARM_UP = 100_000;
const REQUESTS = 200_000;
const CLIENT = `const [port, clients, requests] = Deno.args.map(Number);
let left = requests;
const data = new Uint8Array(64);
await Promise.all(Array.from({ length: clients }, async () => {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const buffer = new Uint8Array(64);
  while (left-- > 0) {
    await conn.write(data);
    for (let got = 0; got < 64;) got += await conn.read(buffer);
  }
  conn.close();
}));`;

/** Lets clients ask a number of times, in a process of their own. */
async function ask(port: number, requests: number): Promise<void> {
  const script = `data:text/javascript,${encodeURIComponent(CLIENT)}`;
  const args = ["run", "--quiet", "--allow-net", script, `${port}`, `${CLIENTS}`, `${requests}`];
  const { success } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error("Cannot measure: the clients have failed");
}

/** Measures what a request costs a server of this process, in ns. */
async function measure(port: number): Promise<Trial> {
  await ask(port, WARM_UP);
  const before = cpuUsage();
  await ask(port, REQUESTS);
  const { user, system } = cpuUsage(before);
  return { value: (user + system) * 1000 / REQUESTS };
}

/** Prepares a server with a handler. */
function serving(handler: (connection: Connection) => CoroutineResult<void>): Prepare {
  return async (root) => {
    const { run, until } = await loadWeft(root);
    const io: typeof import("../../io.ts") = await import(new URL("io.ts", root).href);
    return await run(function* () {
      const server = io.startServer(handler, { port: 0 });
      const trial = yield* until(measure(server.port));
      yield* server.shutdown();
      return trial;
    }, { signals: [] });
  };
}

/** Echoes with a generator. */
export function* generator({ reader, writer }: Connection): Coroutine<void> {
  for (let data = yield* reader.read(); data !== undefined; data = yield* reader.read()) {
    writer.write(data);
    yield* writer.drain();
  }
}

/** Echoes with a native async function. */
async function native({ reader, writer }: Connection) {
  for (let data = await reader.read(); data !== undefined; data = await reader.read()) {
    writer.write(data);
    await writer.drain();
  }
}

/** Echoes with what the host has: it writes from the memory it reads into, of a size it guesses. */
async function onHost(): Promise<Trial> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async () => {
    for await (const conn of listener) void echo(conn);
  };
  const served = serve();
  const trial = await measure((listener.addr as Deno.NetAddr).port);
  listener.close();
  await served;
  return trial;
}

/** Echoes one connection with the host's loop. */
async function echo(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(4096);
  for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
    for (let at = 0; at < count;) at += await conn.write(buffer.subarray(at, count));
  }
  conn.close();
}

export const ioEcho: Suite = {
  name: "TCP echo",
  about: "CPU of a server per 64 bytes read and written back, for 100 clients; beside Deno.listen",
  unit: "ns",
  sizes: [0],
  targets: { generator: [[1.1, "Deno.listen"]], async: [[1.2, "Deno.listen"]] },
  fresh: true,
  rounds: 3,
  weft: { generator: serving(generator), async: serving(native) },
  peers: { "Deno.listen": onHost },
};
