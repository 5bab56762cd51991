/**
 * A server that echoes lines, and three clients that talk to it at once.
 *
 *     deno task example echo_server [native]
 *
 * @module
 */

import { type Connection, openConnection, startServer } from "../io.ts";
import { type Coroutine, each, gather, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

const CLIENTS = [["Ada", 50], ["Bob", 100], ["Cyd", 150]] as const;

/** Echoes the lines of one client, as a generator coroutine. */
function* echo({ reader, writer }: Connection): Coroutine<void> {
  yield* each(reader, function* (line) {
    writer.writeLine(line.toUpperCase());
    yield* writer.drain();
  });
}

/** Says two things a while apart, as a generator coroutine. */
function* talk(port: number, name: string, pause: number, print: Print): Coroutine<void> {
  const { reader, writer } = yield* openConnection({ port });
  try {
    for (const word of ["hello", "goodbye"]) {
      yield* sleep(pause);
      writer.writeLine(`${word} from ${name}`);
      print(`${name} hears: ${yield* reader.readLine()}`);
    }
  } finally {
    writer.close();
  }
}

/** Serves and talks, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const server = startServer(echo, { port: 0 });
  try {
    yield* gather(CLIENTS.map(([name, pause]) => talk(server.port, name, pause, print)));
  } finally {
    yield* server.shutdown();
  }
  print(`${server.statistics().completed} connections are over`);
}

/** Echoes the lines of one client, as a native async function. */
async function echoNatively({ reader, writer }: Connection): Promise<void> {
  for await (const line of reader) {
    writer.writeLine(line.toUpperCase());
    await writer.drain();
  }
}

/** Says two things a while apart, as a native async function. */
async function talkNatively(
  port: number,
  name: string,
  pause: number,
  print: Print,
): Promise<void> {
  await using connection = await openConnection({ port });
  for (const word of ["hello", "goodbye"]) {
    await sleep(pause);
    connection.writer.writeLine(`${word} from ${name}`);
    print(`${name} hears: ${await connection.reader.readLine()}`);
  }
}

/** Serves and talks, as a native async function. */
export async function native(print: Print): Promise<void> {
  const server = startServer(echoNatively, { port: 0 });
  try {
    await gather(
      CLIENTS.map(([name, pause]) => () => talkNatively(server.port, name, pause, print)),
    );
  } finally {
    await server.shutdown();
  }
  print(`${server.statistics().completed} connections are over`);
}

if (import.meta.main) await runExample({ generator, native });
