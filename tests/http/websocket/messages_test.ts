import { CancelledError, createTask, QueueFull, sleep, type Task, until } from "../../../mod.ts";
import { Inbox, isTooLarge } from "../../../src/http/websocket/inbox.ts";
import { Outbox } from "../../../src/http/websocket/outbox.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { Boom, caught, failure, trial } from "../../futures/trial.ts";

/** Takes what it is told to, and no more. */
class Taker {
  readonly taken: (string | Uint8Array)[] = [];
  bufferedAmount = 0;

  send(message: string | Uint8Array): void {
    this.taken.push(message);
    this.bufferedAmount += message.length;
  }
}

/** Lets the host have some time. */
const hostTime = (ms = 0) => new Promise((resolve) => void setTimeout(resolve, ms));

trial("Inbox gives a message to the next when one who was woken for it is cancelled", function* () {
  const inbox = new Inbox();
  const waiting: Task<unknown> = createTask(() => inbox.receive());
  yield sleep(0);
  inbox.push("precious");
  waiting.cancel();
  const error = yield* caught(waiting);
  if (error === undefined) assertEquals(yield waiting, "precious");
  else assertEquals(yield inbox.receive(), "precious");
  assertEquals([inbox.count, inbox.size], [0, 0]);
});

trial("Inbox takes back what a select() does not want, and gives the end last", function* () {
  const inbox = new Inbox();
  inbox.push("one");
  inbox.push(new Uint8Array([2]));
  const receiving = inbox.receive();
  receiving.undo((yield receiving) as string);
  inbox.end(() => new Boom("over"));
  assertEquals(yield inbox.receive(), "one");
  assertEquals(yield inbox.receive(), new Uint8Array([2]));
  yield* failure(inbox.receive(), Boom, "over");
});

trial("Inbox ends who waits", function* () {
  const inbox = new Inbox();
  const waiting: Task<unknown> = createTask(() => inbox.receive());
  yield sleep(0);
  inbox.end(() => new Boom("over"));
  yield* failure(waiting, Boom, "over");
});

Deno.test("isTooLarge() counts the bytes of text only where that decides", () => {
  assertEquals([isTooLarge("abc", 3), isTooLarge("abcd", 3)], [false, true]);
  assertEquals([isTooLarge("üü", 4), isTooLarge("üüü", 5)], [false, true]);
  assertEquals([isTooLarge("日本", 6), isTooLarge("日本", 5)], [false, true]);
  assertEquals([isTooLarge(new Uint8Array(3), 3), isTooLarge(new Uint8Array(4), 3)], [false, true]);
});

trial("Outbox sends in the order of asking, as room comes", function* () {
  const taker = new Taker();
  const outbox = new Outbox(taker, 4, Infinity, () => {});
  yield outbox.sendInTurn("12345");
  const tasks: Task<void>[] = ["a", "b", "c"].map((text) =>
    createTask(() => outbox.sendInTurn(text))
  );
  yield until(hostTime(5));
  assertEquals(taker.taken, ["12345"]);
  assertThrows(() => outbox.sendNowait("d"), QueueFull, "5 bytes are not sent yet");
  for (const task of tasks) {
    taker.bufferedAmount = 4; // Room for one more.
    yield task;
  }
  assertEquals(taker.taken, ["12345", "a", "b", "c"]);
  taker.bufferedAmount = 0;
  outbox.sendNowait("e");
  assertEquals(taker.taken.at(-1), "e");
});

trial("Outbox sends nothing of who is cancelled, before and after being woken", function* () {
  const taker = new Taker();
  const outbox = new Outbox(taker, 0, Infinity, () => {});
  outbox.send("full");
  const [first, second, third]: Task<void>[] = ["1", "2", "3"].map((text) =>
    createTask(() => outbox.sendInTurn(text))
  );
  yield sleep(0);
  first.cancel();
  yield* failure(first, CancelledError);
  taker.bufferedAmount = 0;
  outbox.line.wakeNext();
  second.cancel();
  const error = yield* caught(second);
  taker.bufferedAmount = 0;
  yield third;
  assertEquals(taker.taken, error === undefined ? ["full", "2", "3"] : ["full", "3"]);
});

trial("Outbox ends who waits, and who comes later", function* () {
  const outbox = new Outbox(
    { ...new Taker(), bufferedAmount: 1, send: () => {} },
    0,
    Infinity,
    () => {},
  );
  const waiting: Task<void> = createTask(() => outbox.sendInTurn("x"));
  yield sleep(0);
  outbox.end(() => new Boom("over"));
  yield* failure(waiting, Boom, "over");
  yield* failure(outbox.sendInTurn("y"), Boom, "over");
  assertThrows(() => outbox.sendNowait("z"), Boom, "over");
});

trial(
  "Outbox tells of an end that takes nothing for too long, and not of one that is slow",
  function* () {
    const taker = new Taker();
    let told = 0;
    const outbox = new Outbox(taker, 0, 200, () => void told++);
    outbox.send("x".repeat(100));
    const waiting: Task<void> = createTask(() => outbox.sendInTurn("y"));
    for (let n = 0; n < 6; n++) {
      yield until(hostTime(60));
      taker.bufferedAmount--;
    }
    assertEquals(told, 0);
    while (told === 0) yield until(hostTime(10));
    outbox.end(() => new Boom("untaken"));
    yield* failure(waiting, Boom, "untaken");
    assert(told === 1);
  },
);

trial("Outbox lets everybody go on for whom there is room, at once", function* () {
  const taker = new Taker();
  const outbox = new Outbox(taker, 100, Infinity, () => {});
  outbox.send("x".repeat(200));
  const tasks: Task<void>[] = [..."abcdefghij"].map((text) =>
    createTask(() => outbox.sendInTurn(text))
  );
  yield sleep(0);
  taker.bufferedAmount = 0;
  yield tasks[0];
  for (let turn = 0; turn < 2 * tasks.length; turn++) yield sleep(0);
  assertEquals(taker.taken.slice(1).join(""), "abcdefghij");
});

trial("Outbox does not give up an end that takes all, while some always wait", function* (as) {
  const taker = new Taker();
  const take = () => void (taker.bufferedAmount = 0);
  const send = taker.send.bind(taker);
  taker.send = (message) => {
    send(message);
    setTimeout(take, 0);
  };
  let told = 0;
  const outbox = new Outbox(taker, 0, 1_000, () => void told++);
  const tasks: Task<void>[] = [1, 2, 3].map(() =>
    createTask(as(function* () {
      while (told === 0) yield outbox.sendInTurn("x");
    }))
  );
  for (let n = 0; n < 30; n++) yield until(hostTime(50));
  for (const task of tasks) task.cancel();
  for (const task of tasks) yield* caught(task);
  yield until(hostTime(5));
  assertEquals([told, outbox.line.size], [0, 0]);
});

trial(
  "Outbox swallows a message that the host refuses because its end was not told yet",
  function* () {
    const refusing = {
      bufferedAmount: 0,
      send: (message: string | Uint8Array) => {
        if (message === "late") throw new DOMException("not open", "InvalidStateError");
        throw new Boom("broken");
      },
    };
    const outbox = new Outbox(refusing, 0, Infinity, () => {});
    yield outbox.sendInTurn("late");
    yield* failure(outbox.sendInTurn("other"), Boom, "broken");
  },
);
