// The search: in a dialog over any page, and on the page /search/, whose form, list and words the dialog takes. Loaded
// when it is first opened. The index is loaded with the first words, and of it only what these need. Results are shown by
// `search-results.js`.
//
// Words are divided as `afterword.search.tokens` does for the index.

const link = document.querySelector(".search-open");
const page = new URL(link?.href ?? location.href);

// Words

const MARKS = /[\p{sc=Zinh}\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u0656-\u065f\u06d6-\u06ed]/gu;
const LETTERS = { ł: "l", ø: "o", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ß: "ss", ς: "σ", ة: "ه", ى: "ي", _: " " };
const DENSE =
  "[\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3130-\\u318f\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\u{20000}-\\u{3ffff}]";
const LETTER = "[\\p{L}\\p{N}\\p{M}]";
const SIGNED = `(?<!${LETTER})(?:[a-z]${LETTER}*(?:\\+\\+|#)|\\.[a-z]${LETTER}*)(?!${LETTER})`;
const WORD = new RegExp(`${SIGNED}|${DENSE}+|(?:(?!${DENSE})${LETTER})+`, "gu");
const IS_DENSE = new RegExp(DENSE, "u");

const fold = (text) =>
  text.normalize("NFKD").toLowerCase().replace(MARKS, "").normalize("NFC").replace(/[^\0-^`-~]|_/g, (letter) => LETTERS[letter] ?? letter);

/** The words that a reader typed; one that is `open` may be continued. */
export const split = (query) => {
  const folded = fold(query);
  return [...folded.matchAll(WORD)].map(({ 0: text, index }) => ({
    text: text.replace(/^ال(?=...)/, ""),
    dense: IS_DENSE.test(text),
    open: index + text.length === folded.length,
  }));
};

/** The terms of the index that a word stands for. */
export const terms = ({ text, dense, open }) => {
  const letters = [...text];
  if (!dense) return [{ term: letters.slice(0, 24).join(""), open }];
  if (!letters[1]) return [{ term: text, open: true }];
  return letters.slice(1).map((letter, index) => ({ term: letters[index] + letter }));
};

const keyOf = (term) =>
  [...term].map((c) => (/[a-z0-9]/.test(c) ? c : "_" + c.codePointAt().toString(16).padStart(5, 0))).join("");

// The index

const load = async (name, how) => {
  const answer = await fetch(new URL(name, page), how);
  if (!answer.ok) throw answer;
  return name ? answer.json() : answer.text();
};

let index;
const files = {};

/** The posts that have a term, with how well it stands for them; undefined for a term that nearly all posts have. */
const find = async ({ term, open }) => {
  const { version, shards, common, rows } = await index;
  const key = keyOf(term);
  const own = shards.findLast((name) => key.startsWith(name));
  const needed = shards.filter((name) => name === own || (open && key[1] && name.startsWith(key)));
  const found = new Map();
  for (const name of needed) files[name] ??= load(`words${name && "-" + name}.json?${version}`);
  for (const name of needed) {
    for (const [word, postings] of Object.entries(await files[name])) {
      if (word !== term && !(open && word.startsWith(term))) continue;
      const numbers = postings.split(" ");
      const rarity = Math.log(1 + rows.length / numbers.length) * (word === term ? 2 : 1);
      let post = -1;
      for (const number of numbers) {
        const value = parseInt(number, 36);
        post += value >> 2;
        found.set(post, Math.max(found.get(post) ?? 0, rarity * [1, 2, 4, 9][value & 3]));
      }
    }
  }
  return common.some((word) => word === term || (open && word.startsWith(term))) ? undefined : found;
};

const FIELDS = { speaker: 2, event: 3, tag: 4 };
const spaced = (text) => " " + (fold(text).match(WORD) ?? []).join(" ");

/** What a query asks for: words, and the fields that must have others. */
const read = (query) => {
  const filters = [];
  const rest = query.replace(/(?<!\S)(speaker|event|tag):\s*("[^"]*"?|\S+)/gi, (_, field, value) => {
    filters.push([FIELDS[field.toLowerCase()], spaced(value)]);
    return "";
  });
  return { words: split(rest), filters };
};

/** The rows of the posts that have all words, the best first, then the newest. */
const search = async ({ words, filters }) => {
  index ??= load("index.json", { cache: "no-cache" }).then((found) => ({
    ...found,
    rows: found.posts[0].map((_, post) => found.posts.map((column) => column[post])),
  }));
  const known = (await Promise.all(words.flatMap(terms).map(find))).filter(Boolean);
  return (await index).rows
    .map((row, post) => ({ row, post, score: known.reduce((sum, found) => sum + (found.get(post) ?? NaN), 0) }))
    .filter(({ row, score }) => score >= 0 && filters.every(([field, value]) => spaced(row[field]).includes(value)))
    .sort((a, b) => b.score - a.score || b.post - a.post)
    .map(({ row }) => row);
};

// What readers see

/** Let the form, the status and the list of a page or a dialog search; `data` names the script that shows results. */
const start = (box, data) => {
  const form = box.querySelector("form");
  const status = box.querySelector("[role=status]");
  const list = box.querySelector("ol");
  const input = form.elements.q;
  const isDialog = box.localName === "dialog";
  let last = "";

  const run = async () => {
    const query = input.value.trim();
    if (query === last) return;
    last = query;
    if (!isDialog) history.replaceState(history.state, "", query ? "?" + new URLSearchParams({ q: query }) : location.pathname);
    const asked = read(input.value);
    const results = import(data.results);
    const found = query ? await search(asked).catch(() => (index = undefined)) : [];
    const { show } = await results;
    if (query !== last) return;
    show(found ?? [], list, asked.words, { page, fold, LETTER });
    const { failed, one, many } = status.dataset;
    status.textContent = !found ? failed : !query ? "" : found.length === 1 ? one : many.replace("{}", found.length);
    if (!found) last = "";
  };

  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(run, 80);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await run();
    if (isDialog) list.querySelector("a")?.click();
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [input, ...list.querySelectorAll("li > a")];
    const at = stops.indexOf(document.activeElement);
    if (!step || at < 0 || !stops[at + step]) return;
    event.preventDefault();
    stops[at + step].focus();
  });

  // The key can be switched off (WCAG 2.1.4).
  const slash = box.querySelector(".slash");
  const { dataset } = document.documentElement;
  slash.checked = !dataset.slash;
  slash.addEventListener("change", () => {
    localStorage["afterword-slash"] = dataset.slash = slash.checked ? "" : "off";
  });
  return { input, run };
};

const own = document.querySelector("main .search");
const here = own && start(own, own.dataset);
if (here) {
  here.input.value ||= new URLSearchParams(location.search).get("q") ?? "";
  here.run();
}

let dialog;
const make = async () => {
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: link.dataset.style });
  document.head.append(style);
  const styled = new Promise((done) => (style.onload = style.onerror = done));
  const source = new DOMParser().parseFromString(await load(""), "text/html").querySelector("main .search");
  await styled;
  const element = document.createElement("dialog");
  element.className = "search";
  element.ariaLabel = link.textContent.trim();
  element.append(...source.childNodes);
  document.body.append(element);
  element.addEventListener("click", ({ target }) => (target === element || target.closest(".close, ol a")) && element.close());
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // Chromium would empty the field first.
    element.close();
  });
  return { element, input: start(element, source.dataset).input };
};

/** Open the dialog; on the page of the search, go to its field. */
export const open = async () => {
  const { element, input } = here ?? (await (dialog ??= make()));
  if (element && !element.open) element.showModal();
  input.focus();
  input.select();
};
