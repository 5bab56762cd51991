/**
 * Ends what curl has begun: from its side, and from the server's.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { curl, startCurl } from "./fixtures/curl.ts";
import { Served, served } from "./fixtures/served.ts";

/** Is why a request is cancelled. */
const GONE = "the client has gone";

/** What came of a download. */
interface Downloaded {
  /** Is curl's exit status. */
  readonly code: number;
  readonly size: number;
  readonly stderr: string;
}

/** Downloads something; calls back when its first bytes have come. */
async function download(args: string[], onBegin: () => void): Promise<Downloaded> {
  const child = startCurl(...args);
  const stderr = new Response(child.stderr).text();
  let size = 0;
  for await (const { length } of child.stdout) {
    if (size === 0) onBegin();
    size += length;
  }
  const { code } = await child.status;
  return { code, size, stderr: await stderr };
}

/** Asks until the server accepts no more. */
async function untilRefused(server: Served): Promise<void> {
  for (;;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port: server.port })).close();
    } catch (error) {
      const { ConnectionRefused, ConnectionReset } = Deno.errors;
      assert(error instanceof ConnectionRefused || error instanceof ConnectionReset, `${error}`);
      return;
    }
  }
}

served("curl --max-time while the handler waits cancels its task", async (server) => {
  const { code } = await curl("--max-time", "0.3", `${server.url}/wait`);
  assertEquals(code, 28);
  assertEquals(await server.next(), "wait begins");
  assertEquals(await server.next(), `wait is cancelled: ${GONE}`);
});

served(
  "curl --max-time during the body cancels the task, and the stream with it",
  async (server) => {
    const url = `${server.url}/drip?pieces=1000000&pause=5`;
    const { code, stdout } = await curl("--max-time", "0.5", url);
    assertEquals(code, 28);
    assert(stdout.length > 0, "some of the body has come");
    assertEquals(await server.next(), "body begins");
    assertEquals(await server.next(), `body is cancelled: ${GONE}`);
  },
);

served("curl that is killed during its upload leaves no task", async (server) => {
  const args = ["--request", "POST", "--limit-rate", "64k", "--upload-file", "/dev/zero"];
  const child = startCurl(...args, `${server.url}/upload`);
  assertEquals(await server.next(), "upload begins");
  child.kill("SIGKILL");
  await child.output();
  const end = await server.next();
  // Which of its words the host says depends on what it was just doing.
  const words = /^upload (fails: (BadResource|Http: unexpected EOF)|is cancelled: the client)/;
  assert(words.test(end), end);
});

/** Asserts that a download which has begun is complete although the server is told to end. */
function testTermination(name: string, path: string, rate: string, size: number): void {
  Deno.test(`SIGTERM lets ${name}, and refuses others meanwhile`, async () => {
    await using server = await Served.start();
    const args = ["--limit-rate", rate, `${server.url}${path}`];
    let refused: Promise<void> | undefined;
    let isOver = false;
    const fetched = await download(args, () => {
      server.terminate();
      refused = untilRefused(server).then(() => assert(!isOver, "it must be refused meanwhile"));
    });
    isOver = true;
    await refused;
    assertEquals(fetched, { code: 0, size, stderr: "" });
    const { code, stderr, lines } = await server.end();
    assertEquals({ code, stderr }, { code: 143, stderr: "" });
    const body = path.startsWith("/drip") ? ["body begins", "body ends"] : [];
    assertEquals(lines, body);
  });
}

testTermination("a slow body be sent to its end", "/drip?pieces=40&pause=20", "100M", 400_000);
testTermination(
  "a slow reader have all of a stream",
  "/drip?pieces=3000&pause=0",
  "12M",
  30_000_000,
);
testTermination(
  "a slow reader have all of a whole body",
  "/whole?bytes=30000000",
  "8M",
  30_000_000,
);

Deno.test("SIGTERM with nobody there ends the program at once, with 143", async () => {
  await using server = await Served.start();
  assertEquals((await curl(`${server.url}/hello`)).stdout, "hello\n");
  server.terminate();
  assertEquals(await server.end(), { code: 143, stderr: "", lines: [] });
});
