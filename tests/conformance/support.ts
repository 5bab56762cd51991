/** Records what a program does as lines of text: the counterpart of `python/trace.py`. */
import {
  BrokenBarrierError,
  CancelledError,
  type Coroutine,
  type EventLoop,
  ExceptionGroup,
  type Future,
  getRunningLoop,
  InvalidStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  run,
  Runner,
  RuntimeError,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";

/** Stands for an error of the user's code. */
export class Boom extends Error {
  override name = "Boom";
}

/** Stands for another error of the user's code. */
export class Crash extends Error {
  override name = "Crash";
}

/** Stands for a third error of the user's code. */
export class Halt extends Error {
  override name = "Halt";
}

/** What a program reads and changes of a timeout block. */
export interface Deadline {
  /** The deadline in the loop's time, if there is one. */
  readonly when: number | undefined;
  /** Whether the block's deadline has fired. */
  readonly expired: boolean;
  /** Moves the deadline, or disables it. */
  reschedule(when: number | undefined): void;
}

/** What the loop hands to its exception handler, as far as a trace shows it. */
interface Report {
  message: string;
  exception?: unknown;
}

/** How many lines a trace may have: a program that goes on for ever ends here. */
const MAX_LINES = 1000;

/** The classes that are written by kind, because their messages are the library's. */
const KINDS: [new (...args: never[]) => Error, string][] = [
  [TimeoutError, "TimeoutError"],
  [InvalidStateError, "InvalidStateError"],
  [BrokenBarrierError, "BrokenBarrierError"],
  [QueueEmpty, "QueueEmpty"],
  [QueueFull, "QueueFull"],
  [QueueShutDown, "QueueShutDown"],
  [RuntimeError, "RuntimeError"],
  [TypeError, "BadArgument"],
  [RangeError, "BadArgument"],
];

/** Writes an error with its message if the program chose it, else by a neutral kind. */
export function describe(error: unknown): string {
  if (error === undefined) return "none";
  if (error instanceof CancelledError) {
    return `CancelledError(${quoted(error.message)})`;
  }
  if (error instanceof ExceptionGroup) {
    return `ExceptionGroup[${error.errors.map(describe).join(", ")}]`;
  }
  for (const [kind, name] of KINDS) {
    if (error instanceof kind) return name;
  }
  return error instanceof Error ? `${error.name}(${quoted(error.message)})` : String(error);
}

/** Writes a value the way both languages agree on. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return "none";
  if (value instanceof Error) return describe(value);
  if (typeof value === "string") return `'${value}'`;
  if (typeof value === "object" && Symbol.iterator in value) {
    return `[${Array.from(value as Iterable<unknown>, show).join(", ")}]`;
  }
  return String(value);
}

/** Quotes a message, or writes nothing if there is none. */
function quoted(message: string): string {
  return message ? `'${message}'` : "";
}

/** Collects the lines of one program. */
export class Trace {
  /** The lines so far. */
  readonly lines: string[] = [];
  #clock: VirtualClock;
  #lost: string[] = [];
  #loop!: EventLoop;
  #origin = 0;

  /** Starts empty, beside the clock of the program's loop. */
  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Takes the current iteration as number 0. */
  start(): void {
    this.#loop = getRunningLoop();
    this.#origin = this.#loop.metrics().iterations;
  }

  /** Adds a line: text is written as it is, other values as `show` does. */
  log(...parts: unknown[]): void {
    const text = parts.map((part) => typeof part === "string" ? part : show(part)).join(" ");
    if (this.lines.length === MAX_LINES) {
      throw new Error(`the trace is too long: ${text}`);
    }
    const iteration = this.#loop.metrics().iterations - this.#origin;
    this.lines.push(`i${iteration} t${this.#loop.time()} ${text}`);
  }

  /** Lets time pass while the current step runs. */
  busy(ms: number): void {
    this.#clock.advance(ms);
  }

  /** Records what reaches the loop's exception handler; errors nobody retrieved are kept for the end. */
  handle(report: Report): void {
    const error = describe(report.exception);
    if (report.message.includes("never retrieved")) {
      this.#lost.push(error);
    } else if (!report.message.includes("destroyed")) {
      this.log("handler", topicOf(report.message), error);
    }
  }

  /** Adds how the run ended and which errors nobody retrieved, in a fixed order. */
  finish(outcome: string): void {
    this.lines.push(`end ${outcome}`);
    this.lines.push(
      ...this.#lost.sort().map((error) => `never retrieved ${error}`),
    );
  }
}

/** Names what an exception handler's message is about. */
function topicOf(message: string): string {
  return ["callback", "shielded", "shutdown"].find((word) => message.includes(word)) ?? "other";
}

/** Makes a future of a loop that is not the running one. */
export function foreignFuture(): Future<void> {
  return new Runner({ clock: new VirtualClock() }).loop.createFuture<void>();
}

/** Runs one program of the generator front end on a loop of its own and returns its lines. */
export function runGenerator(
  program: (t: Trace) => Coroutine<void>,
): Promise<string[]> {
  return record((t) =>
    function* () {
      t.start();
      yield* program(t);
    }
  );
}

/** Runs one program of the async front end on a loop of its own and returns its lines. */
export function runAsync(
  program: (t: Trace) => Promise<void>,
): Promise<string[]> {
  return record((t) => async () => {
    t.start();
    await program(t);
  });
}

/** Runs the main function made for a new trace and returns the trace's lines. */
async function record(
  mainOf: (t: Trace) => () => Coroutine<void> | Promise<void>,
): Promise<string[]> {
  const clock = new VirtualClock();
  const t = new Trace(clock);
  const options = {
    clock,
    onError: (report: Report) => t.handle(report),
  };
  const outcome = await run(mainOf(t), options).then(
    () => "returned",
    (error: unknown) => `raised ${describe(error)}`,
  );
  t.finish(outcome);
  return t.lines;
}
