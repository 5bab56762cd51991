import { each, sleep } from "../../mod.ts";
import { ClientResponseError, eventSource, type ServerEvent } from "../../web.ts";
import { assertEquals } from "../assert.ts";
import { failure, type Program } from "../futures/trial.ts";
import { served } from "./served.ts";

served("eventSource() goes on after each break, until there are no more", function* (url, as) {
  const seen: ServerEvent[] = [];
  const body = as(function* (event: ServerEvent): Program {
    yield sleep(0);
    seen.push(event);
  });
  yield each(eventSource(`${url}/events/5`), body);
  assertEquals(
    seen,
    [1, 2, 3, 4, 5, 6].map((n) => ({ event: "count", data: `${n}`, id: `${n}` })),
  );
});

served(
  "eventSource() throws what asking again cannot help, and is left at any time",
  function* (url) {
    yield* failure(eventSource(`${url}/status/404`).next(), ClientResponseError);
    const source = eventSource(`${url}/events/9`, { lastEventId: "3" });
    const step: IteratorResult<ServerEvent> = yield source.next();
    assertEquals(step.value?.data, "4");
    source.close();
    assertEquals(yield source.next(), { done: true, value: undefined });
  },
);
