/**
 * The picture of one turn of the loop.
 *
 * @module
 */

import { Picture } from "./picture.ts";

/** Draws it. */
export function drawTurn(): Picture {
  const picture = new Picture(
    [760, 452],
    "One turn of the loop",
    "Due timers join the ready queue, exactly what is ready becomes the batch, the batch runs, and " +
      "what it adds waits for the next turn. When nothing is ready, idle callbacks come, then " +
      "virtual time jumps, or the loop rests until the host's timer.",
  );
  picture.text(24, 34, "One turn of the loop", { look: "strong" });
  picture.box({
    x: 24,
    y: 52,
    width: 712,
    height: 44,
    lines: ["The host: its promises, its I/O, one timer, one macrotask while there is work"],
  });
  const top = 152;
  const step = (x: number, lines: string[]) =>
    picture.box({ x, y: top, width: 204, height: 100, lines, tone: "main" });
  step(24, [
    "1  Expire",
    "timers with when ≤ now",
    "join the ready queue, by",
    "deadline, then by arming",
  ]);
  step(278, [
    "2  Begin",
    "exactly what is ready now",
    "becomes the batch:",
    "8 levels, each in order",
  ]);
  step(532, ["3  Run", "a step of each task,", "and each callback,", "one after the other"]);
  picture.arrow([126, 96], [126, top]).text(138, 128, "completions queue what waits for them", {
    look: "faint",
  });
  picture.arrow([228, 202], [278, 202]).arrow([482, 202], [532, 202]);
  picture.arrow([634, 252], [634, 292], [126, 292], [126, 252]);
  picture.text(380, 284, "next turn, with what the batch has added", {
    anchor: "middle",
    look: "faint",
  });
  picture.arrow([634, top], [634, 96]).text(622, 128, "after 0.1 ms", {
    anchor: "end",
    look: "faint",
  });
  picture.text(
    24,
    326,
    "What becomes ready at levels 0 to 3 interrupts the batch; all else waits for the next turn.",
  );
  const rest = 364;
  picture.text(24, rest - 12, "When nothing is ready:", { look: "strong" });
  picture.box({
    x: 24,
    y: rest,
    width: 204,
    height: 64,
    lines: ["Idle", "whenIdle() callbacks run"],
    tone: "calm",
  });
  picture.box({
    x: 278,
    y: rest,
    width: 204,
    height: 64,
    lines: ["Virtual time", "jumps to the next deadline"],
    tone: "calm",
  });
  picture.box({
    x: 532,
    y: rest,
    width: 204,
    height: 64,
    lines: ["Real time", "rests until the host wakes it"],
    tone: "calm",
  });
  picture.arrow([228, rest + 32], [278, rest + 32]);
  picture.text(507, rest + 37, "or", { anchor: "middle", look: "faint" });
  return picture;
}
