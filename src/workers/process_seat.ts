/**
 * A process as a place for jobs.
 *
 * @module
 */

import { JobLostError } from "../errors.ts";
import { atExit } from "./at_exit.ts";
import { FrameReader, MARK_LENGTH, writeFrame } from "./frame.ts";
import type { ExitMessage, FromSeat, ToSeat } from "./message.ts";
import type { Seat, SeatEvents } from "./seat.ts";
import { Tail } from "./tail.ts";

/** Configures a process. */
export interface ProcessSeatOptions {
  /** Are the flags that the process is started with. */
  readonly flags: readonly string[];
  /** Is how long, in ms, a process that is idle may take to end. */
  readonly grace: number;
}

/** Bounds how long, in ms, the output of a process that has ended is waited for. */
const LONGEST_DRAIN = 500;

/** Runs jobs in a process that this one starts. */
export class ProcessSeat implements Seat {
  readonly ended: Promise<void>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #mark = crypto.getRandomValues(new Uint8Array(MARK_LENGTH));
  readonly #tail = new Tail();
  readonly #events: SeatEvents;
  readonly #grace: number;
  /** Is true once it was told to end. */
  #isTold = false;
  /** Counts the jobs that it was sent; a signal tells it all else. */
  #sent = 0;
  /** Counts the jobs that it has begun, once that is known for certain. */
  #begun: number | undefined;

  /** Starts a process. */
  constructor(events: SeatEvents, { flags, grace }: ProcessSeatOptions) {
    this.#events = events;
    this.#grace = grace;
    const main = new URL("./process_main.ts", import.meta.url).href;
    const child = this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", ...flags, main, this.#mark.toHex()],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    child.unref(); // The loop keeps the program alive while a job runs.
    this.#input = child.stdin.getWriter();
    this.ended = this.#follow();
  }

  /** Hands on what the process says, until it has ended. */
  async #follow(): Promise<void> {
    const { stdout, stderr, status } = this.#child;
    const forget = atExit(() => this.#signal("SIGKILL"));
    const reader = new FrameReader(
      this.#mark,
      (message) => this.#receive(message as FromSeat | ExitMessage),
      (text) => write(Deno.stdout, text),
    );
    const outputs = [
      drain(stdout, (bytes) => reader.push(bytes)).then(
        () => reader.end(),
        () => this.#signal("SIGKILL"), // What it says cannot be understood any more.
      ),
      drain(stderr, (bytes) => {
        this.#tail.push(bytes);
        write(Deno.stderr, bytes);
      }),
    ];
    const { code, signal } = await status;
    forget();
    // A process of its own may hold its pipes open after it has ended.
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, LONGEST_DRAIN);
    await Promise.race([Promise.allSettled(outputs), late]);
    clearTimeout(timer);
    await this.#input.close().catch(() => {});
    if (!this.#isTold) this.#events.onEnd(this.#describeEnd(code, signal), this.#begun);
  }

  #receive(message: FromSeat | ExitMessage): void {
    if (message.type === "exit") this.#begun = message.begun;
    else this.#events.onMessage(message);
  }

  #describeEnd(code: number, signal: string | null): JobLostError {
    const how = signal === null ? `ENDED WITH STATUS ${code}` : `WAS ENDED BY ${signal}`;
    const stderr = this.#tail.text;
    const message = `THE PROCESS ${how}, IT WROTE: ${stderr === "" ? "NOTHING" : `\n${stderr}`}`;
    return new JobLostError(message, { code, stderr, ...(signal === null ? {} : { signal }) });
  }

  post(message: ToSeat): void {
    const frame = writeFrame(this.#mark, message);
    const before = this.#sent++;
    // Should the process be gone, its end is told in another way.
    this.#input.write(frame).catch(() => this.#begun ??= before);
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
    this.#input.close().catch(() => {});
    const timer = setTimeout(() => this.#signal("SIGKILL"), this.#grace);
    this.#child.status.finally(() => clearTimeout(timer));
  }

  #signal(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended.
    }
  }
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
