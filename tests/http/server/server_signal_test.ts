import { assert, assertEquals } from "../../assert.ts";
import { type Heard, isComplete, RawClient, statusOf } from "./raw_client.ts";
import { eventually } from "./serving.ts";

/** A program that serves, in a process of its own. */
interface ServingChild extends AsyncDisposable {
  readonly port: number;
  readonly ended: Promise<{ code: number; stderr: string }>;
  terminate(): void;
}

/** Starts a program that serves. */
async function startServing(): Promise<ServingChild> {
  const program = new URL("./fixtures/serve_until_signal.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "--quiet", program.href],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await lines.read();
  const ended = Promise.all([child.status, stderr, lines.read()]).then(([{ code }, stderr]) => ({
    code,
    stderr,
  }));
  return {
    port: Number(value),
    ended,
    terminate: () => child.kill("SIGTERM"),
    async [Symbol.asyncDispose](): Promise<void> {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await ended;
    },
  };
}

/** Asks again and again until the server refuses; gives all that was heard. */
async function askOn(server: { port: number }, path: string, heard: Heard[]): Promise<void> {
  for (;;) {
    let client: RawClient;
    try {
      client = await RawClient.ask(server, path, "connection: close");
    } catch {
      return; // It accepts no more.
    }
    try {
      heard.push(await client.all());
    } catch {
      client.close();
      return;
    }
  }
}

Deno.test("SIGTERM under load: every response that was begun is complete, and the status is 143", async () => {
  await using child = await startServing();
  const heard: Heard[] = [];
  const clients = Array.from(
    { length: 60 },
    (_, n) => askOn(child, n % 2 ? "/stream" : "/whole", heard),
  );
  await eventually("the load", () => heard.length > 300);
  child.terminate();
  await Promise.all(clients);
  const { code, stderr } = await child.ended;
  const begun = heard.filter(({ text }) => text !== "");
  assertEquals(begun.filter((one) => !isComplete(one)).map(({ text }) => text.length), []);
  assert(begun.every((one) => statusOf(one) === 200));
  assertEquals(code, 143, stderr);
  // The library's cancellation ends the process without a report, and the host has nothing to say.
  assertEquals(stderr, "");
});
