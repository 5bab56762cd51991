/**
 * A thread of a process that ends it, even while a job keeps it busy: when its program is gone, or when
 * it takes more memory than it may.
 *
 * The program holds the other end of a pipe that nobody writes to. The host closes it, however the
 * program ends, or the thread of it that has started the process. A busy job lets nothing else run in
 * its own thread, so another one waits for that. It is also what asks the host for the memory: a
 * program that watched its processes would have to be permitted everything.
 *
 * @module
 */

/** How long, in ms, a process may take to end by itself once its program is gone. */
const GRACE = 500;
/** How long, in ms, the thread puts off loading what it needs: a short job never pays for that. */
const DELAY = 300;
/** How often, in ms, the memory is looked at. */
const LOOK_EVERY = 50;
/** The size of a megabyte. */
const MEGABYTE = 2 ** 20;
/** What the thread writes before it ends the process. */
const TOO_MUCH = "The process of a job takes more memory than maxMemory:";
/** What the engine writes before it ends the process. */
const NO_HEAP_LEFT = "Fatal JavaScript out of memory";

/** What a process is watched for. */
export interface Guarded {
  /** The number of the pipe whose end is the end of the program, if there is one. */
  readonly pipe: number | undefined;
  /** The most memory, in MB, that it may take, if there is a bound. */
  readonly maxMemory: number | undefined;
}

/**
 * Waits for the end of a pipe of the process; a process may send signals to itself.
 *
 * A thread cannot read the pipe as a file, today: the host knows its number in the main thread only.
 */
const watchPipe = (fd: number) => `
  setTimeout(() => {
    const { Socket } = process.getBuiltinModule("node:net");
    const pipe = new Socket({ fd: ${fd} });
    pipe.on("error", () => {});
    pipe.on("close", () => setTimeout(() => Deno.kill(Deno.pid, "SIGKILL"), ${GRACE}));
    pipe.resume();
  }, ${DELAY});
`;

/** Looks at the memory of the whole process, and tells why it ends it. */
const watchMemory = (most: number) => `
  setInterval(() => {
    const megabytes = Math.ceil(Deno.memoryUsage().rss / ${MEGABYTE});
    if (megabytes <= ${most}) return;
    try {
      const line = "${TOO_MUCH} " + megabytes + " MB, the most is ${most} MB\\n";
      Deno.stderr.writeSync(new TextEncoder().encode(line));
    } finally {
      Deno.kill(Deno.pid, "SIGKILL");
    }
  }, ${LOOK_EVERY});
`;

/** Starts the thread, within the process. */
export function guardProcess({ pipe, maxMemory }: Guarded): void {
  if (pipe === undefined && maxMemory === undefined) return;
  const code = (maxMemory === undefined ? "" : watchMemory(maxMemory)) +
    (pipe === undefined ? "" : watchPipe(pipe));
  // Neither reading a file nor loading a module of the web may be permitted here.
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  const worker = new Worker(url, { type: "module", name: "weft guard" });
  worker.onerror = (event) => event.preventDefault();
}

/** Returns whether what a process wrote at last says that it took too much memory. */
export function tellsOfMemory(stderr: string): boolean {
  return stderr.includes(TOO_MUCH) || stderr.includes(NO_HEAP_LEFT);
}
