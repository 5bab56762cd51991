/**
 * Runs programs in processes of their own.
 *
 * @module
 */

const FIXTURES = new URL("./fixtures/", import.meta.url);

/** Bounds, in ms, how long a program may take. */
const LONGEST_RUN = 60_000;

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that is running. */
export interface Child {
  /** Waits until it has written a line. */
  wrote(line: string): Promise<void>;
  kill(signal: Deno.Signal): void;
  readonly ended: Promise<Ended>;
}

/** Starts a program of `fixtures/`, or a module by its address. */
export function start(program: string | URL, args: string[] = [], flags: string[] = []): Child {
  const url = new URL(program, FIXTURES);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "--quiet", ...flags, url.href, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let stdout = "";
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const waiting = new Set<() => void>();
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      stdout += text;
      for (const check of waiting) check();
    }
    close();
  })();
  const ended = (async () => {
    const watchdog = setTimeout(() => child.kill("SIGKILL"), LONGEST_RUN);
    const [{ code, signal }, stderr] = await Promise.all([
      child.status,
      new Response(child.stderr).text(),
      reading,
    ]);
    clearTimeout(watchdog);
    return { code, signal, stdout, stderr };
  })();
  const wrote = (line: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const check = () => void (stdout.split("\n").includes(line) && resolve());
    waiting.add(check);
    check();
    closed.then(async () =>
      reject(new Error(`"${line}" WAS NOT WRITTEN: ${(await ended).stderr}`))
    );
    return promise;
  };
  return { wrote, kill: (signal) => child.kill(signal), ended };
}

/** Runs a program to its end. */
export function runToEnd(
  program: string,
  flags: string[] = [],
  args: string[] = [],
): Promise<Ended> {
  return start(program, args, flags).ended;
}
