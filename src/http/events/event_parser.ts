/**
 * Finding the events in text that a server sends.
 *
 * Lines end with a line feed, a carriage return, or both. A line is a field and its value; an empty one
 * ends an event. What is not ended when the text ends is no event: as the HTML standard has it.
 *
 * @module
 */

import { LimitOverrunError } from "../../errors.ts";

/** An event that a server sent. */
export interface ServerEvent {
  /** Its kind: `"message"` unless the server says. */
  readonly event: string;
  /** Its data; lines are parted by line feeds. */
  readonly data: string;
  /** The id of the last event that had one, this one included; `""` if there was none. */
  readonly id: string;
}

/** What text of a server says, piece by piece. */
export class EventParser {
  readonly #maxLength: number;
  readonly #found: ServerEvent[] = [];
  /** The beginning of a line whose end has not come. */
  #open = "";
  /** Whether the last piece ended with a carriage return: a line feed after it goes with it. */
  #isAfterReturn = false;
  #event = "";
  #data: string[] = [];
  /** The number of UTF-16 units in the event that is open, its line included. */
  #length = 0;
  #nextId: string;
  #lastId: string;
  #retry: number | undefined;

  /** Makes one whose events have so many UTF-16 units at most; ids go on from the last one. */
  constructor(maxLength: number, lastId: string) {
    this.#maxLength = maxLength;
    this.#nextId = this.#lastId = lastId;
  }

  /** The id of the last event that was found, or one before it. */
  get lastId(): string {
    return this.#lastId;
  }

  /** How long, in ms, the server wants to be left alone after a break, if it has said so. */
  get retry(): number | undefined {
    return this.#retry;
  }

  /** Begins anew with other text: what is not ended is no event. */
  restart(): void {
    this.#open = "";
    this.#isAfterReturn = false;
    this.#nextId = this.#lastId;
    this.#clear();
  }

  /** Takes the next event out; `undefined` if there is none. */
  take(): ServerEvent | undefined {
    return this.#found.shift();
  }

  /** Puts an event back in front of all others. */
  putBack(event: ServerEvent): void {
    this.#found.unshift(event);
  }

  /** Takes the next piece of text. */
  push(piece: string): void {
    if (piece === "") return;
    const isContinued = this.#isAfterReturn && piece.startsWith("\n");
    const text = isContinued ? piece.slice(1) : piece;
    this.#isAfterReturn = text === "" ? false : text.endsWith("\r");
    const lines = text.split(/\r\n|\n|\r/);
    for (let at = 0; at < lines.length - 1; at++) this.#takeLine(this.#grow(lines[at]));
    this.#open = this.#grow(lines[lines.length - 1]);
  }

  /** Joins a part to the line that is open. */
  #grow(part: string): string {
    const line = this.#open + part;
    this.#open = "";
    const length = this.#length + line.length;
    if (length > this.#maxLength) {
      const message =
        `Cannot read an event longer than ${this.#maxLength} characters: it has ${length} already`;
      throw new LimitOverrunError(message, length);
    }
    return line;
  }

  /** Does what a whole line says. */
  #takeLine(line: string): void {
    if (line === "") return this.#end();
    const at = line.indexOf(":");
    if (at === 0) return; // A comment, as heartbeats are.
    const field = at < 0 ? line : line.slice(0, at);
    const value = at < 0 ? "" : line.slice(at + 1).replace(/^ /, "");
    this.#length += line.length;
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#nextId = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.#retry = Number(value);
  }

  /** Ends the event that is open; one without data counts for its id alone. */
  #end(): void {
    this.#lastId = this.#nextId;
    if (this.#data.length > 0) {
      const event = this.#event || "message";
      this.#found.push({ event, data: this.#data.join("\n"), id: this.#lastId });
    }
    this.#clear();
  }

  /** Forgets the event that is open. */
  #clear(): void {
    this.#event = "";
    this.#data = [];
    this.#length = 0;
  }
}
