/**
 * The README as the package has it: without what leads to files that stay in the tree.
 *
 * @module
 */

/** Takes out pictures and links to files that the package does not have; the words of links stay. */
export function packReadme(text: string, files: readonly string[]): string {
  const isKept = (target: string) =>
    /^(\w+:|#)/.test(target) || files.includes(target.replace(/#.*/, ""));
  return text.split(/(^```[^]*?^```$)/m).map((part) =>
    part.startsWith("```") ? part : part
      .replace(
        /!\[[^\]]*\]\(([^)\s]+)\)\n*/g,
        (picture, target) => isKept(target) ? picture : "",
      )
      .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (link, words, target) => isKept(target) ? link : words)
  ).join("");
}
