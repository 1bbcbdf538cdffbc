// The search: on the page /search/, and in a dialog over other pages, which takes the content of that page. It is loaded
// when it is first opened. It loads the parts of the index that the words need, and the pages of the results in sight.

let files = {};
const request = async (url) => {
  const answer = await fetch(url, { cache: "no-cache" });
  if (/json$/.test(url)) return answer.json();
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
};

/** A file of the index, or the main part of a page. */
const load = (url) => (files[url] ??= request(new URL(url, import.meta.url)));

let index; // Names of shards, common words, columns of posts, and the rules for words: `afterword.search.tokens`.

const fold = (text) =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(RegExp(index.marks, "gu"), "")
    .normalize("NFC")
    .replace(/./gsu, (letter) => index.letters[letter] ?? letter);

/** The words of a query: the terms of the index that each stands for, and its pattern in folded texts. */
export const split = (query) => {
  const folded = fold(query);
  return [...folded.matchAll(RegExp(index.word, "gv"))].map(({ 0: found, index: start, groups: { dense, plain } }) => {
    const letters = [...(dense ?? plain)];
    const pairs = letters.slice(1).map((letter, place) => letters[place] + letter);
    const pattern = letters.join("").replace(/[.+]/g, "\\$&");
    if (dense) return { terms: pairs[0] ? pairs : letters, isOpen: !pairs[0], pattern };
    const isOpen = start + found.length === folded.length; // It may be continued.
    return { terms: [letters.slice(0, 24).join("")], isOpen, pattern: index.before + pattern + (isOpen ? "" : index.after) };
  });
};

/** How well a term stands for each post: NaN for posts without it, or 0 if nearly all have it. */
const weigh = async (term, isOpen) => {
  const { shards, common, posts } = index;
  const matches = (word) => word === term || (isOpen && word.startsWith(term));
  const key = term.replace(/[^a-z0-9]/gu, (letter) => "_" + letter.codePointAt().toString(16).padStart(5, 0));
  const own = shards.findLast((name) => key.startsWith(name));
  const needed = shards.filter((name) => name === own || (isOpen && key[1] && name.startsWith(key)));
  const weights = Array(posts.url.length).fill(common.some(matches) ? 0 : NaN);
  for (const shard of await Promise.all(needed.map((name) => load(`search/words${name && "-" + name}.json`)))) {
    for (const word of Object.keys(shard).filter(matches)) {
      const numbers = shard[word].split(" ");
      const rarity = Math.log(1 + posts.url.length / numbers.length) * (word === term ? 2 : 1);
      let post = -1;
      for (const number of numbers) {
        const value = parseInt(number, 36);
        post += value >> 2;
        weights[post] = Math.max(weights[post] || 0, rarity * 2 ** (value & 3));
      }
    }
  }
  return weights;
};

/** The posts that have all words of a query, the best first, then the newest, and a pattern of the words. */
const search = async (query) => {
  index = await load("search/index.json");
  const { posts } = index;
  const filters = [];
  const rest = query.replace(/(?<!\S)(speaker|event|tag):\s*("[^"]*"?|\S+)/gi, (_, name, value) => {
    for (const { pattern } of split(value)) filters.push([posts[name.toLowerCase()], RegExp(pattern, "u")]);
    return "";
  });
  const words = split(rest);
  const known = await Promise.all(words.flatMap(({ terms, isOpen }) => terms.map((term) => weigh(term, isOpen))));
  const scores = posts.url.map((_, post) => known.reduce((sum, weights) => sum + weights[post], 0));
  const found = [...scores.keys()]
    .filter((post) => scores[post] >= 0 && filters.every(([column, pattern]) => pattern.test(fold(column[post]))))
    .sort((a, b) => scores[b] - scores[a] || b - a);
  const pattern = RegExp(words.map(({ pattern }) => pattern).join("|") || "(?!)", "gu");
  return { found: words[0] || filters[0] ? found : [], pattern };
};

/** The passage of a page that has most of the words: its text, its section, and the moment that it speaks of. */
const findPassage = (main, pattern) => {
  let best = { count: 0 };
  let section, moment;
  for (const block of main.querySelectorAll(".prose :is(.heading, p, li, dt, dd, tr, figcaption, summary)")) {
    const own = block.querySelector(".ts");
    const isHeading = block.matches(".heading");
    if (isHeading) {
      section = block.firstChild.id;
      if (own || block.querySelector("h2")) moment = own;
    }
    const copy = block.cloneNode(true);
    for (const extra of copy.querySelectorAll(".ts, .anchor, pre, sup")) extra.remove();
    const text = copy.textContent.trim().replace(/\s+(?=[.,])/g, "");
    const count = new Set(fold(text).match(pattern)).size - isHeading / 2; // What it heads says more.
    if (count > best.count || (count === best.count && best.block?.contains(block)))
      best = { count, block, text, section, moment: own ?? moment };
  }
  return best;
};

