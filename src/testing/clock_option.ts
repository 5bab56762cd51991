/**
 * The clock that a test or a benchmark is told to run on.
 *
 * @module
 */

import { type Clock, hostClock, VirtualClock } from "../engine/clock.ts";
import { show } from "../lowlevel.ts";

/** A clock, or the name of one. */
export type ClockOption = "virtual" | "real" | Clock;

/** Gives the clock that is meant; a virtual one starts where it is told. */
export function toClock(clock: ClockOption, start?: number): Clock {
  if (clock === "virtual") return new VirtualClock(start);
  if (clock === "real") return hostClock;
  if (typeof clock?.now === "function") return clock;
  throw new TypeError(`clock must be "virtual", "real" or have a method now(): ${show(clock)}`);
}
