/**
 * The examples that fetch and that use other threads do what they say, in both front ends.
 *
 * @module
 */

import * as childProcess from "../examples/child_process.ts";
import * as cpuInAThread from "../examples/cpu_in_a_thread.ts";
import * as echoServer from "../examples/echo_server.ts";
import * as gatherPages from "../examples/gather_pages.ts";
import * as manyRequests from "../examples/many_requests.ts";
import type { Example } from "../examples/run_example.ts";
import * as serviceAndScraper from "../examples/service_and_scraper.ts";
import * as sharedConnection from "../examples/shared_connection.ts";
import * as timedPages from "../examples/timed_pages.ts";
import * as untrustedCode from "../examples/untrusted_code.ts";
import { readNotes, RECORD } from "../docs/site/demo_picture.ts";
import { run } from "../mod.ts";
import { assert, assertEquals } from "./assert.ts";

const ROOT = new URL("../", import.meta.url);

/** Defines a test per front end: what the example prints, without times. */
function prints(file: string, example: Example, check: (lines: string[]) => void): void {
  for (const frontEnd of ["generator", "native"] as const) {
    Deno.test(`examples/${file} does what it says (${frontEnd})`, async () => {
      const lines: string[] = [];
      await run(() => example[frontEnd]((line) => void lines.push(line)), { signals: [] });
      check(lines);
    });
  }
}

/** Runs a command of Deno at the root; gives its status and what it printed. */
async function deno(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

prints("gather_pages.ts", gatherPages, (lines) => {
  const contents = ["com", "org", "net"].map((page) =>
    `Content from ${page}: This is the page /${page}. It has a lot of t...`
  );
  assertEquals(lines, contents);
});

prints("timed_pages.ts", timedPages, (lines) => {
  assertEquals(lines.slice(0, 3), ["com", "org", "net"].map((page) => `Fetching ${page}...`));
  const finished = lines.slice(3, 6).map((line) => line.replace(/in [\d.]+ s/, "in some s"));
  assertEquals(finished.toSorted(), [
    "Finished com in some seconds.",
    "Finished net in some seconds.",
    "Finished org in some seconds.",
  ]);
  assertEquals(lines.slice(6), ["All fetched: com, org, net"]);
});

prints("many_requests.ts", manyRequests, (lines) => {
  assertEquals(lines, ["100 pages; the last: This is the page /99"]);
});

prints("service_and_scraper.ts", serviceAndScraper, (lines) => {
  assertEquals(lines, ["9 items, together 450", "At most 3 requests at a time"]);
});

prints("echo_server.ts", echoServer, (lines) => {
  const heard = ["Ada", "Bob", "Cyd"].flatMap((name) =>
    ["HELLO", "GOODBYE"].map((word) => `${name} hears: ${word} FROM ${name.toUpperCase()}`)
  );
  assertEquals(lines.slice(0, -1).toSorted(), heard.toSorted());
  assertEquals(lines[0], "Ada hears: HELLO FROM ADA");
  assertEquals(lines.at(-1), "3 connections are over");
});

prints("shared_connection.ts", sharedConnection, (lines) => {
  assertEquals(lines, [
    "easy: the easy answer",
    "hard: it took too long",
    "short: the short answer",
    "2 connections, one after the other",
  ]);
});

prints("child_process.ts", childProcess, (lines) => {
  assertEquals(lines, [
    "the square of 3 is 9",
    "the square of 4 is 16",
    "the shell ended with 0",
    "sorted: apple, fig, pear",
    "sleep took too long: SIGTERM",
  ]);
});

prints("cpu_in_a_thread.ts", cpuInAThread, (lines) => {
  assertEquals(lines.at(-1), "78498 primes below 1000000");
  assert(lines.length > 1, "the loop must have ticked meanwhile");
  assertEquals(new Set(lines.slice(0, -1)), new Set(["tick"]));
});

prints("untrusted_code.ts", untrustedCode, (lines) => {
  assertEquals(lines, [
    "a total gave 7",
    "a slip failed: TypeError, Cannot read properties of undefined (reading 'toString')",
    "an endless loop took too long",
    "a hungry one was ended: memory",
    'a thief failed: NotCapable, Requires read access to "/etc/passwd"',
    'a spy failed: NotCapable, Requires net access to "example.com',
    "a gossip failed: TypeError, A remote specifier was requested",
  ]);
});

Deno.test("examples/tested_coroutine_test.ts passes in no time", async () => {
  const { code, out, err } = await deno("test", "--no-prompt", "examples/tested_coroutine_test.ts");
  assert(code === 0 && out.includes("2 passed"), out + err);
});

Deno.test("deno task demo shows a limit, a cancellation and another thread, in time", async () => {
  const start = performance.now();
  const { code, out, err } = await deno("task", "--quiet", "demo");
  assertEquals({ code, err }, { code: 0, err: "" });
  assert(performance.now() - start < 10_000, `it took ${performance.now() - start} ms`);
  const at = (text: string) => {
    const place = out.indexOf(text);
    assert(place >= 0, `"${text}" must be in:\n${out}`);
    return place;
  };
  for (const page of ["a", "b", "d", "e"]) at(`got "the text of page ${page}"`);
  assert(at("fetch a   got") < at("fetch d   the server begins"), "d must wait for a place");
  assert(at("fetch c   is cancelled") < at("fetch c   the server is told"), out);
  at("found 148933");
  assert(/^fetch c {3}\| *\.*=+x+ *\|$/m.test(out), out);
  const tellings = (text: string) =>
    readNotes(text).map(({ who, what }) => `${who} ${what.replace(/\d+/g, "…")}`).toSorted();
  const recorded = Deno.readTextFileSync(new URL(RECORD, ROOT));
  assertEquals(tellings(recorded), tellings(out), `record the demo again: ${RECORD}`);
});
