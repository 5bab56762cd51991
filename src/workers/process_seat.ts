/**
 * A process as a place for jobs.
 *
 * @module
 */

import { callAfter } from "../lowlevel.ts";
import { atExit } from "./at_exit.ts";
import { askForPipes, FIRST_PIPE, type Pipe, pipesOf } from "./extra_pipe.ts";
import { JobLostError } from "./job_errors.ts";
import type { ExitMessage, FromSeat, ToSeat } from "./message.ts";
import { MARK_LENGTH, PacketReader, writePacket } from "./packet.ts";
import { tellsOfMemory } from "./process_guard.ts";
import type { Seat, SeatEvents } from "./seat.ts";
import { Tail } from "./tail.ts";

/** The options of a process. */
export interface ProcessSeatOptions {
  /** The flags that the process is started with. */
  readonly flags: readonly string[];
  /** The variables of the environment that are set for it, beside those of this one. */
  readonly env: Readonly<Record<string, string>>;
  /** How long, in ms, a process that is idle may take to end. */
  readonly grace: number;
  /** The most memory, in MB, that the process may take. */
  readonly maxMemory: number | undefined;
  /** The most bytes that the process may write during one job. */
  readonly maxOutput: number;
  /** The most jobs that it runs. */
  readonly maxJobs: number;
}

/** A message on its way to a process. */
interface Packet {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The number of jobs that were sent before it, if it is one. */
  readonly before: number | undefined;
}

/** How long, in ms, the output of a process that has ended is waited for. */
const LONGEST_DRAIN = 500;

/** A process that this one starts, and that runs jobs. */
export class ProcessSeat implements Seat {
  readonly ended: Promise<void>;
  readonly #child: Deno.ChildProcess;
  /** The pipe of what the process is told. */
  readonly #input: Pipe;
  /** The pipe whose end is the end of the process. */
  readonly #lifeline: Pipe | undefined;
  readonly #mark = crypto.getRandomValues(new Uint8Array(MARK_LENGTH));
  readonly #tail = new Tail();
  readonly #events: SeatEvents;
  readonly #options: ProcessSeatOptions;
  /** The number of bytes that it has written since its last job was sent. */
  #written = 0;
  /** Whether it was told to end. */
  #isTold = false;
  /** The number of jobs that it was sent. */
  #sent = 0;
  /** The packets that wait for the one that is written; `undefined` if none is. */
  #waiting: Packet[] | undefined;
  /** The number of jobs that it has begun, once that is known for certain. */
  #begun: number | undefined;

  /** Starts a process. */
  constructor(events: SeatEvents, options: ProcessSeatOptions) {
    this.#events = events;
    this.#options = options;
    const { flags, env, maxMemory } = options;
    const main = new URL("./process_main.ts", import.meta.url).href;
    const asked = askForPipes(2);
    const isApart = asked !== undefined;
    const args = [this.#mark.toHex(), isApart ? `${FIRST_PIPE}` : "", `${maxMemory ?? ""}`];
    const child = this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", ...flags, main, ...args],
      stdin: isApart ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
      env: { ...env },
      ...asked,
    }).spawn();
    child.unref(); // The loop keeps the program alive while a job runs.
    [this.#input, this.#lifeline] = isApart ? pipesOf(child) : [inputOf(child)];
    this.ended = this.#follow();
  }

