/**
 * Prints what a loop does, in plain words: a use of `Instrument`.
 *
 * @module
 */

import type { Clock, Instrument, Step, Task } from "../mod.ts";

/** A journal of all that happens in a loop, in numbered lines. */
export class Journal implements Instrument {
  readonly #lines: string[] = [];
  readonly #clock: Clock;
  readonly #isTask: (step: Step) => boolean;
  #said = "";
  #waitedOn: unknown;
  #shutDown = false;

  /** Reads times from a clock. */
  constructor(clock: Clock, isTask: (step: Step) => boolean) {
    this.#clock = clock;
    this.#isTask = isTask;
  }

  /** Notes what the program says during a step. */
  say(text: string): void {
    this.#said += ` It says "${text}".`;
  }

  /** Notes what a task waited on. */
  beforeStep(step: Step): void {
    this.#waitedOn = this.#isTask(step) ? (step as unknown as Task<unknown>).waitingOn : undefined;
  }

  /** Writes what a step did, and what its task waits on now. */
  afterStep(step: Step): void {
    if (!this.#isTask(step) || this.#shutDown) return;
    const task = step as unknown as Task<unknown>;
    const then = task.done
      ? "It is done."
      : task.waitingOn === this.#waitedOn
      ? `${task.waitingOn} is over: it goes on in the next turn.`
      : task.waitingOn
      ? `It waits on ${task.waitingOn}, and the loop takes over.`
      : "It goes on in the next turn.";
    this.#write(`The loop runs ${task.name}.${this.#said} ${then}`);
    this.#said = "";
    this.#shutDown = task.name === "main" && task.done;
  }

  /** Writes that nothing is ready. */
  beforeRest(deadline: number): void {
    this.#write(`Nothing is ready. The nearest timer is due at ${deadline} ms: the loop waits.`);
  }

  /** Writes that the loop has ended; returns all lines. */
  finish(): readonly string[] {
    this.#write("main is done, so the loop shuts down.");
    return this.#lines;
  }

  #write(text: string): void {
    const number = String(this.#lines.length + 1).padStart(2);
    const time = `${this.#clock.now()} ms`.padStart(8);
    this.#lines.push(text);
    console.log(`${number}. ${time}  ${text}`);
  }
}
