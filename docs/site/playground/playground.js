/**
 * The playground: runs a program on both sides, and compares what they print.
 *
 * @module
 */

import { makeStage } from "./stage.js";

const { document } = globalThis;
const find = (selector) => document.querySelector(selector);
/** Is where the workers are. */
const BASE = new URL("./", document.currentScript.src).href;
/** Is the most that is shown of a program that goes on. */
const FULL = "It has printed much more than is shown here";

/** One of the two sides: its editor, its output, and the worker that runs its programs. */
class Side {
  constructor(name, worker) {
    this.name = name;
    this.editor = find(`#${name}`);
    this.list = find(`.outcome.${name} .trace`);
    this.asides = find(`.outcome.${name} .aside`);
    this.address = BASE + worker;
    this.clear();
  }

  /** Forgets what was printed. */
  clear() {
    this.lines = [];
    this.error = "";
    this.state = "idle";
    this.list.replaceChildren();
    this.asides.textContent = "";
    this.asides.hidden = true;
  }

  /** Runs what is in the editor; what it does is given to `onMessage`. */
  run(onMessage) {
    this.clear();
    this.state = this.worker === undefined ? "loading" : "running";
    this.worker ??= new Worker(this.address, { type: "module" });
    this.worker.onmessage = ({ data }) => {
      if (this.state === "idle" || this.state === "stopped") return;
      this.note(data);
      onMessage(data);
    };
    this.worker.onerror = ({ message }) => {
      this.worker.onmessage({ data: { kind: "end", error: message ?? "Cannot load" } });
      this.drop();
    };
    this.worker.postMessage(this.editor.value);
  }

  /** Takes a message of the worker. */
  note(message) {
    if (message.kind === "ready") this.state = "running";
    else if (message.kind === "line") {
      this.lines.push(message.line);
      this.list.append(writeLine(message.line));
    } else if (message.kind === "aside") this.addAside(message.text);
    else if (message.kind === "full") this.addAside(FULL);
    else if (message.kind === "end") {
      this.state = "ended";
      this.error = message.error;
      if (message.error !== "") this.addAside(`It ended with an error: ${message.error}`);
    }
  }

  /** Shows what is none of the trace. */
  addAside(text) {
    this.asides.hidden = false;
    this.asides.append(`${text}\n`);
  }

  /** Ends the program, wherever it is. */
  stop() {
    if (this.state !== "running" && this.state !== "loading") return;
    this.state = "stopped";
    this.addAside("It was stopped");
    this.drop();
  }

  /** Ends the worker; the next program gets another. */
  drop() {
    this.worker?.terminate();
    this.worker = undefined;
  }
}

/** Makes an element. */
function make(tag, name, ...children) {
  const element = document.createElement(tag);
  if (name !== "") element.className = name;
  element.append(...children);
  return element;
}

/** Shows when and what. */
function writeLine({ text, turn, at }) {
  const when = turn === 0 ? "outside" : `turn ${turn}, ${at} ms`;
  return make("li", "", make("span", "when", when), make("code", "", text));
}

const python = new Side("python", "python_worker.js");
const weft = new Side("weft", "weft_worker.js");
const sides = [python, weft];
const withPython = find("#with-python");
const verdict = find(".verdict");
const runButton = find("button.run");
const stopButton = find("button.stop");
const stage = makeStage(find(".loop"));

/** Puts a program into the editors. */
function choose() {
  const { python: left, weft: right } = pairs[find("#program").value];
  stop();
  python.editor.value = left;
  weft.editor.value = right;
  for (const side of sides) {
    side.clear();
    side.editor.rows = Math.max(left.split("\n").length, right.split("\n").length);
  }
  stage.clear();
  verdict.textContent = "";
}

/** Runs both sides. */
function run() {
  stop();
  if (location.protocol === "file:") {
    verdict.textContent = "Programs run in workers, which a page on a disk may not start: " +
      "open it from a server of files";
    return;
  }
  stage.clear();
  python.clear();
  weft.run((message) => {
    if (message.kind === "turn") stage.add(message.turn);
    look();
  });
  if (withPython.checked) python.run(look);
  look();
}

/** Stops what runs. */
function stop() {
  for (const side of sides) side.stop();
  look();
}

/** Says how far both are, and compares them once they have ended. */
function look() {
  const isBusy = sides.some(({ state }) => state === "running" || state === "loading");
  stopButton.disabled = !isBusy;
  verdict.classList.remove("same", "different");
  if (isBusy) {
    verdict.textContent = python.state === "loading" ? "Loading Python …" : "Running …";
  } else if (sides.some(({ state }) => state === "stopped")) verdict.textContent = "Stopped";
  else if (sides.every(({ state }) => state === "ended")) compare();
  else if (weft.state === "ended") verdict.textContent = "Weft has ended";
}

/** Compares a line: its text, and its turn and time unless it was printed outside of a run. */
function isSame(at) {
  const [left, right] = sides.map(({ lines }) => lines[at]);
  if (left?.text !== right?.text) return false;
  const isInside = left.turn > 0 && right.turn > 0;
  return !isInside || left.turn === right.turn && left.at === right.at;
}

/** Compares both traces, line by line. */
function compare() {
  const most = Math.max(python.lines.length, weft.lines.length);
  let first = 0;
  while (first < most && isSame(first)) first++;
  for (const { list } of sides) {
    [...list.children].forEach((item, at) => {
      item.className = at < first ? "same" : at === first ? "different" : isSame(at) ? "same" : "";
    });
  }
  const isOdd = (python.error === "") !== (weft.error === "");
  const isEqual = first === most && !isOdd;
  verdict.classList.add(isEqual ? "same" : "different");
  verdict.textContent = isEqual
    ? `The same trace: ${most} lines, each in the same turn`
    : first < most
    ? `Line ${first + 1} differs: ${tell(python.lines[first])} on asyncio, ${
      tell(weft.lines[first])
    } on Weft`
    : `The same ${most} lines, but only ${python.error === "" ? "Weft" : "asyncio"} has failed`;
  if (!isEqual) find(".trace .different")?.scrollIntoView({ block: "nearest" });
}

/** Tells a line in a sentence. */
function tell(line) {
  return line === undefined ? "nothing" : `“${line.text}” in turn ${line.turn} at ${line.at} ms`;
}

const pairs = globalThis.weftPrograms.flatMap((group) => group.pairs);
const menu = find("#program");
for (const { title, pairs: ones } of globalThis.weftPrograms) {
  const group = document.createElement("optgroup");
  group.label = title;
  for (const one of ones) group.append(new Option(one.name, pairs.indexOf(one)));
  menu.append(group);
}
menu.addEventListener("change", choose);
runButton.addEventListener("click", run);
stopButton.addEventListener("click", stop);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  run();
});
choose();
find(".workshop").hidden = false;