  /** Hands on what the process says, until it has ended. */
  async #follow(): Promise<void> {
    const { stdout, stderr, status } = this.#child;
    const forget = atExit(() => this.#signal("SIGKILL"));
    const reader = new PacketReader(
      this.#mark,
      (message) => this.#receive(message as FromSeat | ExitMessage),
      (text) => write(Deno.stdout, text),
    );
    const outputs = [
      drain(stdout, (bytes) => this.#count(bytes) && reader.push(bytes)).then(
        () => this.#isExcessive || reader.end(), // What it holds would be printed.
        () => this.#signal("SIGKILL"), // What it says cannot be understood any more.
      ),
      drain(stderr, (bytes) => {
        if (!this.#count(bytes)) return;
        this.#tail.push(bytes);
        write(Deno.stderr, bytes);
      }),
    ];
    const { code, signal } = await status;
    forget();
    // A process of its own may hold its pipes open after it has ended.
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const spare = callAfter(LONGEST_DRAIN, resolve);
    await Promise.race([Promise.allSettled(outputs), late]);
    spare();
    this.#input.close();
    this.#lifeline?.close();
    if (!this.#isTold) this.#events.onEnd(this.#describeEnd(code, signal), this.#begun);
  }

  #receive(message: FromSeat | ExitMessage): void {
    if (message.type !== "exit") return this.#events.onMessage(message);
    // A job that is not to be trusted may say anything here; it must not be given to others for ever.
    if (Number.isInteger(message.begun)) this.#begun = message.begun;
  }

  /** Whether the process has written more than it may. */
  get #isExcessive(): boolean {
    return this.#written > this.#options.maxOutput;
  }

  /** Counts what the process has written, and ends it if that is too much; returns whether it is not. */
  #count({ length }: Uint8Array): boolean {
    this.#written += length;
    if (!this.#isExcessive) return true;
    this.#signal("SIGKILL");
    return false;
  }

  #describeEnd(code: number, signal: string | null): JobLostError {
    const known = { code, stderr: this.#tail.text, ...(signal === null ? {} : { signal }) };
    const { maxMemory, maxOutput } = this.#options;
    if (this.#isExcessive) {
      const message =
        `The process of a job has written more than ${maxOutput} bytes, and was ended`;
      return new JobLostError(message, { ...known, reason: "output" });
    }
    if (code !== 0 && tellsOfMemory(known.stderr)) {
      const most = maxMemory === undefined ? "there was" : `${maxMemory} MB`;
      const message = `The process of a job has taken more memory than ${most}, and has ended`;
      return new JobLostError(message, { ...known, reason: "memory" });
    }
    const how = signal === null ? `has ended with status ${code}` : `was ended by ${signal}`;
    const wrote = known.stderr === "" ? " nothing" : `:\n${known.stderr}`;
    return new JobLostError(`The process of a job ${how}, and wrote${wrote}`, known);
  }

  post(message: ToSeat): void {
    const bytes = writePacket(this.#mark, message);
    const isCall = message.type === "call";
    const packet = { bytes, before: isCall ? this.#sent++ : undefined };
    if (isCall) this.#written = 0;
    if (this.#waiting === undefined) void this.#write(packet);
    else this.#waiting.push(packet);
  }

  /** Writes a packet, and then those that came meanwhile. */
  async #write(packet: Packet): Promise<void> {
    const waiting: Packet[] = this.#waiting = [];
    for (let next: Packet | undefined = packet; next !== undefined; next = waiting.shift()) {
      try {
        await this.#input.write(next.bytes);
      } catch {
        // The process is gone; its end is told in another way.
        if (next.before !== undefined) this.#begun ??= next.before;
      }
    }
    this.#waiting = undefined;
  }

  get isSpent(): boolean {
    return this.#sent >= this.#options.maxJobs;
  }

  cancel(): boolean {
    this.#signal("SIGTERM");
    return false;
  }

  kill(): boolean {
    this.#isTold = true;
    this.#signal("SIGKILL");
    return true;
  }

  stop(): void {
    this.#isTold = true;
    this.#input.close();
    const spare = callAfter(this.#options.grace, () => this.#signal("SIGKILL"));
    this.#child.status.finally(spare);
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended.
    }
  }
}

/** Takes the standard input of a process for a pipe of its own. */
function inputOf(child: Deno.ChildProcess): Pipe {
  const writer = child.stdin.getWriter();
  return {
    write: (bytes) => writer.write(bytes),
    close: () => void writer.close().catch(() => {}),
  };
}

/** Takes what a stream gives, until it ends or breaks. */
async function drain(
  stream: ReadableStream<Uint8Array>,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  for await (const bytes of stream) take(bytes);
}

/** Writes bytes at once, unless nobody reads them any more. */
function write(output: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length;) at += output.writeSync(bytes.subarray(at));
  } catch {
    // The job goes on: its result may still be wanted.
  }
}
