import {
  asyncGenerator,
  type Coroutine,
  type ExceptionContext,
  mapConcurrent,
  run,
} from "../../mod.ts";
import { sleep, VirtualClock } from "../../mod.ts";
import { closeAtEnd } from "../../lowlevel.ts";
import { assertEquals } from "../assert.ts";
import { Boom } from "./trial.ts";

/** Runs a program; gives what was reported. */
async function reportsOf(main: () => Coroutine<void>): Promise<string[]> {
  const reports: ExceptionContext[] = [];
  const onError = (context: ExceptionContext) => void reports.push(context);
  await run(main, { clock: new VirtualClock(), onError });
  return reports.map(({ message, exception }) => `${message}: ${(exception as Error).message}`);
}

/** A resource that takes time to close, and notes that. */
function resource(name: string, notes: string[]) {
  return {
    *close(): Coroutine<void> {
      yield* sleep(1);
      notes.push(name);
    },
  };
}

Deno.test("what is open at the end of a run is closed, in the order in which it was opened", async () => {
  const notes: string[] = [];
  await reportsOf(function* () {
    closeAtEnd(resource("a", notes), "a");
    const forget = closeAtEnd(resource("b", notes), "b");
    closeAtEnd({
      // deno-lint-ignore require-yield -- it has nothing to wait for
      *close() {
        notes.push("c");
        closeAtEnd(resource("d", notes), "d");
      },
    }, "c");
    forget();
    yield* sleep(1);
  });
  assertEquals(notes, ["a", "c", "d"]);
});

Deno.test("an error of closing is reported by what was closed, and the others are closed all the same", async () => {
  const notes: string[] = [];
  const failing = {
    // deno-lint-ignore require-yield -- it fails at once
    *close(): Coroutine<void> {
      throw new Boom("not closed");
    },
  };
  const reports = await reportsOf(function* () {
    closeAtEnd(failing, "the failing one");
    closeAtEnd(resource("other", notes), "other");
    yield* sleep(1);
  });
  assertEquals(reports, ["Could not close the failing one at the end of the run: not closed"]);
  assertEquals(notes, ["other"]);
});

Deno.test("a generator and a mapping that are left half-way are reported each as what it is", async () => {
  const source = {
    *[Symbol.iterator]() {
      try {
        yield 1;
        yield 2;
      } finally {
        // deno-lint-ignore no-unsafe-finally -- it fails as it is closed
        throw new Boom("source");
      }
    },
  };
  const reports = await reportsOf(function* () {
    const generator = asyncGenerator<number>(function* (emit) {
      try {
        yield* emit(1);
      } finally {
        // deno-lint-ignore no-unsafe-finally -- it fails as it is closed
        throw new Boom("generator");
      }
    });
    yield* generator.next();
    yield* mapConcurrent(source, function* (n) {
      yield* sleep(1);
      return n;
    }, { limit: 1 }).next();
  });
  assertEquals(reports.filter((report) => report.startsWith("Could not")), [
    "Could not close the asynchronous generator at the end of the run: generator",
    "Could not close mapConcurrent() at the end of the run: source",
  ]);
});
