import { getRunningLoop } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { RawClient } from "./raw_client.ts";
import { eventually, fetchText, type Serving, serving } from "./serving.ts";

/** More than the system takes for a peer that does not read. */
const TOO_MUCH = 50_000_000;

/** A handler whose bodies are chunks that are too much, and what became of them. */
class LargeBodies {
  pulled = 0;
  readonly reasons: string[] = [];

  readonly handler = (request: Request): Response => {
    if (request.url.endsWith("/quick")) return new Response("quick");
    return new Response(
      new ReadableStream({
        pull: (controller) => {
          this.pulled++;
          controller.enqueue(new Uint8Array(TOO_MUCH));
        },
        cancel: (reason) => void this.reasons.push(reason.message),
      }, { highWaterMark: 0 }),
    );
  };
}

/** Finds what the only request waits for. */
function findWait(): string {
  const isRequest = ({ name }: { name: string }) => name.startsWith("GET ");
  return `${[...getRunningLoop().allTasks()].find(isRequest)?.waitingOn}`;
}

/** Waits until the host wants no more of a body. */
async function stalled(bodies: LargeBodies): Promise<void> {
  let pulled = 0;
  let since = 0;
  await eventually("a full connection", () => {
    if (pulled !== bodies.pulled || findWait() !== "the client to take more of the response") {
      since = 0;
    }
    pulled = bodies.pulled;
    return pulled > 0 && since++ > 1000;
  });
}

/** Asks for a large body, and takes only the head of the response. */
async function ask(serving: Serving): Promise<RawClient> {
  const client = await RawClient.ask(serving.server, "/large");
  await client.until("\r\n\r\n");
  return client;
}

for (const [name, sendTimeout, ms] of [["by default", undefined, 30_000], ["as told", 50, 50]]) {
  Deno.test(`a client that takes nothing gives its place back in time (${name})`, async () => {
    const bodies = new LargeBodies();
    const options = { limit: 1, sendTimeout: sendTimeout as number | undefined };
    await serving(bodies.handler, options, async (serving) => {
      const { server, clock } = serving;
      using _stalled = await ask(serving);
      await stalled(bodies);
      const quick = fetchText(server, "/quick");
      await eventually("the second request", () => server.statistics().waiting === 1);
      clock.advance(ms as number - 1);
      await new Promise((resolve) => void setTimeout(resolve, 0));
      assertEquals(server.active, 1);
      clock.advance(1);
      assertEquals(await quick, [200, "quick"]);
      assertEquals(bodies.reasons, ["the client does not take the response"]);
      assertEquals(server.statistics().failed, 0);
    });
  });
}

Deno.test("a client that takes some of its response has the whole time again", async () => {
  const bodies = new LargeBodies();
  await serving(bodies.handler, { sendTimeout: 100 }, async (serving) => {
    using client = await ask(serving);
    for (let times = 0; times < 3; times++) {
      await stalled(bodies);
      serving.clock.advance(99);
      assertEquals(serving.server.active, 1);
      for (const { pulled } = bodies; bodies.pulled === pulled;) await client.readSome();
    }
    client.close();
    await eventually("its end", () => serving.server.active === 0);
    assertEquals(bodies.reasons, ["the client has gone"]);
  });
});

Deno.test("a response that has nothing to send is not bounded, nor one without a bound", async () => {
  const quiet = () =>
    new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([65])) }),
    );
  await serving(quiet, { sendTimeout: 100 }, async ({ server, clock }) => {
    using client = await RawClient.ask(server, "/");
    await client.until("A\r\n");
    const isWaiting = () => findWait().includes("next chunk");
    await eventually("the wait for a chunk", isWaiting);
    clock.advance(1e9);
    await new Promise((resolve) => void setTimeout(resolve, 0));
    assert(server.active === 1 && isWaiting());
    client.close();
    await eventually("its end", () => server.active === 0);
  });
  const bodies = new LargeBodies();
  await serving(bodies.handler, { sendTimeout: Infinity }, async (serving) => {
    using client = await ask(serving);
    await stalled(bodies);
    serving.clock.advance(1e9);
    await new Promise((resolve) => void setTimeout(resolve, 0));
    assertEquals(serving.server.active, 1);
    client.close();
    await eventually("its end", () => serving.server.active === 0);
  });
});
