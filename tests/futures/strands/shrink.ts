/**
 * Making a program that fails smaller while it still fails.
 *
 * @module
 */

import { type Block, blocksOf, type Op, type Program } from "./program.ts";

/** Bounds how many programs are tried. */
const MOST_TRIALS = 400;

/** Returns a smaller program for which `fails` still says yes. */
export async function shrink(
  program: Program,
  fails: (program: Program) => Promise<boolean>,
): Promise<Program> {
  let trials = 0;
  for (let smaller = true; smaller;) {
    smaller = false;
    for (const candidate of smallerPrograms(program)) {
      if (++trials > MOST_TRIALS) return program;
      if (!await fails(candidate)) continue;
      program = candidate;
      smaller = true;
      break;
    }
  }
  return program;
}

/** Gives the programs that are one cut smaller, the deepest cuts first. */
function* smallerPrograms(program: Program): Generator<Program> {
  const { tasks, main } = program;
  for (const main of smallerBlocks(program.main)) yield { ...program, main };
  // An empty task stays, for the sake of the others' numbers; the last one can go.
  if (tasks.at(-1)?.block.length === 0) yield { ...program, tasks: tasks.slice(0, -1) };
  for (const [at, { generator, block }] of tasks.entries()) {
    for (const smaller of smallerBlocks(block)) {
      yield { ...program, main, tasks: tasks.with(at, { generator, block: smaller }) };
    }
    if (generator) yield { ...program, tasks: tasks.with(at, { generator: false, block }) };
  }
}

function* smallerBlocks(block: Block): Generator<Block> {
  if (block.length > 1) yield [];
  for (const at of block.keys()) yield block.toSpliced(at, 1);
  for (const [at, op] of block.entries()) {
    for (const inner of blocksOf(op)) yield block.toSpliced(at, 1, ...inner);
    for (const smaller of smallerOps(op)) yield block.with(at, smaller);
  }
}

function* smallerOps(op: Op): Generator<Op> {
  if (!("blocks" in op)) return;
  const blocks: readonly Block[] = op.blocks;
  const isList = op.kind === "join" || op.kind === "group";
  if (isList && blocks.length > 1) {
    for (const at of blocks.keys()) yield { ...op, blocks: blocks.toSpliced(at, 1) };
  }
  for (const [at, block] of blocks.entries()) {
    for (const smaller of smallerBlocks(block)) {
      yield { ...op, blocks: blocks.with(at, smaller) } as Op;
    }
  }
}
