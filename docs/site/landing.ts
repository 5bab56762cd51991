/**
 * The first page: what Weft is, on one screen.
 *
 * @module
 */

import { escape } from "./code.ts";
import { type DemoPicture, drawDemo, tellDemo } from "./demo_picture.ts";
import { render } from "./markdown.ts";
import { readText } from "./pages.ts";
import { placeOf, rewriteLink, type Wanted } from "./places.ts";
import { type Page, PLAYGROUND } from "./template.ts";

/** The document that it is made of. */
export const LANDING = "docs/site/landing.md";

/** The pictures of the demo, by their places: for a desk, and for a phone. */
export const DEMO_PICTURES: Readonly<Record<string, DemoPicture>> = {
  "assets/demo.svg": drawDemo(true),
  "assets/demo_narrow.svg": drawDemo(false),
};

/** Writes the first page. */
export function writeLanding(wanted: Wanted): Page {
  const { html, sections } = render(readText(LANDING), {
    rewrite: (href) => href === "playground/" ? PLAYGROUND : rewriteLink(href, LANDING, wanted),
    find: () => undefined,
  });
  const [pitch, ...samples] = html.split(/(?=<h2)/);
  const shown = samples.map((sample) => `<section>\n${sample}</section>\n`).join("");
  return {
    place: placeOf(LANDING),
    title: sections[0].heading.text,
    html: `<div class="hero">
<div class="pitch">
${pitch}</div>
${writePicture()}</div>
<div class="samples">
${shown}</div>
`,
    sections: [{ ...sections[0], heading: { ...sections[0].heading, text: "Weft" } }],
    area: "home",
    kind: "Guide",
  };
}

/** Writes the moving picture; the button that shows it again comes with its script. */
function writePicture(): string {
  const [[wide, desk], [narrow, phone]] = Object.entries(DEMO_PICTURES);
  return `<figure class="demo">
<picture><source media="(max-width: 40rem)" srcset="${narrow}" width="${phone.width}" height="${phone.height}">` +
    `<img src="${wide}" width="${desk.width}" height="${desk.height}" alt="${
      escape(tellDemo())
    }"></picture>
<figcaption><span>A run of <code>deno task demo</code>, slowed down three times</span> <button type="button" class="again" hidden>Again</button></figcaption>
</figure>
`;
}
