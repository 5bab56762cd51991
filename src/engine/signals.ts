/**
 * The host's signals, where it has them.
 *
 * @module
 */

/** Names a signal, as the host does. */
export type Signal = "SIGINT" | "SIGTERM" | (string & Record<never, never>);

/** Gives a process killed by a signal the exit status that shells expect. */
export const EXIT_STATUS: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

interface Host {
  Deno?: {
    addSignalListener?: (signal: string, listener: () => void) => void;
    removeSignalListener?: (signal: string, listener: () => void) => void;
    exit?: (status: number) => never;
  };
  process?: {
    on?: (signal: string, listener: (reason: unknown) => void) => void;
    off?: (signal: string, listener: (reason: unknown) => void) => void;
    exit?: (status: number) => never;
    getBuiltinModule?: (name: string) => { constants?: { signals?: object } } | undefined;
  };
}

/** Lists the signals that no process can listen to. */
const DEAF: readonly string[] = ["SIGKILL", "SIGSTOP"];

/** Listens to a signal; returns what stops it, or `undefined` where the host refuses. */
export function listen(signal: Signal, listener: () => void): (() => void) | undefined {
  const { Deno, process } = globalThis as Host;
  try {
    if (Deno?.addSignalListener && Deno.removeSignalListener) {
      const { addSignalListener, removeSignalListener } = Deno;
      addSignalListener(signal, listener);
      return () => removeSignalListener(signal, listener);
    }
    if (process?.on && process.off) {
      const known = process.getBuiltinModule?.("node:os")?.constants?.signals ?? {};
      if (!(signal in known) || DEAF.includes(signal)) return undefined; // It takes any name.
      process.on(signal, listener);
      return () => process.off!(signal, listener);
    }
  } catch {
    // Some hosts have the function, and refuse it or the signal.
  }
  return undefined;
}

/** Ends the process, where there is one. */
export function exit(status: number): void {
  const { Deno, process } = globalThis as Host;
  (Deno?.exit ?? process?.exit)?.(status);
}

/** Ends the process with a status, and without a report, if nobody handles an error. */
export function exitIfUnhandled(error: unknown, status: number): void {
  const { Deno, process } = globalThis as Host;
  if (Deno === undefined && process?.on) {
    const exitIfIt = (reason: unknown) => void (reason === error && exit(status));
    process.on("uncaughtExceptionMonitor", exitIfIt); // Awaited at the top level of a module.
    process.on("unhandledRejection", (reason) => {
      exitIfIt(reason);
      throw reason; // As the host does if nobody listens.
    });
    return;
  }
  globalThis.addEventListener?.("unhandledrejection", (event) => {
    if (event.reason !== error) return;
    event.preventDefault();
    exit(status);
  });
}
