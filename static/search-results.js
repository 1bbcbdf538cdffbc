// The results of a search: a list of notes, each with the passage of its page that has most of the words. Pages are
// loaded when their results come into sight.

const pages = {};
const loadPage = ({ pathname }) =>
  (pages[pathname] ??= fetch(pathname)
    .then((answer) => answer.text())
    .then((text) => new DOMParser().parseFromString(text, "text/html").querySelector("main")));

/** A text around the first of the words, which are marked. */
const mark = (text, pattern, fold) => {
  const letters = [...text];
  const places = [];
  let folded = "";
  letters.forEach((letter, place) => {
    const plain = fold(letter);
    folded += plain;
    for (let count = plain.length; count--; ) places.push(place);
  });
  const spans = [...folded.matchAll(pattern)].map(({ index, 0: found }) => [places[index], places[index + found.length - 1] + 1]);
  const first = spans[0]?.[0] ?? 0;
  const start = first < 90 ? 0 : letters.indexOf(" ", first - 60) + 1 || first;
  const end = start + 220;
  const nodes = [start ? "…" : ""];
  let done = start;
  for (const [from, to] of spans) {
    if (from < done || to > end) continue;
    const marked = document.createElement("mark");
    marked.textContent = letters.slice(from, to).join("");
    nodes.push(letters.slice(done, from).join(""), marked);
    done = to;
  }
  return [...nodes, letters.slice(done, end).join(""), end < letters.length ? "…" : ""];
};

const BLOCKS = "p, li, dt, dd, tr, figcaption, summary, h2, h3, h4, h5, h6";

/** The passage of a page that has most of the words: its text, its section, and the moment that it speaks of. */
const findPassage = (main, tests, fold) => {
  let best = { count: 0 };
  let section, moment;
  for (const block of main.querySelectorAll(`.prose :is(${BLOCKS})`)) {
    const heading = /^H/.test(block.tagName) ? block : undefined;
    if (heading) {
      section = block.id;
      const own = block.parentElement.querySelector(":scope > .ts");
      if (own || block.tagName === "H2") moment = own;
    }
    const copy = block.cloneNode(true);
    for (const extra of copy.querySelectorAll(".ts, .anchor, pre, sup")) extra.remove();
    const text = copy.textContent.trim().replace(/\s+/g, " ").replace(/ (?=[.,])/g, "");
    const folded = fold(text);
    let count = tests.filter((test) => test.test(folded)).length;
    if (block === heading && count) count -= 0.5; // What it heads says more.
    if (count > best.count || (count && count === best.count && best.block.contains(block)))
      best = { count, block, text, section, moment: block.querySelector(".ts") ?? moment };
  }
  return best;
};

/** Fill the excerpt of an item of the list, and let it lead to the section and to the moment of the passage. */
const fill = async (item, words, { fold, LETTER }) => {
  const [title, , excerpt] = item.children;
  const url = new URL(title.href);
  const main = await loadPage(url);
  const patterns = words.map(({ text, dense, open }) => {
    const escaped = text.replace(/[.+]/g, "\\$&");
    return dense ? escaped : `(?<!${LETTER})(?:ال)?${escaped}${open ? "" : `(?!${LETTER})`}`;
  });
  const tests = patterns.map((pattern) => new RegExp(pattern, "u"));
  let passage = findPassage(main, tests, fold);
  const transcript = main.querySelector("a.transcript");
  if (!passage.count && transcript) {
    url.pathname = transcript.pathname;
    passage = findPassage(await loadPage(url), tests, fold);
  }
  const { text, section, moment } = passage;
  const shown = text ?? main.querySelector(".lede, .prose p")?.textContent ?? "";
  excerpt.append(...mark(shown, new RegExp(patterns.join("|") || "$^", "gu"), fold));
  if (section) title.hash = section;
  if (!moment) return;
  const time = document.createElement("a");
  time.className = "ts";
  time.href = new URL(moment.getAttribute("href"), url);
  time.textContent = moment.textContent;
  excerpt.prepend(time, " ");
};

const date = new Intl.DateTimeFormat(document.documentElement.lang, { year: "numeric", month: "short" });

const write = ([url, title, speaker, event, , day, lang], page) => {
  const item = document.createElement("li");
  item.className = "result";
  item.innerHTML = '<a></a><p class="small dots"></p><p class="excerpt"></p>';
  const [link, facts, excerpt] = item.children;
  link.href = new URL(`../${url}`, page);
  link.textContent = title;
  for (const part of [link, excerpt]) {
    part.dir = "auto";
    if (lang) part.lang = lang;
  }
  const when = day[4] ? date.format(new Date(`${day.slice(0, 7)}-15`)) : event.includes(day) ? "" : day;
  for (const fact of [speaker, event, when]) {
    if (fact) facts.appendChild(document.createElement("span")).textContent = fact;
  }
  return item;
};

const MOST = 100;
let inSight;

/** Show the rows of the notes that were found in a list. */
export const show = (rows, list, words, parts) => {
  inSight?.disconnect();
  inSight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      inSight.unobserve(target);
      fill(target, words, parts).catch(() => {});
    }
  });
  list.replaceChildren(...rows.slice(0, MOST).map((row) => write(row, parts.page)));
  for (const item of list.children) inSight.observe(item);
};
