/**
 * Ends runs at random points, in which much is open that nobody closes, and looks for what they have
 * left behind; not a part of `deno task test`, as it takes a while.
 *
 * @module
 */

import {
  type ClientResponse,
  ClientSession,
  type Connection,
  connectWebSocket,
  openConnection,
  openDatagram,
  openFile,
  serve,
  type Server,
  signals,
  spawn,
  startServer,
  type TcpServer,
  upgradeWebSocket,
  watchFiles,
  writeFile,
} from "../../io.ts";
import {
  createTask,
  each,
  type ExceptionContext,
  isCancelled,
  ResourcePool,
  run,
  sleep,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { namesIn } from "../files/in_folder.ts";
import { asNative, FRONT_ENDS, type FrontEnd, type Program } from "../futures/trial.ts";
import { Prng } from "../prng.ts";
import { type Holdings, lookAtHoldings, MARK, waitForHoldings } from "./fixtures/holdings.ts";

const SEED = Number(Deno.env.get("SEED") ?? 1);
const ROUNDS = 60;
/** How many are at it when a run ends, and how long, in ms, it takes at most until then. */
const TASKS = 20;
const LONGEST = 60;
const DAY = 86_400_000;

/** Where everybody asks. */
interface Place {
  readonly tcp: TcpServer;
  readonly web: Server;
  readonly session: ClientSession;
  /** What has come; a response that nobody holds would be reported. */
  readonly responses: ClientResponse[];
  readonly pool: ResourcePool<Connection>;
  readonly folder: string;
}

/** What is opened and never closed, each in a way of its own. */
const FORGETFUL: readonly ((place: Place, prng: Prng) => Program<unknown>)[] = [
  function* ({ tcp }) {
    const { reader, writer }: Connection = yield openConnection({ port: tcp.port });
    writer.writeLine("hello");
    yield reader.readLine();
    yield sleep(DAY);
  },
  function* ({ folder }) {
    const file = yield openFile(`${folder}/notes`, { append: true, create: true });
    yield file.write("x".repeat(10_000));
    yield sleep(DAY);
  },
  function* ({ folder }) {
    yield watchFiles(folder).next();
    yield sleep(DAY);
  },
  function* () {
    const options = { env: MARK, group: true, stdin: "piped", stdout: "piped" } as const;
    yield spawn("sh", ["-c", "sleep 1000 & cat"], options).stdout.readLine();
  },
  function* () {
    const socket = yield openDatagram();
    yield socket.send("hello", socket);
    yield socket.receive();
    yield sleep(DAY);
  },
  function* ({ session, web, responses }) {
    responses.push(yield session.get(web.url));
    yield sleep(DAY);
  },
  function* ({ web }) {
    const socket = yield connectWebSocket(`${web.url}/socket`);
    yield socket.send("hello");
    yield socket.receive();
    yield sleep(DAY);
  },
  function* ({ folder }, prng) {
    yield writeFile(`${folder}/whole`, "y".repeat(prng.below(300_000)));
  },
  function* ({ pool }) {
    const { reader, writer }: Connection = (yield pool.acquire()).value;
    writer.writeLine("hello");
    yield reader.readLine();
    yield sleep(DAY);
  },
  function* () {
    yield signals("SIGUSR2").next();
  },
];

/** Makes a place of what the running loop will end. */
function makePlace(folder: string, session: ClientSession, responses: ClientResponse[]): Place {
  const tcp = startServer(function* ({ reader, writer }) {
    yield* each(reader, function* (line) {
      writer.writeLine(line);
      yield* writer.drain();
    });
  }, { port: 0 });
  const web = serve((request) => {
    if (!request.url.endsWith("/socket")) return new Response("x".repeat(100_000));
    return upgradeWebSocket(request, async (socket) => {
      for await (const message of socket) await socket.send(message);
    });
  }, { port: 0 });
  const pool = new ResourcePool<Connection>({
    create: () => openConnection({ port: tcp.port }),
    destroy: (connection) => connection.close(),
    max: 3,
  });
  return { tcp, web, session, responses, pool, folder };
}

/** Lets many play, each by two strands now and then, for ever. */
function* playForEver(as: FrontEnd, place: Place, prng: Prng): Program {
  const play = () => as(prng.pick(FORGETFUL))(place, prng);
  for (let n = 0; n < TASKS; n++) {
    const isDouble = as === asNative && prng.chance(30);
    createTask(isDouble ? () => Promise.all([play(), play()]) : play);
    if (prng.chance(20)) yield sleep(1);
  }
  yield sleep(DAY);
}

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`a run that is ended leaves nothing open (${name}, seed ${SEED})`, async () => {
    const prng = new Prng(SEED);
    const folder = await Deno.makeTempDir();
    const reports: string[] = [];
    const onError = ({ message, exception }: ExceptionContext) =>
      void reports.push(`${message}: ${exception}`);
    const responses: ClientResponse[] = [];
    const endOne = async () => {
      using session = new ClientSession();
      const controller = new AbortController();
      const ended = run(
        as(function* () {
          const place = makePlace(folder, session, responses);
          yield* playForEver(as, place, prng);
        }),
        { signal: controller.signal, signals: [], onError },
      );
      setTimeout(() => controller.abort(), prng.below(LONGEST));
      await ended.catch((error) => {
        if (!isCancelled(error) && error !== controller.signal.reason) throw error;
      });
    };
    for (let round = 0; round < 3; round++) await endOne(); // What the host keeps is there then.
    const before: Holdings = await run(() => Promise.resolve(lookAtHoldings()), { signals: [] });
    for (let round = 0; round < ROUNDS; round++) await endOne();
    assertEquals(await run(() => waitForHoldings(before), { signals: [] }), []);
    assertEquals(namesIn(folder).filter((one) => !["notes", "whole"].includes(one)), []);
    assertEquals(reports, []);
    await Deno.remove(folder, { recursive: true });
  });
}