const create = (name, properties) => Object.assign(document.createElement(name), properties);

/** A text around the first of the words, which are marked. */
const mark = (text, pattern) => {
  const letters = [...text];
  const places = letters.flatMap((letter, place) => fold(letter).split("").fill(place));
  const folded = letters.map(fold).join("");
  const first = places[folded.search(pattern)] ?? 0;
  let done = first < 50 ? 0 : letters.indexOf(" ", first - 30) + 1 || first;
  const nodes = [done ? "…" : ""];
  for (const { 0: word, index: start } of folded.matchAll(pattern)) {
    const from = places[start];
    const to = places[start + word.length - 1] + 1;
    nodes.push(letters.slice(done, from).join(""), create("mark", { textContent: letters.slice(from, to).join("") }));
    done = to;
  }
  return [...nodes, letters.slice(done).join("")];
};

/** Fill the excerpt of a result, and let it lead to the section and to the moment of the passage. */
const fill = async (title, excerpt, pattern) => {
  let { href } = title;
  const main = await load(href);
  let passage = findPassage(main, pattern);
  const transcript = main.querySelector("a.transcript");
  if (!passage.count && transcript) {
    href = transcript.href;
    passage = findPassage(await load(href), pattern);
  }
  const { text = main.querySelector(".lede, .prose p")?.textContent ?? "", section, moment } = passage;
  excerpt.append(...mark(text, pattern));
  if (section) title.hash = section;
  if (!moment) return;
  moment.href = new URL(moment.getAttribute("href"), href);
  delete moment.dataset.t; // The player of this page has other moments.
  excerpt.prepend(moment.cloneNode(true), " ");
};

/** Let the form of the page or of the dialog search. */
const start = (box) => {
  const [input, status, template, list] = box.querySelectorAll("[name=q], [role=status], template, ol");
  const dialog = box.closest("dialog");

  const show = (post, pattern) => {
    const item = template.content.firstElementChild.cloneNode(true);
    const [title, , excerpt] = item.children;
    const { posts } = index;
    for (const part of item.querySelectorAll("[data-column]")) part.textContent = posts[part.dataset.column][post];
    title.href = new URL(posts.url[post], import.meta.url);
    if (posts.lang[post]) title.lang = excerpt.lang = posts.lang[post];
    new IntersectionObserver(([{ isIntersecting }], observer) => {
      if (!isIntersecting) return;
      observer.disconnect();
      fill(title, excerpt, pattern).catch(() => {});
    }).observe(item);
    return item;
  };

  const run = async () => {
    const query = input.value;
    if (!dialog) history.replaceState(null, "", "?q=" + encodeURIComponent(query));
    const { found, pattern } = await search(query).catch(() => (files = {})); // What failed is loaded again.
    if (query !== input.value) return;
    const count = found?.length ?? "failed";
    status.textContent = query.trim() && (status.dataset[count] ?? status.dataset.many.replace("{}", count));
    list.replaceChildren(...(found ?? []).slice(0, 100).map((post) => show(post, pattern)));
  };

  let waiting;
  input.oninput = () => {
    clearTimeout(waiting);
    waiting = setTimeout(run, 80);
  };
  input.form.onsubmit = async (event) => {
    event.preventDefault();
    await run();
    if (dialog) list.querySelector("a")?.click();
  };
  box.onkeydown = (event) => {
    const stops = [input, ...list.querySelectorAll("li > a")];
    const next = stops[stops.indexOf(event.target) + { ArrowDown: 1, ArrowUp: -1 }[event.key]];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  // The key can be switched off (WCAG 2.1.4).
  const slash = box.querySelector(".slash");
  const { dataset } = document.documentElement;
  slash.checked = !dataset.slash;
  slash.onchange = () => {
    localStorage["afterword-slash"] = dataset.slash = slash.checked ? "" : "off";
  };
  return { dialog, input, run };
};

const make = async () => {
  const box = (await load("search/")).querySelector(".search");
  const dialog = create("dialog", { ariaLabel: document.querySelector(".search-open").title });
  dialog.append(box);
  document.body.append(dialog);
  dialog.onclick = ({ target }) => (target === dialog || target.closest(".close, ol a")) && dialog.close();
  const style = box.querySelector("link");
  await new Promise((done) => (style.onload = style.onerror = done));
  return start(box);
};

const own = document.querySelector("main .search");
let opened = own && start(own);
if (own) {
  const { input, run } = opened;
  input.value ||= new URL(location).searchParams.get("q") ?? "";
  if (input.value) run();
}

/** Open the dialog; on the page of the search, go to its field. */
export const open = async () => {
  const { dialog, input } = await (opened ??= make());
  dialog?.showModal();
  input.focus();
  input.select();
};
