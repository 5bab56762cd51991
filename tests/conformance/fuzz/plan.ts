import { choosePrimitives } from "./primitive_writer.ts";
import type { Primitive } from "./program.ts";
import type { Random } from "./random.ts";

/** What a program may name, decided before its statements, so that any body can refer to what another one makes. */
export interface Plan {
  /** How many bodies there are, main included. */
  bodies: number;
  /** The shared futures. */
  futures: string[];
  /** The task slots and the body whose tasks each one holds. */
  tasks: { slot: string; body: number }[];
  /** The slots of held awaitables; each depends only on tasks of bodies from `rank` on. */
  held: { slot: string; rank: number }[];
  /** The slots of task groups. */
  groups: string[];
  /** The slots of timeout scopes. */
  scopes: string[];
  /** The slots of handles. */
  handles: string[];
  /** The primitives. */
  primitives: Primitive[];
  /** The few delays the program uses, so that equal deadlines are common. */
  delays: number[];
  /** Whether tasks may start eagerly. */
  eager: boolean;
}

/** Decides on the names of a program. */
export function plan(random: Random): Plan {
  const bodies = random.integer(3, 6);
  const tasks = numbered("t", bodies - 1).map((slot, index) => ({ slot, body: index + 1 }));
  for (let extra = random.integer(0, 2); extra > 0; extra--) {
    tasks.push({ slot: `t${tasks.length}`, body: random.integer(1, bodies - 1) });
  }
  return {
    bodies,
    tasks,
    futures: numbered("f", random.integer(1, 3)),
    held: numbered("a", random.integer(0, 2)).map((slot) => ({
      slot,
      rank: random.integer(1, bodies - 1),
    })),
    groups: numbered("g", random.integer(1, 2)),
    scopes: numbered("s", random.integer(1, 3)),
    handles: numbered("h", random.integer(1, 2)),
    primitives: choosePrimitives(random),
    delays: Array.from(
      { length: random.integer(2, 3) },
      () => random.pick([0, 1, 1, 2, 2, 3, 4, 5]),
    ),
    eager: random.chance(0.2),
  };
}

/** Lists the first names of a kind: `t0`, `t1`, … */
function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
