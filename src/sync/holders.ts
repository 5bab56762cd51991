/**
 * Who holds what others wait for.
 *
 * @module
 */

import { findTask, type InnerTask, isRemembering } from "../lowlevel.ts";
import type { Permit } from "./permit.ts";

/** The most permits that are remembered with their tasks: some are never given back, on purpose. */
const MOST_REMEMBERED = 100;
/** The most tasks that are named. */
const MOST_NAMED = 3;

/**
 * The tasks that hold the permits of one giver, oldest first.
 *
 * They are remembered in debug mode and in tests alone: elsewhere, a permit costs nothing more.
 */
export class Holders {
  #tasks: Map<Permit, InnerTask<unknown>> | undefined = undefined;

  /** Remembers that the task that is running got a permit. */
  add(permit: Permit): void {
    if (!isRemembering) return;
    const tasks = this.#tasks ??= new Map();
    tasks.set(permit, findTask()!);
    if (tasks.size > MOST_REMEMBERED) tasks.delete(tasks.keys().next().value!);
  }

  /** Forgets a permit; without one, that of the task that is running or else the oldest. */
  delete(permit?: Permit): void {
    const tasks = this.#tasks;
    if (tasks === undefined) return;
    const all = [...tasks.keys()];
    const task = findTask();
    tasks.delete(permit ?? all.find((one) => tasks.get(one) === task) ?? all[0]);
  }

  /** Names the tasks, for dumps; nothing if none is known. */
  toString(): string {
    return heldBy(this.#tasks?.values() ?? []);
  }
}

/** Describes by which tasks something is held; nothing if there is none. */
export function heldBy(tasks: Iterable<InnerTask<unknown>>): string {
  const names = [...new Set(tasks)].map(({ name, done }) => done ? `${name} that has ended` : name);
  const more = names.splice(MOST_NAMED).length;
  if (more > 0) names.push(`${more} more`);
  return names.length > 0 ? `held by ${names.join(" and ")}` : "";
}
