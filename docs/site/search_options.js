/**
 * How pages are indexed; the script that searches them must know it, too.
 *
 * @module
 */

/** Configures the index. */
export const SEARCH_OPTIONS = {
  idField: "id",
  fields: ["title", "page", "text"],
  storeFields: ["title", "page", "place", "start"],
  searchOptions: {
    boost: { title: 6, page: 2 },
    prefix: true,
    combineWith: "AND",
    /**
     * Puts what bears just the name first, and a whole before its members.
     *
     * @param {number} _id
     * @param {string} term
     * @param {Record<string, unknown> | undefined} stored
     * @returns {number}
     */
    boostDocument: (_id, term, stored) => {
      const title = String(stored?.title).toLowerCase();
      if (title === term) return 8;
      return title.endsWith(`.${term}`) ? 6 : title.includes(".") ? 0.5 : 1;
    },
  },
  /**
   * Splits text into words; a name in camel case is found by its parts, too.
   *
   * @param {string} text
   * @returns {string[]}
   */
  tokenize: (text) =>
    text.split(/[^\p{L}\p{N}_]+/u).filter(Boolean).flatMap((word) =>
      /\p{Ll}\p{Lu}/u.test(word) ? [word, ...word.split(/(?<=\p{Ll})(?=\p{Lu})/u)] : [word]
    ),
};
