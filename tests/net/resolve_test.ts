import { resolve } from "../../io.ts";
import { createTask, isCancelled, sleep, until } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, failure, type Program, trial } from "../futures/trial.ts";
import { serving } from "./name_server.ts";

const text = (words: string) => [words.length, ...new TextEncoder().encode(words)];
const ZONE = {
  "weft.test A": [[192, 0, 2, 1], [192, 0, 2, 2]],
  "weft.test MX": [[0, 10, 4, 109, 97, 105, 108, 0]],
  "weft.test TXT": [[...text("one"), ...text("two")]],
};

trial("records of a name are given, by their type", function* () {
  yield* serving(ZONE, function* ({ port }): Program {
    const server = { hostname: "127.0.0.1", port };
    const addresses: string[] = yield resolve("weft.test.", "A", server);
    assertEquals(addresses.sort(), ["192.0.2.1", "192.0.2.2"]);
    const mail = { preference: 10, exchange: "mail." };
    assertEquals(yield resolve("weft.test.", "MX", server), [mail]);
    assertEquals(yield resolve("weft.test.", "TXT", server), [["one", "two"]]);
    yield* failure(resolve("other.test.", "A", server), Deno.errors.NotFound);
  });
});

trial("a cancelled question ends at once", function* () {
  yield* serving(undefined, function* ({ port, asked }): Program {
    const task = createTask(function* () {
      yield* resolve("weft.test.", "A", { hostname: "127.0.0.1", port });
    });
    while (asked() === 0) yield until(new Promise((resolve) => setTimeout(resolve, 1)));
    task.cancel();
    assert(isCancelled(yield* caught(task)));
  });
});

trial("resolve() refuses what makes no sense", function* () {
  const ask = (...args: unknown[]) => () => resolve(...args as Parameters<typeof resolve>);
  assertThrows(ask(5, "A"), TypeError, "name must be a string: 5");
  assertThrows(ask("a", "B"), RangeError, 'type must be "A",');
  assertThrows(ask("a"), TypeError, "undefined");
  assertThrows(ask("a", "A", { hostname: 5 }), TypeError, "hostname");
  assertThrows(ask("a", "A", { hostname: "::1", port: 0 }), RangeError, "port");
  assertThrows(ask("a", "A", { port: 53 }), TypeError, "give its hostname: 53");
  assertThrows(ask("a", "A", { server: "" }), TypeError, '"server"');
  yield sleep(0);
});
