import { AsyncLocalStorage } from "node:async_hooks";
import { Hono } from "hono";
import { contextStorage, getContext } from "hono/context-storage";
import {
  type ConnectionHandler,
  connectWebSocket,
  type Handler,
  openConnection,
  sendEvents,
  serve,
  startServer,
  upgradeWebSocket,
  type WebSocketConnection,
} from "../../io.ts";
import {
  asyncGenerator,
  createTask,
  currentTask,
  gather,
  getRunningLoop,
  mapConcurrent,
  run,
  sleep,
  taskGroup,
  timeout,
  until,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { FRONT_ENDS, type FrontEnd, type Program } from "../futures/trial.ts";
import { hostTurn } from "../host_turns.ts";
import { eventually, serving } from "./server/serving.ts";

/** Counts the requests that overlap. */
const REQUESTS = 1_000;
/** Counts the connections that overlap. */
const CONNECTIONS = 200;

/** A time, in ms, that passes in no test. */
const FAR = 1e9;

const pathOf = (request: Request) => new URL(request.url).pathname;

/** Collects what a storage has, in code of all kinds that a handler runs. */
function* lookAround(as: FrontEnd, als: AsyncLocalStorage<string>): Program<Set<unknown>> {
  const seen = new Set<unknown>();
  const look = () => void seen.add(als.getStore());
  const child = as(function* (): Program {
    look();
    yield sleep(1);
    look();
    yield until(hostTurn());
    look();
  });
  look();
  yield sleep(2);
  look();
  getRunningLoop().callSoon(look);
  const task = createTask(child);
  yield taskGroup(as(function* (group) {
    group.createTask(child);
    yield sleep(0);
    look();
  }));
  yield timeout(FAR, child);
  yield mapConcurrent([1, 2], child);
  yield gather([child, task]);
  look();
  return seen;
}

/** Lets the host call handlers of `serve()` with a value: the path that is asked for. */
function withHostValues(als: AsyncLocalStorage<string>): Disposable {
  const { serve } = Deno;
  type Serve = (options: Deno.ServeTcpOptions, handler: Deno.ServeHandler<Deno.NetAddr>) => unknown;
  const host = Deno as unknown as { serve: unknown };
  host.serve = ((options, handler) =>
    serve(
      options,
      (request, info) => als.run(pathOf(request), () => handler(request, info)),
    )) satisfies Serve;
  return { [Symbol.dispose]: () => void (host.serve = serve) };
}

/** Makes requests that overlap, moves the time until all are answered, and gives the answers. */
async function askAtOnce(handler: Handler | Hono, limit = Infinity): Promise<string[]> {
  const answers: string[] = [];
  await serving(handler, { limit }, async ({ server, clock }) => {
    const asking = Promise.all(Array.from({ length: REQUESTS }, async (_, id) => {
      const response = await fetch(`${server.url}/${id}`);
      answers[id] = await response.text();
    }));
    if (limit === Infinity) {
      await eventually("all requests overlap", () => server.active === REQUESTS);
    }
    let isOver = false;
    const ended = asking.finally(() => isOver = true);
    await eventually("all requests are answered", () => {
      clock.advance(1);
      return isOver;
    });
    await ended;
  });
  return answers;
}

/** Asserts what was answered; of a thousand that are wrong it shows the first. */
function assertAnswers(answers: readonly string[], expected: readonly string[]): void {
  const wrong = expected.flatMap((text, id) =>
    answers[id] === text ? [] : [`${answers[id]}, and must be ${text}`]
  );
  assertEquals(wrong.slice(0, 5), [], `${wrong.length} of ${expected.length} answers are wrong`);
}

const PATHS = Array.from({ length: REQUESTS }, (_, id) => `/${id}`);

for (const [name, as] of FRONT_ENDS) {
  for (const [kind, limit] of [["", Infinity], [", also when they wait in line", 10]] as const) {
    Deno.test(`${REQUESTS} requests each see the value of the host's call${kind} (${name})`, async () => {
      const als = new AsyncLocalStorage<string>();
      const handler = as(function* (): Program<Response> {
        return new Response([...yield* lookAround(as, als)].join());
      });
      using _ = withHostValues(als);
      assertAnswers(await askAtOnce(handler as Handler, limit), PATHS);
      assertEquals(als.getStore(), undefined);
    });
  }

  Deno.test(`${REQUESTS} requests each see the value that their handler has set (${name})`, async () => {
    const als = new AsyncLocalStorage<string>();
    const handler = as(function* (request: Request): Program<Response> {
      const before = als.getStore();
      als.enterWith(pathOf(request));
      return new Response([before, ...yield* lookAround(as, als)].join());
    });
    const answers = await als.run("of the server", () => askAtOnce(handler as Handler));
    // The host itself calls its handlers without a value.
    assertAnswers(answers, PATHS.map((path) => `,${path}`));
  });

  Deno.test(`${CONNECTIONS} connections each see their own values (${name})`, async () => {
    const als = new AsyncLocalStorage<string>();
    const handler = as(function* ({ reader, writer }): Program {
      const before = als.getStore();
      const line = ((yield reader.readLine()) as string).trim();
      als.enterWith(line);
      writer.write([before, ...yield* lookAround(as, als)].join());
    }) as ConnectionHandler;
    const ask = async (port: number, id: number) => {
      await using connection = await openConnection({ port });
      connection.writer.writeLine(`own ${id}`);
      await connection.writer.drain();
      return new TextDecoder().decode(await connection.reader.readAll());
    };
    await run(async () => {
      await using server = als.run("of the server", () => startServer(handler, { port: 0 }));
      const ids = Array.from({ length: CONNECTIONS }, (_, id) => id);
      const answers = await als.run(
        "of the clients",
        () => mapConcurrent(ids, (id) => ask(server.port, id), { limit: CONNECTIONS }),
      );
      assertAnswers(answers, ids.map((id) => `of the server,own ${id}`));
      assertEquals(als.getStore(), undefined);
    }, { signals: [] });
  });
}

/** Ways in which a handler comes to ask for a WebSocket: in the host's call, or in a part of itself. */
const ASKED: readonly [string, (ask: () => Response) => Response | Promise<Response>][] = [
  ["at once", (ask) => ask()],
  ["in a task that has ended", async (ask) => {
    await sleep(0);
    return await createTask(async () => {
      await sleep(0);
      return ask();
    });
  }],
  ["later", async (ask) => {
    await hostTurn();
    return await timeout(FAR, async () => {
      await sleep(0);
      return ask();
    });
  }],
];

for (const [name, as] of FRONT_ENDS) {
  for (const [kind, asked] of ASKED) {
    Deno.test(`a WebSocket's handler has the values of where it was asked for ${kind} (${name})`, async () => {
      const als = new AsyncLocalStorage<string>();
      const talk = as(function* (socket: WebSocketConnection): Program {
        yield socket.receive();
        const seen = [...yield* lookAround(as, als)];
        yield socket.send([...seen, currentTask()?.name.startsWith("GET /")].join());
      });
      const handler = (request: Request) =>
        asked(() => als.run("inner", () => upgradeWebSocket(request, talk)));
      await run(async () => {
        await using server = serve(handler, { port: 0 });
        await using socket = await connectWebSocket(`${server.url}/outer`);
        await socket.send("go");
        assertEquals(await socket.receive(), "inner,true");
      }, { signals: [] });
    });
  }
}

for (const [name] of FRONT_ENDS) {
  for (const [kind, asked] of ASKED) {
    Deno.test(`events are made with the values of where they were asked for ${kind} (${name})`, async () => {
      const als = new AsyncLocalStorage<string>();
      const look = () => `${als.getStore()} ${currentTask()!.name.startsWith("GET /")}`;
      const native = async function* (): AsyncGenerator<string> {
        try {
          yield look();
          await sleep(1);
          yield look();
        } finally {
          seen.push(look());
        }
      };
      const seen: string[] = [];
      const events = () =>
        name === "native async" ? native() : asyncGenerator<string>(function* (emit) {
          try {
            yield* emit(look());
            yield* sleep(1);
            yield* emit(look());
          } finally {
            seen.push(look());
          }
        });
      await run(async () => {
        const handler = () => asked(() => als.run("inner", () => sendEvents(events())));
        await using server = serve(handler, { port: 0 });
        const text = await (await fetch(server.url)).text();
        assertEquals(text, "data: inner true\n\ndata: inner true\n\n");
        const { body } = await fetch(server.url);
        const reader = body!.getReader();
        await reader.read();
        await reader.cancel();
        await until(eventually("the events are closed", () => seen.length === 2));
      }, { signals: [] });
      assertEquals(seen, ["inner true", "inner true"]);
    });
  }
}

Deno.test(`${REQUESTS} requests of a hono application find their own context`, async () => {
  const app = new Hono();
  app.use(contextStorage());
  app.get("/:id", async (c) => {
    const seen = new Set<string>();
    const look = () => void seen.add(getContext().req.path);
    const child = async () => {
      await sleep(1);
      look();
      await hostTurn();
      look();
    };
    await Promise.all([child(), child(), createTask(child)]);
    await timeout(FAR, child);
    look();
    return c.text([...seen].join());
  });
  assertAnswers(await askAtOnce(app), PATHS);
});
