import {
  type Coroutine,
  createTask,
  each,
  sleep,
  type Task,
  timeout,
  TimeoutError,
  until,
} from "../../../mod.ts";
import { eventSource, type ServerEvent } from "../../../web.ts";
import { assertEquals } from "../../assert.ts";
import { caught, type Program } from "../../futures/trial.ts";
import { type RawConnection, servedTrial } from "../client/raw_server.ts";

/** Lets the host have a turn. */
const hostTurn = () => new Promise<void>((resolve) => void setTimeout(resolve, 0));

/** Begins a stream of one event, and tells when its client has gone. */
async function stream(
  connection: RawConnection,
  server: { say(word: string): void },
): Promise<void> {
  await connection.head();
  await connection.write(
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\ndata: 1\n\n",
  );
  await connection.gone();
  server.say("gone");
}

/** Runs a loop over events as a task, and waits until it waits for the second one. */
function* looping(
  url: string,
  loop: (source: AsyncIterable<ServerEvent>, seen: string[]) => Task<void>,
): Program<Task<void>> {
  const seen: string[] = [];
  const task = loop(eventSource(url), seen);
  while (seen.length === 0) yield until(hostTurn());
  yield until(hostTurn());
  return task;
}

/** Makes a body of a loop that notes what came. */
const noting = (seen: string[]) =>
  function* ({ data }: ServerEvent): Coroutine<void> {
    seen.push(data);
    yield* sleep(0);
  };

const native = (source: AsyncIterable<ServerEvent>, seen: string[]) =>
  createTask(async () => {
    for await (const { data } of source) seen.push(data);
  });

const generator = (source: AsyncIterable<ServerEvent>, seen: string[]) =>
  createTask(() => each(source, noting(seen)));

for (const [name, loop] of Object.entries({ "for await": native, "each()": generator })) {
  servedTrial(
    `a loop over events by ${name} that is cancelled while it waits closes the connection`,
    stream,
    function* (_, { server }) {
      const task = yield* looping(server.url, loop);
      task.cancel();
      yield* caught(task);
      yield until(server.heard("gone"));
    },
  );
}

servedTrial(
  "a loop over events that was called off is gone on with, and closed with its task",
  stream,
  function* (_, { server, clock }) {
    const source = eventSource(server.url);
    const seen: string[] = [];
    const task = createTask(function* () {
      for (let n = 0; n < 3; n++) {
        try {
          yield* timeout(10, () => each(source, noting(seen)));
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error;
        }
      }
    });
    while (!task.done) {
      yield until(hostTurn());
      clock.advance(1);
    }
    yield task;
    assertEquals([seen, server.opened], [["1"], 1]);
    yield until(server.heard("gone"));
  },
);
