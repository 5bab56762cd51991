/**
 * Several processes that serve at one port, as the page "A service" starts them.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { RawClient } from "../http/server/raw_client.ts";
import { startProgram, writeProgram } from "./fixtures/of_page.ts";

/** Asks on a connection of its own who answers; `undefined` if nobody does. */
async function whoAnswers(server: { port: number }): Promise<number | undefined> {
  let client: RawClient;
  try {
    client = await RawClient.ask(server, "/", "connection: close");
  } catch (error) {
    assert(error instanceof Deno.errors.ConnectionRefused, `${error}`);
    return undefined;
  }
  using _client = client;
  const { text } = await client.all();
  return Number(/answered by (\d+)$/.exec(text)![1]);
}

Deno.test("two processes share a port, and one goes on when the other ends", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft_port_" });
  const server = await writeProgram(folder, "reusePort: true");
  const [first, second] = [1, 2].map(() => startProgram(folder, "--unstable-net"));
  try {
    const seen = new Set<number | undefined>();
    while (![first, second].every(({ pid }) => seen.has(pid))) seen.add(await whoAnswers(server));
    seen.delete(undefined); // Nobody listened yet.
    assertEquals(seen.size, 2);
    first.kill("SIGTERM");
    assertEquals((await first.status).code, 143);
    for (let n = 0; n < 50; n++) assertEquals(await whoAnswers(server), second.pid);
    const renewed = startProgram(folder, "--unstable-net");
    while (await whoAnswers(server) !== renewed.pid); // A new version of the program.
    second.kill("SIGTERM");
    assertEquals((await second.status).code, 143);
    for (let n = 0; n < 50; n++) assertEquals(await whoAnswers(server), renewed.pid);
    renewed.kill("SIGTERM");
    assertEquals((await renewed.status).code, 143);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the host ends a process that shares a port without its flag", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft_port_" });
  try {
    await writeProgram(folder, "reusePort: true");
    const { success, signal } = await startProgram(folder).status;
    assertEquals([success, signal], [false, null]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
