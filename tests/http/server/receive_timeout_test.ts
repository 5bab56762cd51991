import { HttpError } from "../../../io.ts";
import { getRunningLoop, sleep, until } from "../../../mod.ts";
import { RequestReaders } from "../../../src/http/server/request_readers.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type Program, trial, type World } from "../../futures/trial.ts";
import { RawClient, statusOf } from "./raw_client.ts";
import { eventually, serving } from "./serving.ts";

/** What a body consists of: some bytes, each so many ms after those before. */
type Pieces = readonly (readonly [ms: number, size: number])[];

/** Makes a request whose body comes in pieces, by the time of a loop. */
function slowly(pieces: Pieces, log: string[] = []): Request {
  const loop = getRunningLoop();
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller): Promise<void> {
      if (next === pieces.length) return controller.close();
      const [ms, size] = pieces[next++];
      if (ms === Infinity) return await new Promise(() => {});
      await new Promise<void>((resolve) => void loop.callLater(ms, resolve));
      if (log.length === 0) controller.enqueue(new Uint8Array(size).fill(120));
    },
    cancel: (reason) => void log.push(reason.message),
  }, { highWaterMark: 0 });
  return new Request("http://test/", { method: "POST", body });
}

/** Reads a body with a bound of 30 seconds; gives its size, or what it failed with, and when. */
function* read(
  { loop, clock }: World,
  request: Request,
  most = 2 ** 24,
): Program<[result: unknown, when: number]> {
  const readers = new RequestReaders(most, { ms: 30_000, loop });
  const start = loop.time();
  const reading = readers.install(request).text();
  let result: unknown;
  reading.then(({ length }) => result = length, (error) => result = error);
  for (;;) {
    yield until(new Promise<void>((resolve) => void setImmediate(resolve)));
    if (result !== undefined) return [result, loop.time() - start];
    clock.advance(100);
  }
}

trial(
  "a body may take as long as it likes, if each 65,536 bytes of it come in time",
  function* (_as, world) {
    const pieces: Pieces = Array.from({ length: 10 }, () => [29_000, 65_536]);
    assertEquals(yield* read(world, slowly([...pieces, [29_000, 1]])), [655_361, 319_000]);
    const small: Pieces = Array.from({ length: 40 }, () => [700, 1]);
    assertEquals(yield* read(world, slowly(small)), [40, 28_000]);
    assertEquals(yield* read(world, slowly([])), [0, 0]);
  },
);

const DRIPS: Pieces = Array.from({ length: 1000 }, () => [100, 1]);
const STALLING: Readonly<Record<string, [pieces: Pieces, when: number]>> = {
  "never begins": [[[Infinity, 1]], 30_000],
  "stops in the middle": [[[100, 10], [Infinity, 1]], 30_000],
  "comes byte by byte": [DRIPS, 30_000],
  "stops after a portion": [[[10_000, 65_536], [10_000, 65_535], [Infinity, 1]], 40_000],
};

for (const [what, [pieces, expected]] of Object.entries(STALLING)) {
  trial(`a body that ${what} is given up, and that is the client's fault`, function* (_as, world) {
    const log: string[] = [];
    const [error, when] = yield* read(world, slowly(pieces, log));
    assert(error instanceof HttpError && error.status === 408, `${error}`);
    assertEquals(when, expected);
    assertEquals(log, [error.message], "its source is told");
  });
}

trial("a body that is too large is refused, however slowly it comes", function* (_as, world) {
  const [error, when] = yield* read(world, slowly([[100, 5], [100, 6], [Infinity, 1]]), 10);
  assert(error instanceof HttpError && error.status === 413, `${error}`);
  assertEquals(when, 200);
});

const HEADS: Readonly<Record<string, string>> = {
  "a small body": "content-length: 10",
  "a large body": "content-length: 100000",
  "a body of unknown length": "transfer-encoding: chunked",
};

for (const [what, header] of Object.entries(HEADS)) {
  Deno.test(`a client that stalls in ${what} gets a 408`, async () => {
    let isReading = false;
    const handler = async (request: Request) => {
      const text = request.text();
      isReading = true;
      return new Response(await text);
    };
    await serving(handler, { receiveTimeout: 5_000 }, async ({ server, clock }) => {
      const head = ["POST / HTTP/1.1", "host: test", header, "", ""].join("\r\n");
      using client = await RawClient.open(server, `${head}1\r\nx\r\n`);
      await until(eventually("the read", () => isReading));
      clock.advance(4_999);
      await sleep(0);
      assertEquals(server.active, 1);
      clock.advance(1);
      const text = await client.until("within 5000 ms");
      assertEquals([statusOf(client), text.includes("connection: close")], [408, true]);
      await until(eventually("the end", () => server.active === 0));
      assertEquals(server.statistics().failed, 0);
    });
  });
}

Deno.test("a client of a body without a bound may take for ever", () =>
  serving(async (request) => new Response(await request.text()), {
    receiveTimeout: Infinity,
  }, async ({ server, clock }) => {
    const head = ["POST / HTTP/1.1", "host: test", "content-length: 2", "", ""].join("\r\n");
    using client = await RawClient.open(server, `${head}o`);
    await until(eventually("the request", () => server.active === 1));
    clock.advance(1e9);
    await client.send("k");
    await client.until("ok");
  }));
