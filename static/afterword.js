// What scripts add to a page that is complete without them: the choice of a colour scheme, the keys of the search,
// buttons that copy code, and the reader's place in the table of contents.

const root = document.documentElement;

// The colour scheme: the system's, light, dark, and around again. The style sheet shows which; theme.js restores it.
const schemes = ["", "light", "dark"];
document.querySelector(".scheme")?.addEventListener("click", () => {
  const scheme = schemes[(schemes.indexOf(root.dataset.scheme ?? "") + 1) % 3];
  if (scheme) root.dataset.scheme = scheme;
  else delete root.dataset.scheme;
  try {
    localStorage["afterword-scheme"] = scheme;
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
});

// The search: its script comes with its first use, and without it the link leads to a page that does the same.
const find = document.querySelector(".search-open");
const openSearch = (event) => {
  event.preventDefault();
  import(find.dataset.script).then(({ open }) => open()).catch(() => (location = find.href));
};
find?.addEventListener("click", (event) => event.ctrlKey || event.metaKey || openSearch(event));
addEventListener("keydown", (event) => {
  const key = event.ctrlKey || event.metaKey ? "k" : root.dataset.slash || "/";
  if (find && event.key === key && !event.target.matches(":read-write, select")) openSearch(event);
});

// Copy buttons say so in their own text, which a live region around it speaks.
const words = document.currentScript.dataset;
for (const pre of navigator.clipboard ? document.querySelectorAll(".code pre") : []) {
  const button = document.createElement("button");
  button.className = "copy";
  button.textContent = words.copy;
  button.ariaLive = "polite";
  button.addEventListener("click", async () => {
    const code = pre.cloneNode(true);
    // Line numbers, prompts and output are not part of what one would paste.
    for (const extra of code.querySelectorAll(".linenos, .gp, .go")) extra.remove();
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = words.copied;
    } catch {
      getSelection().selectAllChildren(pre);
      button.textContent = words.copyFailed;
    }
    setTimeout(() => (button.textContent = words.copy), 2000);
  });
  pre.after(button);
}

// What scrolls sideways can be reached by keyboard, and only that.
const scrolling = new ResizeObserver((entries) => {
  // All are measured before one is changed, which would have the page laid out again for each.
  const measured = entries.map(({ target }) => [target, target.scrollWidth > target.clientWidth]);
  for (const [target, scrolls] of measured) {
    if (scrolls) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const box of document.querySelectorAll(".scroll, pre")) scrolling.observe(box);

// The table of contents: open beside the text, closed in the bar, and marking the section that is being read.
const contents = document.querySelector(".toc details");
if (contents) {
  const wide = matchMedia("(width >= 72rem)");
  const follow = () => (contents.open = wide.matches);
  follow();
  wide.addEventListener("change", follow);
  // Beside the text it always shows, so it must not say that it is closed.
  contents.addEventListener("toggle", () => wide.matches && follow());

  contents.addEventListener("click", ({ target }) => !wide.matches && target.closest("a") && (contents.open = false));

  const links = [...contents.querySelectorAll('a[href^="#"]')];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const mark = () => {
    const current = headings.findLastIndex((heading) => heading?.getBoundingClientRect().top < innerHeight / 10);
    links.forEach((link, index) => (link.ariaCurrent = index === current ? "true" : null));
  };
  // All above a line near the top counts as seen, so that a jump over a heading is noticed as well.
  const observer = new IntersectionObserver(mark, { rootMargin: "999999px 0px -90% 0px" });
  for (const heading of headings) if (heading) observer.observe(heading);
}
