/**
 * What each rule finds, and what it lets be: on any linter.
 *
 * @module
 */

/** What programs begin with. */
export const IMPORTS = `import * as weft from "@weft/weft";
import { createTask, gather, isCancelled, Lock, Queue, run, sleep as nap, timeout } from "@weft/weft";
`;

/** The cases of a rule. */
export interface RuleCases {
  readonly rule: string;
  /** Programs to which it objects once, and, of those that it can mend, what becomes of them. */
  readonly wrong: readonly (readonly [text: string, mended?: string])[];
  readonly right: readonly string[];
}

/** The cases of all rules. */
export const CASES: readonly RuleCases[] = [
  {
    rule: "never-awaited",
    wrong: [
      ["async () => { nap(5); }", "async () => { await nap(5); }"],
      ["function* a() { nap(5); }", "function* a() { yield* nap(5); }"],
      ["async () => { weft.sleep(5); }", "async () => { await weft.sleep(5); }"],
      [
        "const q = new Queue(); async () => { q.put(1); }",
        "const q = new Queue(); async () => { await q.put(1); }",
      ],
      [
        "function* work() {} function* a() { work(); }",
        "function* work() {} function* a() { yield* work(); }",
      ],
      [
        "const l = new Lock(); async () => { using _ = l.acquire(); }",
        "const l = new Lock(); async () => { using _ = await l.acquire(); }",
      ],
      [
        "const l = new Lock(); async () => { await using _ = l.acquire(); }",
        "const l = new Lock(); async () => { await using _ = await l.acquire(); }",
      ],
      [
        "const l = new Lock(); function* a() { using _ = l.acquire(); }",
        "const l = new Lock(); function* a() { using _ = yield* l.acquire(); }",
      ],
      ["nap(5);"],
    ],
    right: [
      "async () => { await nap(5); }",
      "const l = new Lock(); async () => { using _ = await l.acquire(); const a = l.acquire(); }",
      "async () => { void nap(5); const later = nap(5); return nap(later); }",
      "const q = new Queue(); q.putNowait(1);",
      "const q = new Map(); q.get(1);",
      "async function work() {} work();",
      "function sleep() {} sleep(5);",
    ],
  },
  {
    rule: "yield-star",
    wrong: [
      ["function* a() { yield nap(5); }", "function* a() { yield* nap(5); }"],
      [
        "const l = new Lock(); function* a() { using _ = yield l.acquire(); }",
        "const l = new Lock(); function* a() { using _ = yield* l.acquire(); }",
      ],
    ],
    right: [
      "function* a() { yield* nap(5); }",
      "function* a() { yield 5; yield; }",
      "async function* a() { yield nap(5); }",
    ],
  },
  {
    rule: "function-not-call",
    wrong: [
      ["async function f() {} run(f());", "async function f() {} run(() => f());"],
      [
        "const f = async () => {}; createTask(f());",
        "const f = async () => {}; createTask(() => f());",
      ],
      ["createTask(nap(5));", "createTask(() => nap(5));"],
      [
        "async function f() {} const a = gather([f()]);",
        "async function f() {} const a = gather([() => f()]);",
      ],
      [
        "async function f() {} const a = timeout(5, f());",
        "async function f() {} const a = timeout(5, () => f());",
      ],
      [
        "async function f(g: any) { g.createTask(f(g)); }",
        "async function f(g: any) { g.createTask(() => f(g)); }",
      ],
    ],
    right: [
      "async function f() {} run(f); run(() => f());",
      "function* f() {} run(f()); createTask(f());",
      "const a = gather([nap(5)]); createTask(other());",
    ],
  },
  {
    rule: "swallowed-cancellation",
    wrong: [
      ["async () => { try { await nap(5); } catch { /* go on */ } }"],
      ["async () => { try { await nap(5); } catch (error) { console.log(error); } }"],
      ["function* a() { try { yield* nap(5); } catch { } }"],
      ["async () => { try { await nap(5); } catch (e) { later(() => { throw e; }); } }"],
    ],
    right: [
      "async () => { try { await nap(5); } catch (error) { throw error; } }",
      "async () => { try { await nap(5); } catch (e) { if (isCancelled(e)) throw e; } }",
      "async () => { try { await nap(5); } catch (e) { if (!isCancelled(e)) console.log(e); } }",
      "async () => { try { await nap(5); } finally { console.log(1); } }",
      "async () => { try { await nap(5); } catch (e) { console.log(e instanceof RangeError); } }",
      "async () => { try { JSON.parse(x); } catch { } }",
      "async () => { try { later(async () => await nap(5)); } catch { } }",
      "try { await nap(5); } catch { }",
    ],
  },
  {
    rule: "milliseconds",
    wrong: [
      ["const a = nap(0.5);"],
      ["const a = timeout(1.5, () => nap(5));"],
    ],
    right: [
      "const a = nap(60_000), b = timeout(1_000.5, () => nap(5));",
      "const a = nap(500), b = nap(0), c = nap(1000 / 60);",
      "const a = other(0.5);",
    ],
  },
];
