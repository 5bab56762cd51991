/**
 * The picture of Weft's loop: the ready queue of a turn, and who waits on what from turn to turn.
 *
 * @module
 */

import { drawLanes } from "./lanes.js";

/** Is how long a step is shown, in ms; of many steps less. */
const PACE = 450, LONGEST_PLAY = 12_000, SHORTEST_PACE = 40;

/** Makes the picture in its section. */
export function makeStage(section) {
  const find = (selector) => section.querySelector(selector);
  const [caption, stage, queue, lanes] = [".caption", ".stage", ".queue", ".lanes"].map(find);
  const [slider, button] = ["#step", ".play"].map(find);
  const first = caption.textContent;
  const isStill = matchMedia("(prefers-reduced-motion: reduce)");
  /** Are the turns, and a frame for each step of each. */
  let turns = [], frames = [], timer;

  /** Shows the step that the slider stands at. */
  function show() {
    const frame = frames[slider.value];
    if (frame === undefined) return;
    const { turn, at, steps, timers } = turns[frame.turn];
    queue.replaceChildren(...steps.map(({ who, isTask }, index) => {
      const item = document.createElement("li");
      item.textContent = who;
      item.className = [
        isTask ? "task" : "callback",
        index < frame.step ? "past" : index === frame.step ? "now" : "next",
      ].join(" ");
      if (index === frame.step) item.setAttribute("aria-current", "step");
      return item;
    }));
    const step = steps[frame.step];
    const then = step.isDone
      ? "is done"
      : step.over
      ? `goes on in the next turn: ${step.over} is over`
      : step.waitsOn
      ? `waits on ${step.waitsOn}`
      : "";
    const armed = timers === 1 ? "1 timer is armed" : `${timers} timers are armed`;
    caption.textContent = `Turn ${turn} at ${at} ms: ${step.who} runs${
      then && `, and ${then}`
    }. ${armed} after it.`;
    slider.setAttribute("aria-valuetext", caption.textContent);
    lanes.replaceChildren(drawLanes(turns, frame.turn));
    const { x, width } = lanes.querySelector(".present").getBBox();
    const isSeen = x >= lanes.scrollLeft && x + width <= lanes.scrollLeft + lanes.clientWidth;
    if (!isSeen) lanes.scrollLeft = x - lanes.clientWidth / 2;
  }

  /** Goes on to the next step, as long as there is one. */
  function advance() {
    timer = undefined;
    const at = Number(slider.value);
    if (at < frames.length - 1) {
      slider.value = at + 1;
      show();
      play();
    } else button.textContent = "Play";
  }

  function play() {
    button.textContent = "Pause";
    const pace = Math.max(Math.min(PACE, LONGEST_PLAY / frames.length), SHORTEST_PACE);
    timer ??= setTimeout(advance, pace);
  }

  function pause() {
    clearTimeout(timer);
    timer = undefined;
    button.textContent = "Play";
  }

  button.addEventListener("click", () => {
    if (timer !== undefined) return pause();
    if (Number(slider.value) >= frames.length - 1) slider.value = 0;
    show();
    play();
  });
  slider.addEventListener("input", () => {
    pause();
    show();
  });
  return {
    /** Forgets the turns. */
    clear() {
      pause();
      [turns, frames] = [[], []];
      slider.max = slider.value = 0;
      stage.hidden = true;
      caption.textContent = first;
    },
    /** Adds a turn; the picture begins to move with the first, unless it shall not. */
    add(turn) {
      const at = turns.push(turn) - 1;
      for (const step of turn.steps.keys()) frames.push({ turn: at, step });
      slider.max = frames.length - 1;
      if (!stage.hidden && timer !== undefined) return;
      if (stage.hidden) {
        stage.hidden = false;
        show();
        if (!isStill.matches) play();
      }
    },
  };
}
