/** Writes results and errors the way both languages agree on: the counterpart of `outcome.py`. */
import {
  BrokenBarrierError,
  CancelledError,
  ExceptionGroup,
  InvalidStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  TimeoutError,
} from "../../../mod.ts";

/** The error that programs raise on purpose. */
export class ValueError extends Error {
  override name = "ValueError";
}

/** The classes of which the trace shows the name alone. */
const KINDS = {
  BrokenBarrierError,
  InvalidStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  TimeoutError,
};

/** Writes an error with its message if the program chose it, else its kind alone. */
export function describe(error: unknown): string {
  if (error instanceof CancelledError || error instanceof ValueError) {
    const quoted = error.message ? `'${error.message}'` : "";
    return `${error instanceof ValueError ? "ValueError" : "CancelledError"}(${quoted})`;
  }
  if (error instanceof ExceptionGroup) {
    return `ExceptionGroup[${error.errors.map(describe).join(", ")}]`;
  }
  const kind = Object.entries(KINDS).find(([, kind]) => error instanceof kind);
  return kind === undefined ? String(error) : kind[0];
}

/** Writes a result; what a wait gives that has nothing to tell is `ok`: `True` in CPython, here maybe a permit. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return "None";
  if (value instanceof Error) return describe(value);
  if (value === true || typeof value === "object" && Symbol.dispose in value) return "ok";
  return Array.isArray(value) ? `[${value.map(show).join(", ")}]` : String(value);
}

/** Writes what a function returns or throws. */
export function attempt(action: () => unknown): string {
  try {
    return show(action());
  } catch (error) {
    return describe(error);
  }
}
