import { Cron as Croner } from "croner";
import { cron } from "../../../resilience.ts";
import { assert, assertEquals } from "../../assert.ts";
import { Prng } from "../../prng.ts";

/** Makes a field of a few parts. */
function makeField(prng: Prng, least: number, most: number): string {
  const size = most - least + 1;
  const part = () => {
    const first = least + prng.below(size);
    if (prng.chance(40)) return `${first}`;
    const range = `${first}-${first + prng.below(most - first + 1)}`;
    return prng.chance(50) ? range : `${range}/${1 + prng.below(most)}`;
  };
  return Array.from({ length: 1 + prng.below(3) }, part).join(",");
}

Deno.test("cron() agrees with croner on random expressions", () => {
  const prng = new Prng(11);
  const kinds = [[0, 59], [0, 59], [0, 23], [1, 31], [1, 12], [0, 7]] as const;
  let compared = 0;
  for (let n = 0; n < 400; n++) {
    const fields = kinds.map(([least, most], at) =>
      prng.chance(35)
        ? "*"
        : at < 3 && prng.chance(30)
        ? `*/${1 + prng.below(most)}`
        : makeField(prng, least, most)
    );
    const expression = fields.slice(prng.below(2)).join(" ");
    let rule;
    try {
      rule = cron(expression);
    } catch (error) { // It may name the 31st of months that have none.
      assert(`${error}`.includes("must match some day"), `${error}`);
      assertEquals(new Croner(expression, { timezone: "UTC" }).nextRun(new Date(0)), null);
      continue;
    }
    let after = new Date(Date.UTC(2020 + prng.below(10), prng.below(12), 1) + prng.below(2 ** 31));
    const croner = new Croner(expression, { timezone: "UTC" });
    for (let count = 0; count < 5; count++) {
      const [own, other] = [rule.after(after), croner.nextRun(after)];
      assertEquals(own, other, `${expression} after ${after.toISOString()}`);
      compared++;
      after = own!;
    }
  }
  assert(compared > 1500, `${compared} times were compared`);
});
