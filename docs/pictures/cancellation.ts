/**
 * The picture of the path of a cancellation.
 *
 * @module
 */

import { Picture, type Tone } from "./picture.ts";

/** Draws it. */
export function drawCancellation(): Picture {
  const picture = new Picture(
    [760, 600],
    "The path of a cancellation",
    "A request is counted and aborts the task's signal. A task that waits has its wait withdrawn; " +
      "one that is queued or running is told at its next step or wait. The error is thrown where " +
      "the task waits, cleanup runs, and the task ends as cancelled or goes on.",
  );
  picture.text(24, 34, "The path of a cancellation", { look: "strong" });
  picture.box({
    x: 230,
    y: 52,
    width: 300,
    height: 64,
    lines: ["task.cancel(message)", "counted; task.signal is aborted"],
    tone: "warm",
  });
  const middle = 162;
  const state = (x: number, lines: string[]) =>
    picture.box({ x, y: middle, width: 220, height: 84, lines });
  state(24, ["It has not begun", "its body never runs"]);
  state(270, ["It waits", "the wait is withdrawn at once:", "timer, place in line, fetch"]);
  state(516, ["It runs, or is queued", "it is told at its next wait,", "or at its queued step"]);
  picture.arrow([230, 84], [134, 84], [134, middle]);
  picture.arrow([380, 116], [380, middle]);
  picture.arrow([530, 84], [626, 84], [626, middle]);

  const thrown = 292;
  const lines = ["CancelledError is thrown where it waits"];
  picture.box({ x: 270, y: thrown, width: 466, height: 44, lines, tone: "warm" });
  picture.arrow([380, middle + 84], [380, thrown]).text(392, 274, "next turn", { look: "faint" });
  picture.arrow([626, middle + 84], [626, thrown]);

  const after = 382;
  const outcome = (x: number, tone: Tone, lines: string[]) =>
    picture.box({ x, y: after, width: 220, height: 84, lines, tone });
  outcome(270, "calm", ["finally, using", "cleanup runs, and may wait;", "the error goes on"]);
  outcome(516, "plain", ["catch, and go on", "the task goes on too;", "the request stays counted"]);
  picture.arrow([380, thrown + 44], [380, after]).arrow([626, thrown + 44], [626, after]);

  const end = 512;
  const last = { y: end, height: 64 };
  const scope = ["In a cancelled scope", "it is thrown at each wait"];
  picture.box({ ...last, x: 24, width: 466, lines: ["The task is cancelled"], tone: "calm" });
  picture.box({ ...last, x: 516, width: 220, lines: scope, tone: "warm" });
  picture.arrow([134, middle + 84], [134, end]).arrow([380, after + 84], [380, end]);
  picture.arrow([626, after + 84], [626, end]);
  return picture;
}
