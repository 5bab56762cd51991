import { assert, assertEquals } from "../assert.ts";
import { startWorkerd, WITH_NODE_COMPAT, WITHOUT_NODE_COMPAT, type Workerd } from "./workerd.ts";

/** Counts the requests that overlap. */
const REQUESTS = 1_000;

/** Asks the worker for something. */
async function ask(workerd: Workerd, route: string): Promise<unknown> {
  const response = await fetch(`${workerd.address}/${route}`);
  const value = await response.json();
  assertEquals(response.status, 200, String(value));
  return value;
}

/** Asks for much at once, and asserts that each answer is made of the request's own parts. */
async function assertOverlap(workerd: Workerd, route: string): Promise<void> {
  const ids = Array.from({ length: REQUESTS }, (_, id) => id);
  const answers = await Promise.all(ids.map((id) => ask(workerd, `${route}/${id}`)));
  for (const id of ids) {
    const own = [1, 2, 3].map((part) => `answer to /${id}/${part}`);
    assertEquals(answers[id], [...own, "timed out", "in time", `main ${id}`]);
  }
}

/** Opens streams and leaves them; returns how their runs have ended. */
async function leaveStreams(workerd: Workerd, count: number): Promise<unknown> {
  const client = new AbortController();
  for (let n = 0; n < count; n++) {
    const { body } = await fetch(`${workerd.address}/stream`, { signal: client.signal });
    const { value } = await body!.pipeThrough(new TextDecoderStream()).getReader().read();
    assert(value?.startsWith("beat"), value);
  }
  client.abort();
  for (;;) {
    const gone = await ask(workerd, "gone") as { cleaned: number };
    if (gone.cleaned === count) return gone;
  }
}

for (
  const [kind, date] of [
    ["with nodejs_compat", WITH_NODE_COMPAT],
    ["without nodejs_compat", WITHOUT_NODE_COMPAT],
  ]
) {
  Deno.test(`${REQUESTS} requests overlap in workerd, each with its own run (${kind})`, async () => {
    await using workerd = await startWorkerd(date);
    assertEquals(await ask(workerd, "engine"), ["wasm", null]);
    await assertOverlap(workerd, "work");
  });

  Deno.test(`a clock that stands still neither hangs nor spins a worker (${kind})`, async () => {
    await using workerd = await startWorkerd(date);
    const { turns, order } = await ask(workerd, "still") as { turns: number; order: number[] };
    assertEquals(order, [10, 20, 30]);
    assert(turns < 30, `four deadlines took ${turns} turns`);
  });

  Deno.test(`a client that leaves a stream ends its run in workerd (${kind})`, async () => {
    await using workerd = await startWorkerd(date);
    const gone = await leaveStreams(workerd, 20);
    assertEquals(gone, { begun: 20, cancelled: 0, failed: 20, cleaned: 20 });
  });

  Deno.test(`request.signal cancels a run when its client leaves (${kind})`, async () => {
    await using workerd = await startWorkerd(date, ["enable_request_signal"]);
    const gone = await leaveStreams(workerd, 20);
    assertEquals(gone, { begun: 20, cancelled: 20, failed: 0, cleaned: 20 });
  });
}

Deno.test(`${REQUESTS} native requests overlap in workerd, each with its own run`, async () => {
  await using workerd = await startWorkerd(WITH_NODE_COMPAT);
  await assertOverlap(workerd, "native");
  assertEquals(await ask(workerd, "refused"), "native code was followed");
});

Deno.test(`${REQUESTS} requests in workerd each see their own value of async context`, async () => {
  await using workerd = await startWorkerd(WITH_NODE_COMPAT);
  const ids = Array.from({ length: REQUESTS }, (_, id) => id);
  const answers = await Promise.all(ids.map((id) => ask(workerd, `context/${id}`)));
  const wrong = (answers as string[][]).flat();
  assertEquals(wrong.slice(0, 5), [], `${wrong.length} times another value was seen`);
});

Deno.test("native code is refused with a clear error in workerd without nodejs_compat", async () => {
  await using workerd = await startWorkerd(WITHOUT_NODE_COMPAT);
  const refused = await ask(workerd, "refused");
  assert(
    String(refused).startsWith("RuntimeError: Cannot await sleep(1) here"),
    `${refused}`,
  );
  await assertOverlap(workerd, "work"); // The others do not suffer.
});
