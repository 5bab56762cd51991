import { openConnection } from "../../io.ts";
import { createTask, isCancelled, until } from "../../mod.ts";
import { alternate } from "../../src/net/race_addresses.ts";
import { assert, assertEquals } from "../assert.ts";
import { caught, failure, type Program, trial } from "../futures/trial.ts";
import { replaced } from "../files/in_folder.ts";

/** The attempts to connect, as a test sees and ends them. */
class Dialing {
  readonly begun: string[] = [];
  readonly closed: string[] = [];
  readonly calledOff: string[] = [];
  readonly #ends = new Map<string, PromiseWithResolvers<unknown>>();

  readonly connect = ({ hostname, signal }: { hostname: string; signal: AbortSignal }) => {
    this.begun.push(hostname);
    const end = Promise.withResolvers<unknown>();
    this.#ends.set(hostname, end);
    signal.addEventListener("abort", () => this.calledOff.push(hostname));
    return end.promise;
  };

  answer(hostname: string): void {
    const remoteAddr = { transport: "tcp", hostname, port: 1 };
    const close = () => void this.closed.push(hostname);
    this.#ends.get(hostname)!.resolve({ remoteAddr, close });
  }

  refuse(hostname: string): void {
    this.#ends.get(hostname)!.reject(new Deno.errors.ConnectionRefused(hostname));
  }
}

const ADDRESSES = ["2001:db8::1", "2001:db8::2", "192.0.2.1"];

/** Lets the host's promises settle. */
function* turn(): Program {
  yield until(new Promise((resolve) => setTimeout(resolve)));
}

/** Lets a body see what is tried for a host with these addresses. */
function* dialing(
  body: (dialing: Dialing, open: () => ReturnType<typeof createTask>) => Program,
): Program {
  const attempts = new Dialing();
  yield* replaced("connect", attempts.connect, () =>
    body(attempts, () =>
      createTask(function* () {
        const lookup = () => ADDRESSES;
        const connection = yield* openConnection({ hostname: "weft.test", port: 1, lookup });
        const { hostname } = connection.remoteAddr as Deno.NetAddr;
        connection.abort();
        return hostname;
      })));
}

Deno.test("the families of addresses take turns, beginning with the first", () => {
  assertEquals(alternate(["::1", "::2", "1", "::3", "2"]), ["::1", "1", "::2", "2", "::3"]);
  assertEquals(alternate(["1", "::1", "::2"]), ["1", "::1", "::2"]);
  assertEquals(alternate(["1"]), ["1"]);
});

trial(
  "the next address is tried after 250 ms, and the loser is closed",
  function* (_as, { clock }) {
    yield* dialing(function* (attempts, open): Program {
      const task = open();
      yield* turn();
      assertEquals(attempts.begun, ["2001:db8::1"]);
      clock.advance(249);
      yield* turn();
      assertEquals(attempts.begun.length, 1);
      clock.advance(1);
      yield* turn();
      assertEquals(attempts.begun, ["2001:db8::1", "192.0.2.1"]);
      attempts.answer("192.0.2.1");
      assertEquals(yield task, "192.0.2.1");
      assertEquals(attempts.calledOff, ["2001:db8::1"]);
      attempts.answer("2001:db8::1"); // Too late.
      yield* turn();
      assertEquals(attempts.closed, ["192.0.2.1", "2001:db8::1"]);
      clock.advance(1000);
      yield* turn();
      assertEquals(attempts.begun.length, 2);
    });
  },
);

trial(
  "an address that fails makes the next begin at once; the first failure is thrown",
  function* () {
    yield* dialing(function* (attempts, open): Program {
      const task = open();
      for (const hostname of ["2001:db8::1", "192.0.2.1", "2001:db8::2"]) {
        yield* turn();
        assertEquals(attempts.begun.at(-1), hostname);
        attempts.refuse(hostname);
      }
      yield* failure(task, Deno.errors.ConnectionRefused, "2001:db8::1");
    });
  },
);

trial(
  "a cancellation calls off all attempts, and closes what comes later",
  function* (_as, { clock }) {
    yield* dialing(function* (attempts, open): Program {
      const task = open();
      yield* turn();
      clock.advance(250);
      yield* turn();
      task.cancel();
      assert(isCancelled(yield* caught(task)));
      assertEquals(attempts.calledOff, ["2001:db8::1", "192.0.2.1"]);
      attempts.answer("192.0.2.1");
      attempts.refuse("2001:db8::1");
      yield* turn();
      assertEquals(attempts.closed, ["192.0.2.1"]);
    });
  },
);

trial("a socket that arrives together with the cancellation is closed", function* () {
  for (let hops = 0; hops < 12; hops++) {
    yield* dialing(function* (attempts, open): Program {
      const task = open();
      yield* turn();
      attempts.answer("2001:db8::1");
      yield until((async () => {
        for (let hop = 0; hop < hops; hop++) await null;
        task.cancel(); // Before it was woken, before it has gone on, or too late.
      })());
      yield* caught(task);
      yield* turn();
      assertEquals(attempts.closed, ["2001:db8::1"], `after ${hops} hops`);
    });
  }
});
