/** Cuts a program down to a small one that still shows the same fault. */
import type { Program } from "./program.ts";

/** How many candidates are tried at most. */
const MAX_TRIALS = 4000;

/** The kinds of awaitables that are futures. */
const FUTURES: ReadonlySet<string> = new Set(["task", "future", "held", "shield", "gather"]);

/** Where something stands inside a program. */
type Path = (string | number)[];

/** Any part of a program. */
type Part = Record<string, unknown>;

/**
 * Shrinks a program as long as the fault stays: removes runs of statements, the longest first, puts the statements of a block
 * in its place, an inner awaitable in the place of the outer one, and the plainest values everywhere.
 */
export async function shrink(
  program: Program,
  faulty: (candidate: Program) => Promise<boolean>,
): Promise<Program> {
  let best = program;
  let place = 0;
  let improved = false;
  for (let trials = 0; trials < MAX_TRIALS;) {
    let found: Program | undefined;
    for (const make of candidates(best).drop(place)) {
      const candidate = make();
      if (isValid(candidate) && trials++ < MAX_TRIALS && await faulty(candidate)) {
        found = candidate;
        break;
      }
      place++;
    }
    if (found !== undefined) {
      best = found;
      improved = true;
    } else {
      if (!improved) break;
      improved = false;
      place = 0;
    }
  }
  return best;
}

/** Walks the programs that are one step smaller, the boldest steps first; each is made only when it is called. */
function* candidates(program: Program): Generator<() => Program> {
  const parts = Array.from(walk(program, []));
  const lists = parts.filter(([, part]) => Array.isArray(part)) as [Path, unknown[]][];
  const longest = Math.max(...lists.map(([, list]) => list.length), 1);
  for (let run = longest; run >= 1; run = Math.floor(run / 2)) {
    for (const [path, list] of lists) {
      if (path.length === 1 && path[0] !== "primitives") continue;
      for (let start = 0; start + run <= list.length; start += run) {
        yield () => replaced(program, path, list.toSpliced(start, run));
      }
    }
  }
  for (const [path, list] of lists) {
    for (let index = 0; index < list.length; index++) {
      for (const inner of innerStatements(list[index] as Part)) {
        yield () => replaced(program, path, list.toSpliced(index, 1, ...inner));
      }
    }
  }
  for (const [path, part] of parts) {
    for (const simpler of simplerValues(path.at(-1)!, part)) {
      yield () => replaced(program, path, simpler);
    }
  }
}

/** Walks every part of a program with its path, the outer ones first. */
function* walk(part: unknown, path: Path): Generator<[Path, unknown]> {
  if (path.length > 0) yield [path, part];
  if (typeof part !== "object" || part === null) return;
  for (const [key, inner] of Object.entries(part)) {
    yield* walk(inner, [...path, Array.isArray(part) ? Number(key) : key]);
  }
}

/** Lists what a statement with statements inside can be replaced with. */
function innerStatements(statement: Part): unknown[][] {
  return [statement.body, statement.final].filter((inner) => Array.isArray(inner));
}

/** Lists the plainer values that may stand in the place of one. */
function simplerValues(key: string | number, part: unknown): unknown[] {
  if (key === "ms" && typeof part === "number") return [0, 1].filter((plain) => plain < part);
  if (key === "times" && part !== 1) return [1];
  if (key === "eager" || key === "returnExceptions" || key === "cancel") {
    return part === true ? [false] : [];
  }
  if (key === "catch" && part !== "all" && part !== null) return ["all"];
  if (isAwaitable(part) && isAwaitable(part.of)) return [part.of];
  if (isAwaitable(part) && Array.isArray(part.of)) return part.of;
  return [];
}

/** Returns whether a part is an awaitable expression. */
function isAwaitable(part: unknown): part is Part {
  return typeof part === "object" && part !== null && "kind" in part;
}

/** Returns whether wait() gets futures alone and only futures are held: cutting may have left a coroutine in their place. */
function isValid(program: Program): boolean {
  for (const [, part] of walk(program, [])) {
    const { op, of } = (part ?? {}) as Part;
    if (op === "wait" && (of as Part[]).some(({ kind }) => !FUTURES.has(kind as string))) {
      return false;
    }
    if (op === "hold" && !["shield", "gather"].includes((of as Part).kind as string)) return false;
  }
  return true;
}

/** Copies the program with one part replaced. */
function replaced(program: Program, path: Path, part: unknown): Program {
  const copy = structuredClone(program);
  const holder = path.slice(0, -1).reduce(
    (part, key) => part[key] as Part,
    copy as unknown as Part,
  );
  holder[path.at(-1)!] = structuredClone(part);
  return copy;
}
