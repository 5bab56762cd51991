/**
 * Says which tests are portable, and which of them a host cannot run.
 *
 * @module
 */

import type { Skip } from "./registry.ts";

/** The root of the tree. */
export const ROOT: URL = new URL("../../", import.meta.url);

/** The folders whose tests are all portable. */
const FOLDERS = [
  "tests/engine/",
  "tests/futures/",
  "tests/futures/strands/",
  "tests/sync/",
  "tests/pool/",
  "tests/resilience/",
  "tests/flow/",
  "tests/http/cookies/",
  "tests/http/fetch/",
  "tests/web/",
  "tests/testing/",
  "tests/conformance/",
  "tests/conformance/fuzz/",
];
/** Are portable tests of other folders. */
const FILES = [
  "tests/errors_test.ts",
  "tests/http/client/line_splitter_test.ts",
  "tests/http/events/event_parser_test.ts",
  "tests/http/websocket/messages_test.ts",
];

/** Names what a host may lack. */
export type Ability =
  | "WebSocket"
  | "async context"
  | "compiling"
  | "ending when stuck"
  | "entering contexts"
  | "order of macrotasks"
  | "signals";

/** Lists all that a host may have. */
export const ALL_ABILITIES: readonly Ability[] = [
  "WebSocket",
  "async context",
  "compiling",
  "ending when stuck",
  "entering contexts",
  "order of macrotasks",
  "signals",
];

/** Lists what the oldest Node has. */
export const OF_OLDEST_NODE: readonly Ability[] = ALL_ABILITIES.filter((it) => it !== "WebSocket");

/** Lists what Bun has. */
export const OF_BUN: readonly Ability[] = ALL_ABILITIES.filter((it) => it !== "ending when stuck");

/** What some tests need of a host that not every host has. */
interface Need {
  readonly file: string;
  /** Matches the names of the tests; all of the file unless given. */
  readonly name?: RegExp;
  /** What they need; unless given, they need Deno itself. */
  readonly needs?: Ability;
  readonly why: string;
}

const IN_STACKS = "it finds sources by their paths in stacks, and a bundle has others";
const ABOUT_CONTEXT = "it is about async context";
const ENTERS = "it sets values by enterWith(), which the host refuses";
const SIDE_BY_SIDE = "it has strands side by side, which async context alone tells apart";
const FOLLOWS_NATIVE = "it follows native code past what the library sees";

const IS_SERVED = "its server is Deno's";

const OPENS = "the host has no WebSocket";

