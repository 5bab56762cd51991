/**
 * The server of the soak, as the process with the clients knows it.
 *
 * @module
 */

import { until } from "../../mod.ts";
import type { ServerReport } from "./server.ts";

/** A server in a process of its own. */
export class Served implements Disposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output: ReadableStreamDefaultReader<string>;
  #pending = "";
  #hasEnded = false;

  constructor() {
    const program = new URL("server.ts", import.meta.url).pathname;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--no-check", "--v8-flags=--expose-gc", program],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#output = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Reads the next report. */
  async next(): Promise<ServerReport> {
    for (;;) {
      const end = this.#pending.indexOf("\n");
      if (end >= 0) {
        const line = this.#pending.slice(0, end);
        this.#pending = this.#pending.slice(end + 1);
        return JSON.parse(line);
      }
      const { done, value } = await until(() => this.#output.read());
      if (done) throw new Error("The server of the soak has ended");
      this.#pending += value;
    }
  }

  /** Asks for a report. */
  async sample(): Promise<ServerReport> {
    await this.#say("sample\n");
    return await this.next();
  }

  /** Shuts the server down; gives its last report, when its process has ended. */
  async stop(): Promise<ServerReport> {
    await this.#say("stop\n");
    const report = await this.next();
    await until(() => this.#input.close());
    const { code } = await until(() => this.#child.status);
    this.#hasEnded = true;
    if (code !== 0) throw new Error(`The server of the soak has failed with status ${code}`);
    return report;
  }

  async #say(line: string): Promise<void> {
    await until(() => this.#input.write(new TextEncoder().encode(line)));
  }

  [Symbol.dispose](): void {
    if (!this.#hasEnded) this.#child.kill("SIGKILL");
  }
}
