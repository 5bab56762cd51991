/**
 * The lines of the user's code in a stack.
 *
 * @module
 */

/** The folder of the library, whose own frames say nothing to its users. */
const LIBRARY = findFolder();

/** What frames have in place of a file: those of the host say nothing either. */
const NO_FILE = /[ (](?:ext|node|native):|\((?:<anonymous>|native|index \d+)\)$/;

/** Finds the folder as stacks name it: by its address or, in Bun, by its path, which is a part of that. */
function findFolder(): string {
  if (!URL.canParse("../", import.meta.url)) return "src/";
  const { href, protocol, pathname } = new URL("../", import.meta.url);
  return protocol === "file:" && "Bun" in globalThis ? decodeURI(pathname) : href;
}

/** Picks the frames of a stack that are the user's; none where stacks have another form. */
export function userFrames(stack: string | undefined): string[] {
  const frames = stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return frames.filter((frame) => !frame.includes(LIBRARY) && !NO_FILE.test(frame));
}

/** Describes where something was made, as `, made at FILE:LINE`, or nothing if that is not known. */
export function madeAtLine(made: Error | undefined): string {
  const frame = userFrames(made?.stack).find((frame) => /:\d+\)?$/.test(frame));
  return frame === undefined ? "" : `, made ${frame.trim()}`;
}
