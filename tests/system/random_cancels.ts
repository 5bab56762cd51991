/**
 * Calls off ten thousand tasks at random points, each with two strands, and looks for what they have
 * left behind; not a part of `deno task test`, as it takes a while.
 *
 * @module
 */

import { createTask, type ExceptionContext, run, sleep } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { FRONT_ENDS } from "../futures/trial.ts";
import { Prng } from "../prng.ts";
import { cancelMany, type Game } from "./fixtures/cancel_many.ts";
import { lookAtHoldings, waitForHoldings } from "./fixtures/holdings.ts";
import { files, processes, watchers } from "./fixtures/local_games.ts";
import { datagrams, events, http, pool, tcp, tls, webSockets } from "./fixtures/network_games.ts";

const SEED = Number(Deno.env.get("SEED") ?? 1);

/** How often each is called off, in all, and how many are at it at once. */
const GAMES: Record<string, readonly [game: Game, count: number, limit: number]> = {
  "TCP": [tcp, 1500, 16],
  "TLS": [tls, 700, 8],
  "HTTP": [http, 1500, 16],
  "events": [events, 500, 8],
  "WebSockets": [webSockets, 1000, 8],
  "files": [files, 2200, 8],
  "watchers": [watchers, 500, 4],
  "processes": [processes, 300, 4],
  "datagrams": [datagrams, 800, 8],
  "a pool": [pool, 1000, 8],
};

for (const [what, [game, count, limit]] of Object.entries(GAMES)) {
  for (const [name, as] of FRONT_ENDS) {
    Deno.test(`what is called off leaves nothing of ${what} behind (${name}, seed ${SEED})`, async () => {
      const reports: string[] = [];
      const onError = ({ message, exception }: ExceptionContext) =>
        void reports.push(`${message}: ${exception}`);
      const prng = new Prng(SEED);
      await run(
        as(function* () {
          yield* game(as, function* (play) { // What the host keeps for good is there then.
            for (let n = 0; n < 2 * limit; n++) yield* play(prng);
          });
          yield sleep(0);
          const before = lookAtHoldings();
          yield* game(as, function* (play) {
            const { calledOff, done } = yield createTask(
              cancelMany(as, play, { count: count / 2, limit, prng }),
            );
            assert(calledOff >= count / 2 && done > count / 100, `${calledOff}, ${done}`);
          });
          assertEquals(yield createTask(waitForHoldings(before)), []);
        }),
        { onError, signals: [] },
      );
      assertEquals(reports, []);
    });
  }
}
