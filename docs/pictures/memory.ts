/**
 * The picture of the core's memory, made from the addresses in its source.
 *
 * @module
 */

import { readLayout } from "../../tests/wasm/layout.ts";
import { Picture, type Tone } from "./picture.ts";

/** Draws it. */
export function drawMemory(): Picture {
  const layout = readLayout();
  const names = ["TOTALS", "LEASE", "SLOTS", "BLOCK", "INDEX_BITS", "FIRST_CAPACITY"];
  const [totals, lease, slots, block, bits, first] = names.map((name) => layout.get(name)!);
  const picture = new Picture(
    [760, 560],
    "The memory of the core",
    "Linear memory holds words, totals, the lease, the slots and the heap, one after the other. A " +
      "slot takes 16 bytes, a timer 20 more, in blocks of 16.",
  );
  picture.text(24, 34, "Linear memory", { look: "strong" });
  const rows: [number, string, string, string, Tone][] = [
    [
      0,
      "words",
      `${totals / 4} × i32`,
      "counters and list heads, read by the host through a view",
      "main",
    ],
    [
      totals,
      "totals",
      `${(lease - totals) / 8} × f64`,
      "running totals, and the nearest deadline",
      "main",
    ],
    [
      lease,
      "lease",
      `${(slots - lease) / 4} × i32`,
      "ids handed out to be run; 0: taken or withdrawn",
      "main",
    ],
    [
      slots,
      "slots",
      "capacity × 16 bytes",
      "ids: free, idle, ready or armed; the first 16 are list heads",
      "calm",
    ],
    [NaN, "heap", "capacity × 20 bytes", "timers by deadline: 16 children a node", "warm"],
  ];
  rows.forEach(([address, name, size, about, tone], at) => {
    const y = 52 + at * 50;
    const label = Number.isNaN(address) ? "" : String(address);
    picture.text(74, y + 16, label, { anchor: "end", look: "code" });
    picture.box({ x: 86, y, width: 250, height: 44, lines: [name, size], tone });
    picture.text(352, y + 27, about, { look: "faint" });
  });
  picture.text(86, 322, `Slots and heap double together, from ${first.toLocaleString("en-US")}.`);

  const slot = 372;
  picture.text(24, slot - 12, "One slot, 16 bytes", { look: "strong" });
  const fields = ["id", "next or place", "previous", "info"];
  const notes = [
    "generation, index",
    "in its list, the heap or the lease",
    "in its list",
    "level, side, state",
  ];
  fields.forEach((field, at) => {
    const x = 24 + at * 178;
    picture.box({ x, y: slot, width: 178, height: 34, lines: [field], tone: "calm" });
    picture.text(x + 89, slot + 52, notes[at], { anchor: "middle", look: "faint" });
  });
  picture.text(
    24,
    slot + 80,
    `An id: ${31 - bits} bits of generation, ${bits} bits of index. A stale id is refused.`,
  );

  const heap = 490;
  picture.text(24, heap - 12, `One block of the heap, ${block} bytes: 16 timers`, {
    look: "strong",
  });
  picture.box({
    x: 24,
    y: heap,
    width: 285,
    height: 34,
    lines: ["deadlines, 16 × f64"],
    tone: "warm",
  });
  picture.box({
    x: 309,
    y: heap,
    width: 285,
    height: 34,
    lines: ["order of arming, 16 × f64"],
    tone: "warm",
  });
  picture.box({
    x: 594,
    y: heap,
    width: 142,
    height: 34,
    lines: ["slots, 16 × u32"],
    tone: "warm",
  });
  return picture;
}
