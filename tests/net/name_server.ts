/**
 * A name server for tests.
 *
 * @module
 */

import { type DatagramSocket, openDatagram } from "../../io.ts";
import { createTask, type Task } from "../../mod.ts";
import type { Program } from "../futures/trial.ts";

/** The numbers of types of records, as far as they are used. */
const TYPES: Readonly<Record<string, number>> = { A: 1, MX: 15, TXT: 16 };

/** What a server knows: the data of records, by name and type. */
export type Zone = Readonly<Record<string, readonly number[][]>>;

/** Answers a question: of a name that it does not know, that there is none. */
function answer(query: Uint8Array, zone: Zone): Uint8Array {
  let at = 12;
  const labels: string[] = [];
  while (query[at] > 0) {
    labels.push(new TextDecoder().decode(query.subarray(at + 1, at + 1 + query[at])));
    at += 1 + query[at];
  }
  const type = query[at + 1] << 8 | query[at + 2];
  const name = Object.keys(TYPES).find((name) => TYPES[name] === type);
  const records = zone[`${labels.join(".")} ${name}`] ?? [];
  const bytes = [...query.subarray(0, 2), 0x85, records.length > 0 ? 0x80 : 0x83];
  bytes.push(0, 1, 0, records.length, 0, 0, 0, 0, ...query.subarray(12, at + 5));
  for (const data of records) {
    bytes.push(0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, data.length >> 8, data.length & 255, ...data);
  }
  return new Uint8Array(bytes);
}

/** Lets a body ask a server, which may be silent, and counts what it is asked. */
export function* serving(
  zone: Zone | undefined,
  body: (server: { readonly port: number; readonly asked: () => number }) => Program,
): Program {
  const socket: DatagramSocket = yield openDatagram();
  let count = 0;
  const task: Task<void> = createTask(function* () {
    for (;;) {
      const query = yield* socket.receive();
      if (query === undefined) return;
      count++;
      if (zone !== undefined) yield* socket.send(answer(query.data, zone), query);
    }
  });
  try {
    yield* body({ port: socket.port, asked: () => count });
  } finally {
    yield socket.close();
    yield task;
  }
}
