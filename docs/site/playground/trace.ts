/**
 * What a program does, as its worker tells the page.
 *
 * @module
 */

/** What a program printed, and when. */
export interface Line {
  readonly text: string;
  /** The number of the turn, from 1; 0 outside of a run. */
  readonly turn: number;
  /** The loop's time, in ms. */
  readonly at: number;
}

/** A step of a turn. */
export interface StepRecord {
  readonly who: string;
  readonly isTask: boolean;
  /** What its task waits on after it; empty if on nothing. */
  readonly waitsOn: string;
  /** What its task has waited on, if all that it did was to note that this is over. */
  readonly over: string;
  readonly isDone: boolean;
}

/** A turn of the loop, and what was ready in it, in its order. */
export interface Turn {
  readonly turn: number;
  readonly at: number;
  readonly steps: readonly StepRecord[];
  /** The number of timers that were armed at its end. */
  readonly timers: number;
}

/** A message to the page; `aside` is what goes to the error output. */
export type Message =
  | { readonly kind: "ready" }
  | { readonly kind: "line"; readonly line: Line }
  | { readonly kind: "aside"; readonly text: string }
  | { readonly kind: "turn"; readonly turn: Turn }
  | { readonly kind: "full" }
  | { readonly kind: "end"; readonly error: string };

/** Bounds how much is told of a program that goes on for ever. */
const MOST_LINES = 1000, MOST_TURNS = 2000;

const host = globalThis as unknown as { postMessage(message: Message): void };

/** Tells the page of one run; a bounded number of lines and turns. */
export class Told {
  #lines = 0;
  #turns = 0;

  /** Tells a line. */
  line(text: string, turn: number, at: number): void {
    this.#lines++;
    if (this.#lines <= MOST_LINES) host.postMessage({ kind: "line", line: { text, turn, at } });
    else if (this.#lines === MOST_LINES + 1) host.postMessage({ kind: "full" });
  }

  /** Tells a line that is none of the trace. */
  aside(text: string): void {
    this.#lines++;
    if (this.#lines <= MOST_LINES) host.postMessage({ kind: "aside", text });
  }

  /** Tells a turn. */
  turn(turn: Turn): void {
    if (++this.#turns <= MOST_TURNS) host.postMessage({ kind: "turn", turn });
  }

  /** Tells the end; the error is empty if there was none. */
  end(error: string): void {
    host.postMessage({ kind: "end", error });
  }
}

/** Tells that programs can be given. */
export function tellReady(): void {
  host.postMessage({ kind: "ready" });
}

/** Calls back with each program that the page gives. */
export function onProgram(run: (source: string) => void): void {
  globalThis.addEventListener("message", (event) => run((event as MessageEvent<string>).data));
}