/** Lists what is skipped. What asks Deno or a process for something is skipped when it does. */
const NEEDS: readonly Need[] = [
  {
    file: "tests/http/fetch/fetch_bodies_test.ts",
    name: /stream that awaits the library|nobody wants the rest|tells a log/,
    needs: "async context",
    why: "a stream awaits the library in code that the host calls",
  },
  {
    file: "tests/http/fetch/fetch_handler_test.ts",
    name: /overlap.*\(native async\)/,
    needs: "async context",
    why: "it has native code of several loops at once, which async context alone tells apart",
  },
  { file: "tests/web/connect_web_socket_test.ts", needs: "WebSocket", why: OPENS },
  { file: "tests/testing/call_site_test.ts", why: IN_STACKS },
  ...["tests/futures/never_awaited_test.ts", "tests/testing/never_awaited_test.ts"].map((
    file,
  ): Need => ({ file, name: /tells the lines? /, why: IN_STACKS })),
  { file: "tests/futures/mistakes_test.ts", name: /tells the line of/, why: IN_STACKS },
  { file: "tests/futures/mistakes_test.ts", name: /^requests of a session/, why: IS_SERVED },
  {
    file: "tests/testing/leak_error_test.ts",
    name: /says where a leaked task was created/,
    why: IN_STACKS,
  },
  { file: "tests/sync/holders_test.ts", name: /where each task was created/, why: IN_STACKS },
  { file: "tests/futures/never_awaited_test.ts", name: /tells (a|the) line/, why: IN_STACKS },
  { file: "tests/futures/mistakes_test.ts", name: /holds up a timeout/, why: IN_STACKS },
  { file: "tests/futures/strands/race_test.ts", name: /reports a loser/, why: IN_STACKS },
  { file: "tests/testing/never_awaited_test.ts", name: /^a test in debug mode/, why: IN_STACKS },
  {
    file: "tests/testing/test_cases_test.ts",
    name: /under deno test|test\.only|the host has no tests/,
    why: "it is about Deno's own test runner",
  },
  {
    file: "tests/engine/host_test.ts",
    name: /^Deno's own macrotasks/,
    why: "it is about Deno's own functions",
  },
  {
    file: "tests/futures/deadlock_test.ts",
    name: /ended by Deno|Deno alone knows/,
    why: "it is about how Deno ends a program",
  },
  {
    file: "tests/conformance/conformance_test.ts",
    name: /^eager: .*, native async$/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/engine/async_context_test.ts",
    name: /\(direct\)|Deno's own functions first/,
    why: "it is about Deno's own functions",
  },
  {
    file: "tests/engine/async_context_test.ts",
    name: /\(public|the public means/,
    needs: "async context",
    why: ABOUT_CONTEXT,
  },
  {
    file: "tests/engine/async_context_test.ts",
    name: /keeps what is set \(public/,
    needs: "entering contexts",
    why: ENTERS,
  },
  ...["callbacks", "cancel", "left_behind", "promise_all", "race", "random_strands", "scopes"].map((
    part,
  ): Need => ({
    file: `tests/futures/strands/${part}_test.ts`,
    needs: "async context",
    why: SIDE_BY_SIDE,
  })),
  {
    file: "tests/futures/strands/by_hand_test.ts",
    name: /^catch\(\) by hand hears/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/futures/deadlock_test.ts",
    name: /^a deadlock of strands/,
    needs: "async context",
    why: SIDE_BY_SIDE,
  },
  {
    file: "tests/futures/inspection_test.ts",
    name: /^what waits and what is waited for/,
    needs: "async context",
    why: SIDE_BY_SIDE,
  },
  {
    file: "tests/futures/mistakes_test.ts",
    name: /^a timeout over a bare promise gives/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  {
    file: "tests/futures/never_awaited_test.ts",
    name: /strands that are awaited together/,
    needs: "async context",
    why: SIDE_BY_SIDE,
  },
  {
    file: "tests/testing/never_awaited_test.ts",
    name: /never awaits an async function|that awaits all it makes/,
    needs: "async context",
    why: SIDE_BY_SIDE,
  },
  {
    file: "tests/testing/test_scope_test.ts",
    name: /stuck for ever .*\(native async\)/,
    needs: "async context",
    why: FOLLOWS_NATIVE,
  },
  ...["", "_callbacks", "_strands"].map((part): Need => ({
    file: `tests/futures/async_context${part}_test.ts`,
    needs: "async context",
    why: ABOUT_CONTEXT,
  })),
  ...["", "_strands"].map((part): Need => ({
    file: `tests/futures/async_context${part}_test.ts`,
    name: /what .* sets/,
    needs: "entering contexts",
    why: ENTERS,
  })),
  {
    file: "tests/futures/async_context_callbacks_test.ts",
    name: /^a handler of a signal/,
    needs: "signals",
    why: "it sends itself a signal",
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
    file: "tests/engine/host_test.ts",
    name: /^Deno's own macrotasks and timers/,
    why: "it is about Deno's own functions",
  },
  {
    file: "tests/futures/deadlock_test.ts",
    name: /is ended by Deno|that Deno alone knows/,
    why: "it is about how Deno ends a program",
  },
  {
    file: "tests/futures/deadlock_test.ts",
    name: /in an await at its top level ends/,
    needs: "ending when stuck",
    why: "the host does not end a program that awaits at its top level",
  },
  {
    file: "tests/futures/mistakes_test.ts",
    name: /^requests of a session/,
    why: "it serves HTTP, as Deno alone does",
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
    name:
      /the host refuses a signal|^one listener of|in progress once|comes just after|^a Runner listens|^a listener added/,
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
    file: "tests/pool/use_test.ts",
    name: /what one strand used/,
    needs: "async context",
    why: SIDE_BY_SIDE,
  },
  {
    file: "tests/resilience/paced_call_test.ts",
    name: /the host's values/,
    needs: "async context",
    why: ABOUT_CONTEXT,
  },
  {
    file: "tests/futures/rings_test.ts",
    name: /in several strands/,
    needs: "async context",
    why: SIDE_BY_SIDE,
  },
  {
    file: "tests/flow/stage_test.ts",
    name: /^two strands/,
    needs: "async context",
    why: SIDE_BY_SIDE,
  },
  {
    file: "tests/resilience/random_test.ts",
    name: /^several strands/,
    needs: "async context",
    why: SIDE_BY_SIDE,
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
