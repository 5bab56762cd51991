/**
 * Tests for the test runner of the host.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { checkBody, checkOptions, checkString, show } from "../lowlevel.ts";
import { CallSite } from "./call_site.ts";
import { exploreAt, type Seeds } from "./explore.ts";
import type { StepHost } from "./test_scope.ts";
import { RUN_OPTIONS, runAt, type RunTestOptions, type TestBody } from "./trial.ts";

/** Options of a test. */
export interface TestOptions extends Omit<RunTestOptions, "name"> {
  /** The schedules to run it under: so many, or those of these seeds. */
  seeds?: Seeds | undefined;
  /** Whether to skip it. */
  ignore?: boolean | undefined;
  /** The permissions it runs with, as `Deno.test` takes them. */
  permissions?: unknown;
  /** Whether operations of the host that it leaves behind fail it, as for `Deno.test`. */
  sanitizeOps?: boolean | undefined;
  /** Whether resources of the host that it leaves behind fail it, as for `Deno.test`. */
  sanitizeResources?: boolean | undefined;
}

/** A function that registers a test. */
export type RegisterTest = (name: string, body: TestBody, options?: TestOptions) => void;

/** The function that registers tests, and its variants. */
export interface Test extends RegisterTest {
  /** The one for a test that alone is run; the whole then fails, lest it be forgotten. */
  readonly only: RegisterTest;
  /** The one for a test that is skipped. */
  readonly ignore: RegisterTest;
  /** The one for a test that is skipped. */
  readonly skip: RegisterTest;
}

/** A test as the host takes it. */
interface Definition {
  readonly name: string;
  readonly fn: (context: StepHost) => Promise<void>;
}

/** What this file needs of the host. */
interface Host {
  Deno?: { test?: (definition: Definition) => void };
}

/**
 * Registers a test whose body is a coroutine, on a loop and a virtual clock of its own.
 *
 * See {@linkcode runTest} for what fails it. With `seeds` it is run under as many schedules: see
 * {@linkcode explore}. `test.only`, `test.ignore` and `test.skip` are those of `Deno.test`. Other
 * hosts have none: use `runTest` in their runners.
 *
 * ```ts
 * import { createTask, sleep } from "@weft/weft";
 * import { runTest, test, type TestBody } from "@weft/weft/testing.ts";
 *
 * const body: TestBody = async ({ clock }) => {
 *   const sleeper = createTask(() => sleep(60_000, "awake"));
 *   console.assert(await sleeper === "awake");
 *   console.assert(clock.now() === 60_000);
 * };
 *
 * test("a sleeper wakes in time", body);
 * Deno.test("the same, by hand", async () => void await runTest(body));
 * ```
 */
export const test: Test = Object.assign(registerWith({}), {
  only: registerWith({ only: true }),
  ignore: registerWith({ ignore: true }),
  skip: registerWith({ ignore: true }),
});

/** The options of a test, which has its name otherwise. */
const TEST_OPTIONS = [
  ...RUN_OPTIONS.filter((name) => name !== "name"),
  "seeds",
  "ignore",
  "permissions",
  "sanitizeOps",
  "sanitizeResources",
];

/** Makes a function that registers tests. */
function registerWith(fixed: { only?: boolean; ignore?: boolean }): RegisterTest {
  return (name, body, options = {}) => {
    checkString("name", name);
    checkBody(body);
    checkOptions("a test", options, TEST_OPTIONS);
    const { seeds, ignore, permissions, sanitizeOps, sanitizeResources, ...rest } = options;
    if (seeds !== undefined && rest.schedule !== undefined) {
      throw new TypeError(
        "Cannot use both seeds and schedule, leave one out: schedule replays one of the seeds",
      );
    }
    const host = { ignore, permissions, sanitizeOps, sanitizeResources, ...fixed };
    const given = Object.entries(host).filter(([, value]) => value !== undefined);
    const site = new CallSite(true);
    const fn = async (context: StepHost) => {
      if (seeds !== undefined) return await exploreAt(site, seeds, body, { ...rest, name });
      await runAt(site, body, { ...rest, name }, context);
    };
    register({ ...Object.fromEntries(given), name, fn });
  };
}

/** Hands a test over to the host. */
function register(definition: Definition): void {
  const { Deno: host } = globalThis as Host;
  if (typeof host?.test !== "function") {
    throw new RuntimeError(
      `Cannot register ${
        show(definition.name)
      }: this host has no Deno.test, use runTest() in its test runner`,
    );
  }
  host.test(definition);
}
