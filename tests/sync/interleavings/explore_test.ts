import { createTask, sleep, yieldNow } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type FrontEnd, type Program, rejection } from "../../futures/trial.ts";
import { Prng } from "../../prng.ts";
import { explore, replay } from "./explore.ts";

/** Loses updates under a few schedules: those that turn an order around again and again. */
function* racy(as: FrontEnd): Program<void> {
  const order: number[] = [];
  const note = (n: number) =>
    as(function* () {
      for (let round = 0; round < 3; round++) {
        yield yieldNow();
        order.push(n);
      }
    });
  for (const task of [1, 2, 3].map((n) => createTask(note(n)))) yield task;
  assert(order.join("") !== "321321321", "updates are lost");
}

Deno.test("explore() finds what breaks under some schedules, and names the seed", async () => {
  const error = await rejection(explore(racy), Error, "WEFT_SEED=", "updates are lost");
  const seed = Number(error.message.match(/WEFT_SEED=(\d+): /)![1]);
  assert(seed > 1, "the first seed must not break it");
  for (let earlier = 1; earlier < seed; earlier++) await replay(earlier, racy);
  for (let again = 0; again < 3; again++) {
    const replayed = await rejection(replay(seed, racy), Error);
    assertEquals(replayed.message, error.message);
  }
});

Deno.test("explore() finds what breaks for one draw only, and replays that draw", async () => {
  const unlucky = new Prng(777).next();
  const draw = function* (_as: FrontEnd, random: Prng): Program<void> {
    yield yieldNow();
    assert(random.next() !== unlucky, "the draw is unlucky");
  };
  await rejection(explore(draw), Error, "WEFT_SEED=777: ", "the draw is unlucky");
  await rejection(replay(777, draw), Error, "WEFT_SEED=777: ", "the draw is unlucky");
  await explore(draw, { seeds: 776 });
});

Deno.test("explore() without shuffling gives each seed the likely order", async () => {
  await explore(racyInOrder, { shuffled: false, seeds: 20 });
  await rejection(explore(racyInOrder), Error, "not in order");
});

/** Breaks under any order but the likely one. */
function* racyInOrder(as: FrontEnd): Program<void> {
  const order: number[] = [];
  const note = (n: number) =>
    as(function* () {
      yield yieldNow();
      order.push(n);
    });
  for (const task of [1, 2, 3].map((n) => createTask(note(n)))) yield task;
  assertEquals(order, [1, 2, 3], "not in order");
}

Deno.test("explore() finds a task that is left", async () => {
  const leave = function* (): Program<void> {
    createTask(() => sleep(1000), { name: "left" });
    yield sleep(1);
  };
  await rejection(explore(leave, { seeds: 1 }), Error, "WEFT_SEED=1: ", "left");
});
