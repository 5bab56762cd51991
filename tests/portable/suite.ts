/**
 * Says which tests are portable, and which of them a host cannot run.
 *
 * @module
 */

import type { Skip } from "./registry.ts";

/** Is the root of the tree. */
export const ROOT: URL = new URL("../../", import.meta.url);

/** Are the folders whose tests are all portable. */
const FOLDERS = [
  "tests/engine/",
  "tests/futures/",
  "tests/sync/",
  "tests/testing/",
  "tests/conformance/",
  "tests/conformance/fuzz/",
];
/** Are portable tests of the root folder. */
const FILES = ["tests/errors_test.ts"];

/** Names what a host may lack. */
export type Ability =
  | "async context"
  | "compiling"
  | "order of macrotasks"
  | "signals";

/** Lists all that a host may have. */
export const ALL_ABILITIES: readonly Ability[] = [
  "async context",
  "compiling",
  "order of macrotasks",
  "signals",
];

/** Is what some tests need of a host that not every host has. */
interface Need {
  readonly file: string;
  /** Matches the names of the tests; all of the file unless given. */
  readonly name?: RegExp;
  /** Is what they need; unless given, they need Deno itself. */
  readonly needs?: Ability;
  readonly why: string;
}

const IN_STACKS = "it finds sources by their paths in stacks, and a bundle has others";
const FOLLOWS_NATIVE = "it follows native code past what the library sees";

/** Lists what is skipped. What asks Deno or a process for something is skipped when it does. */
const NEEDS: readonly Need[] = [
  { file: "tests/testing/call_site_test.ts", why: IN_STACKS },
  {
    file: "tests/testing/leak_error_test.ts",
    name: /says where a leaked task was created/,
    why: IN_STACKS,
  },
  {
    file: "tests/testing/test_cases_test.ts",
    name: /under deno test|test\.only|the host has no tests/,
    why: "it is about Deno's own test runner",
  },
  {
    file: "tests/conformance/conformance_test.ts",
    name: /^eager: .*, native async$/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/engine/async_context_test.ts",
    name: /across native awaits/,
    needs: "async context",
    why: "it is about async context",
  },
  {
    file: "tests/engine/host_test.ts",
    name: /holds one host timer|fires early/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/futures/aside_test.ts",
    name: /^a native task/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/engine/core_pool_test.ts",
    needs: "compiling",
    why: "it compiles WebAssembly while it runs",
  },
  {
    file: "tests/engine/host_test.ts",
    name: /findSoon\(\) prefers/,
    needs: "order of macrotasks",
    why: "the host puts macrotasks before microtasks",
  },
  {
    file: "tests/futures/step_test.ts",
    name: /a foreign promise is cancelled at its next/,
    needs: "order of macrotasks",
    why: "it counts the host's turns",
  },
  {
    file: "tests/engine/signals_test.ts",
    name: /the host refuses a signal/,
    needs: "signals",
    why: "it listens to signals",
  },
  {
    file: "tests/futures/until_test.ts",
    name: /native async function that a generator calls|native code .* slept|native code .* sleeps/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/futures/operation_test.ts",
    name: /at once by native code/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/futures/step_test.ts",
    name: /whatever it awaits|foreign promise is cancelled|tasks of two loops/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/futures/task_end_test.ts",
    name: /^a race|^a task that ends|^an eager generator/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/futures/task_group_test.ts",
    name: /from an eager child .*\(native async\)/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/futures/task_test.ts",
    name: /^Task that is eager .*\(native async\)/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/sync/wait_queue_test.ts",
    name: /several lines at once/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
];

/** Lists the portable test files: their paths from the root. */
export function portableFiles(): string[] {
  const found = FOLDERS.flatMap((folder) => {
    try {
      return Array.from(Deno.readDirSync(new URL(folder, ROOT)), ({ name }) => folder + name);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  });
  return [...FILES, ...found.filter((path) => path.endsWith("_test.ts"))].sort();
}

/** Lists what a host cannot run of a file. */
export function skipsOf(file: string, abilities: readonly Ability[]): Skip[] {
  return NEEDS.filter((need) => need.file === file)
    .filter(({ needs }) => needs === undefined || !abilities.includes(needs))
    .map(({ name = /^/, why }) => ({ name, why }));
}
