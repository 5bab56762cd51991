/**
 * Watching a run of Weft, turn by turn, for the playground: a use of `Instrument`.
 *
 * @module
 */

import { type Clock, type EventLoop, type Instrument, type Step, Task } from "../../../mod.ts";
import type { StepRecord, Told } from "./trace.ts";

/** A watcher of one loop. */
export class Watcher implements Instrument {
  readonly #told: Told;
  readonly #clock: Clock;
  #loop: EventLoop | undefined;
  #turn = 0;
  #at = 0;
  #timers = 0;
  #waitedOn: unknown;
  #steps: StepRecord[] = [];

  /** Reads times from the loop's clock. */
  constructor(told: Told, clock: Clock) {
    this.#told = told;
    this.#clock = clock;
  }

  /** The number of the turn, from 1; 0 before the first. */
  get turn(): number {
    return this.#turn;
  }

  /** The loop's time, in ms, as both languages write it. */
  get at(): number {
    return Math.round(this.#clock.now() * 1000) / 1000;
  }

  /** Tells the turn before, and begins another. */
  beforeTurn(): void {
    this.finish();
    this.#turn++;
    this.#at = this.at;
  }

  /** Notes what a task has waited on. */
  beforeStep(step: Step): void {
    this.#waitedOn = step instanceof Task ? step.waitingOn : undefined;
  }

  /** Notes what a step has come to. */
  afterStep(step: Step): void {
    const isTask = step instanceof Task;
    const waitsOn = isTask ? step.waitingOn : undefined;
    const isOver = waitsOn !== undefined && waitsOn === this.#waitedOn;
    if (isTask) this.#loop ??= step.loop;
    this.#timers = this.#loop?.metrics().timers ?? 0;
    this.#steps.push({
      who: isTask ? step.name : step.label,
      isTask,
      waitsOn: isOver ? "" : String(waitsOn ?? ""),
      over: isOver ? String(waitsOn) : "",
      isDone: isTask && step.done,
    });
  }

  /** Tells the last turn; turns in which nothing ran are none. */
  finish(): void {
    if (this.#steps.length > 0) {
      this.#told.turn({
        turn: this.#turn,
        at: this.#at,
        steps: this.#steps,
        timers: this.#timers,
      });
    }
    this.#steps = [];
  }
}
