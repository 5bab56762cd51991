import { LimitOverrunError } from "../../../mod.ts";
import { EventParser, type ServerEvent } from "../../../src/http/events/event_parser.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { Prng } from "../../prng.ts";

/** Takes all events out. */
function drain(parser: EventParser): ServerEvent[] {
  const events: ServerEvent[] = [];
  for (let event = parser.take(); event !== undefined; event = parser.take()) events.push(event);
  return events;
}

/** Parses text that comes at once. */
function parse(text: string): ServerEvent[] {
  const parser = new EventParser(1000, "");
  parser.push(text);
  return drain(parser);
}

const message = (data: string, id = ""): ServerEvent => ({ event: "message", data, id });

Deno.test("EventParser reads the examples of the HTML standard", () => {
  assertEquals(parse("data: YHOO\ndata: +2\ndata: 10\n\n"), [message("YHOO\n+2\n10")]);
  assertEquals(
    parse(
      ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n",
    ),
    [message("first event", "1"), message("second event"), message(" third event")],
  );
  assertEquals(parse("data\n\ndata\ndata\n\ndata:"), [message(""), message("\n")]);
  assertEquals(parse("data:test\n\ndata: test\n\n"), [message("test"), message("test")]);
});

Deno.test("EventParser knows kinds of events, ids, delays, and nothing else", () => {
  const parser = new EventParser(1000, "before");
  parser.push("event: add\ndata: 1\n\nother: x\nEvent: y\ndata: 2\n\n");
  assertEquals(drain(parser), [
    { event: "add", data: "1", id: "before" },
    message("2", "before"),
  ]);
  parser.push("event: none\nid: 5\n\nretry: 250\nretry: 1x\nretry: -1\ndata: 3\n\n");
  assertEquals([drain(parser), parser.lastId, parser.retry], [[message("3", "5")], "5", 250]);
  parser.push("id: a\0b\ndata: 4\n\nid:\ndata: 5\n\n");
  assertEquals([drain(parser), parser.lastId], [[message("4", "5"), message("5")], ""]);
});

Deno.test("EventParser counts an id once its event has ended", () => {
  const parser = new EventParser(1000, "");
  parser.push("id: 1\ndata: a\n\nid: 2\ndata: b");
  assertEquals([drain(parser), parser.lastId], [[message("a", "1")], "1"]);
  parser.restart();
  parser.push("\n\ndata: c\n\n");
  assertEquals([drain(parser), parser.lastId], [[message("c", "1")], "1"]);
});

Deno.test("EventParser gives the same however the text is cut, and whatever ends its lines", () => {
  const lines = ["id: 7", "event: e", "data: one", "data: two", "", ": beat", "data: ü", "", ""];
  const expected = [{ event: "e", data: "one\ntwo", id: "7" }, message("ü", "7")];
  const prng = new Prng(1);
  for (const end of ["\n", "\r", "\r\n"]) {
    const text = lines.join(end);
    for (let round = 0; round < 200; round++) {
      const parser = new EventParser(1000, "");
      for (let rest = text; rest !== "";) {
        const count = 1 + prng.below(8);
        parser.push(rest.slice(0, count));
        rest = rest.slice(count);
      }
      assertEquals(drain(parser), expected);
    }
  }
});

Deno.test("EventParser refuses an event that is too long, in one line or in many", () => {
  for (const piece of ["x".repeat(6), "data: x\n"]) {
    const parser = new EventParser(20, "");
    parser.push("data: 01234\n\ndata: 56789\n\n");
    assertEquals(drain(parser).length, 2);
    const pushAll = () => {
      for (let n = 0; n < 4; n++) parser.push(piece);
    };
    assertThrows(pushAll, LimitOverrunError, "longer than 20 characters");
  }
});

Deno.test("EventParser takes an event back, in front of all others", () => {
  const parser = new EventParser(1000, "");
  parser.push("data: 1\n\ndata: 2\n\n");
  parser.putBack(parser.take()!);
  assertEquals(drain(parser).map(({ data }) => data), ["1", "2"]);
});
