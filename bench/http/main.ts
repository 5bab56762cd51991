/**
 * Loads the HTTP server and the host's own with `wrk`, side by side: `-- ROUNDS SECONDS`.
 *
 * The two take turns, so that what else the machine does hits both. Beside the throughput stands the
 * time of the processor that a request took in the server's process, which depends less on the rest.
 *
 * @module
 */

/** The name of a handler of `target.ts`. */
export type HandlerName = "plain" | "generator" | "async" | "waiting";

const HANDLERS: readonly HandlerName[] = ["plain", "generator", "async", "waiting"];
const SIDES = ["bare", "weft"] as const;
const [rounds = 7, seconds = 2] = Deno.args.filter((word) => word !== "--").map(Number);

/** One measurement. */
interface Sample {
  /** The throughput, in requests per second. */
  readonly rate: number;
  /** The time of the processor, in µs per request. */
  readonly cost: number;
}

/** A server in a process of its own. */
class Target implements Disposable {
  readonly #child: Deno.ChildProcess;
  readonly #port: number;
  readonly samples: Sample[] = [];

  private constructor(child: Deno.ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
  }

  /** Starts one. */
  static async start(side: string, handler: HandlerName): Promise<Target> {
    const program = new URL("target.ts", import.meta.url).pathname;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-net=127.0.0.1", "--no-check", program, side, handler],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value } = await reader.read();
    reader.releaseLock();
    return new Target(child, Number(value));
  }

  /** Loads it for a while. */
  async load(duration: number): Promise<Sample> {
    const before = await this.#processorTime();
    const url = `http://127.0.0.1:${this.#port}/`;
    const args = ["-t1", "-c32", `-d${duration}s`, url];
    const { stdout } = await new Deno.Command("wrk", { args }).output();
    const spent = await this.#processorTime() - before;
    const said = new TextDecoder().decode(stdout);
    if (/Non-2xx|Socket errors/.test(said)) throw new Error(`Not all requests went well: ${said}`);
    const rate = Number(said.match(/Requests\/sec:\s*([\d.]+)/)?.[1]);
    const requests = Number(said.match(/(\d+) requests in/)?.[1]);
    return { rate, cost: spent / requests };
  }

  /** Returns the time of the processor it has taken, in µs; its clock ticks 100 times a second. */
  async #processorTime(): Promise<number> {
    const stat = await Deno.readTextFile(`/proc/${this.#child.pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

/** Finds the middle of some numbers. */
function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Compares the two with one handler, and gives a row of the table. */
async function compare(handler: HandlerName): Promise<string> {
  using bare = await Target.start(SIDES[0], handler);
  using weft = await Target.start(SIDES[1], handler);
  const pair = [bare, weft];
  for (const target of pair) await target.load(1); // Until it is warm.
  for (let round = 0; round < rounds; round++) {
    for (const target of round % 2 ? [weft, bare] : pair) {
      target.samples.push(await target.load(seconds));
    }
  }
  const [rate, cost] = (["rate", "cost"] as const).map((what) =>
    pair.map(({ samples }) => median(samples.map((sample) => sample[what])))
  );
  const cells = [
    handler,
    ...rate.map((value) => Math.round(value).toLocaleString("en")),
    (rate[1] / rate[0]).toFixed(3),
    ...cost.map((value) => value.toFixed(2)),
    (cost[1] / cost[0]).toFixed(3),
  ];
  return `| ${cells.join(" | ")} |`;
}

if (import.meta.main) {
  console.log(`Deno ${Deno.version.deno}, wrk -t1 -c32, medians of ${rounds} × ${seconds} s\n`);
  console.log("| handler | bare, req/s | Weft, req/s | ratio | bare, µs | Weft, µs | ratio |");
  console.log("| --- | --: | --: | --: | --: | --: | --: |");
  for (const handler of HANDLERS) console.log(await compare(handler));
}
