/**
 * One connection that several share by a pool: when somebody is called off in the middle of a
 * question, nobody else gets the answer.
 *
 *     deno task example shared_connection [native]
 *
 * @module
 */

import { type Connection, openConnection, startServer } from "../io.ts";
import {
  type Coroutine,
  each,
  gather,
  ResourcePool,
  sleep,
  timeout,
  TimeoutError,
} from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

const QUESTIONS = ["easy", "hard", "short"];
/** How long, in ms, somebody waits for an answer. */
const PATIENCE = 500;

/** Answers questions in the order in which they come; a hard one takes a minute. */
function* answer({ reader, writer }: Connection): Coroutine<void> {
  yield* each(reader, function* (question) {
    yield* sleep(question === "hard" ? 60_000 : 1);
    writer.writeLine(`the ${question} answer`);
    yield* writer.drain();
  });
}

/** Makes the pool; it opens connections when they are needed. */
function makePool(port: number): ResourcePool<Connection> {
  return new ResourcePool({
    create: () => openConnection({ port }),
    destroy: (connection) => connection.close(),
    max: 1,
  });
}

/** Asks over a connection, as a generator coroutine. */
function* ask({ reader, writer }: Connection, question: string, print: Print): Coroutine<void> {
  try {
    writer.writeLine(question);
    const answer = yield* timeout(PATIENCE, () => reader.readLine());
    print(`${question}: ${answer}`);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print(`${question}: it took too long`);
  }
}

/** Asks all, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const server = startServer(answer, { port: 0, grace: 0 });
  const pool = makePool(server.port);
  yield* gather(
    QUESTIONS.map((question) => pool.use((connection) => ask(connection, question, print))),
  );
  yield* pool.close();
  yield* server.shutdown();
  print(`${pool.statistics().created} connections, one after the other`);
}

/** Asks over a connection, as a native async function. */
async function askNatively(
  { reader, writer }: Connection,
  question: string,
  print: Print,
): Promise<void> {
  try {
    writer.writeLine(question);
    const answer = await timeout(PATIENCE, () => reader.readLine());
    print(`${question}: ${answer}`);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print(`${question}: it took too long`);
  }
}

/** Asks all, as a native async function. */
export async function native(print: Print): Promise<void> {
  await using server = startServer(answer, { port: 0, grace: 0 });
  await using pool = makePool(server.port);
  const use = (question: string) =>
    pool.use((connection) => askNatively(connection, question, print));
  await gather(QUESTIONS.map(use));
  print(`${pool.statistics().created} connections, one after the other`);
}

if (import.meta.main) await runExample({ generator, native });
