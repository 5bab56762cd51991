/**
 * The package for npm, built for a test.
 *
 * @module
 */

/** Builds the package into a folder, by its own command: what it starts ends with it. */
export async function buildPackageApart(folder: string): Promise<void> {
  const build = new URL("../../npm/build.ts", import.meta.url).pathname;
  const args = ["run", "--allow-all", "--lock", "--frozen", build, `--out=${folder}`];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
