import { type ClientResponse, ClientSession, eventSource } from "../../../io.ts";
import { createTask, each, sleep, until, wait } from "../../../mod.ts";
import { assertEquals } from "../../assert.ts";
import { type Program, trial } from "../../futures/trial.ts";

/** Lets the host have a turn. */
function hostTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Makes a `fetch` that heeds no signal, and says when its body has cleaned up. */
function deafFetch(): { fetch: () => Promise<Response>; cleanedUp: Promise<void> } {
  const { promise: cleanedUp, resolve: cancel } = Promise.withResolvers<void>();
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    await hostTurn();
    controller.enqueue(new TextEncoder().encode(":\n"));
  };
  const headers = { "content-type": "text/event-stream" };
  const body = () => new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
  const fetch = async () => {
    await hostTurn();
    return new Response(body(), { headers });
  };
  return { fetch, cleanedUp };
}

const WAYS: Record<string, (session: ClientSession) => Generator<unknown, void, never>> = {
  "before it came": function* (session) {
    yield session.get("http://a/");
  },
  unread: function* (session) {
    ((yield session.get("http://a/")) as ClientResponse).release();
  },
  "in pieces": function* (session) {
    using response: ClientResponse = yield session.get("http://a/");
    yield each(response, () => sleep(0));
  },
  "as a whole": function* (session) {
    using response: ClientResponse = yield session.get("http://a/");
    yield response.text();
  },
  "as events": function* (session) {
    yield each(eventSource("http://a/", { session }), () => sleep(0));
  },
};

for (const [way, program] of Object.entries(WAYS)) {
  trial(`a body that heeds no signal is let clean up: ${way}`, function* (as) {
    const { fetch, cleanedUp } = deafFetch();
    using session = new ClientSession({ fetch });
    const task = createTask(as(() => program(session) as Program));
    if (way === "before it came") yield sleep(0);
    else for (let turn = 0; turn < 10; turn++) yield until(hostTurn());
    task.cancel();
    yield wait([task]);
    yield until(cleanedUp);
    assertEquals(session.statistics(), { active: 0, waiting: 0 });
  });
}
