// The table of talks, which is complete without this: sorting by its headings, and a form that filters its rows. What
// is chosen is kept in the URL's query (`?speaker=…&sort=-length`), so that it can be bookmarked and shared.
//
// A heading with `data-sort` sorts by its column, whose cells are compared by their `data-key`, or else their text; an
// empty one comes last. The form's fields are named after what they filter: `q` all of a row's text, `length` the
// minutes (`20-45`), `year` the cell `given`, and the others what the cell of that class names.
{
  const table = document.querySelector("table.talks");
  const form = document.querySelector("form.talk-filter");
  const status = form.querySelector("[role=status]");
  const body = table.tBodies[0];
  const headings = [...table.tHead.querySelectorAll("th[data-sort]")];
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

  // Letters that Unicode does not decompose, but that people leave out the marks of all the same.
  const plain = { ł: "l", ø: "o", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ß: "ss" };
  const fold = (text) => {
    const bare = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    return bare.replace(/\P{ASCII}/gu, (letter) => plain[letter] ?? letter);
  };

  const rows = [...body.rows];
  const texts = new Map(rows.map((row) => [row, fold(row.textContent)]));
  const keyOf = (cell) => cell.dataset.key ?? cell.textContent.trim();

  /** What a cell names, one by one: its links, or else its text. */
  const namesIn = (cell) => {
    const links = [...cell.querySelectorAll("a")].map((link) => link.dataset.value ?? link.textContent);
    return links.length ? links : cell.textContent.trim().split(", ").filter(Boolean);
  };
  const values = (row, field) =>
    field === "year"
      ? [keyOf(row.querySelector(".given")).slice(0, 4)].filter(Boolean)
      : namesIn(row.querySelector(`.${field}`));

  const tests = {
    q: (row, wanted) => fold(wanted).split(/\s+/).every((word) => texts.get(row).includes(word)),
    length: (row, wanted) => {
      const [least, most] = wanted.split("-");
      const minutes = keyOf(row.querySelector(".length")) / 60;
      return Boolean(minutes) && minutes >= least && (!most || minutes < most);
    },
  };
  const isWanted = (row, [field, wanted]) => tests[field]?.(row, wanted) ?? values(row, field).includes(wanted);

  // Each list of choices is what the rows have.
  for (const field of ["speaker", "event", "topic", "year"]) {
    const found = new Set(rows.flatMap((row) => values(row, field)));
    const choices = [...found].sort(collator.compare);
    if (field === "year") choices.reverse();
    form.elements[field].append(...choices.map((choice) => new Option(choice)));
    form.elements[field].closest("label").hidden = choices.length < 2;
  }

  /** What the reader chose to sort by: a heading and "ascending" or "descending". */
  let chosen;

  const sort = (heading, direction) => {
    const sign = direction === "ascending" ? 1 : -1;
    const keyed = rows.map((row) => [keyOf(row.cells[heading.cellIndex]), row]);
    keyed.sort(([a], [b]) => (a && b ? sign * collator.compare(a, b) : Boolean(b) - Boolean(a)));
    body.append(...keyed.map(([, row]) => row));
    for (const other of headings) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", direction);
    chosen = { heading, direction };
  };

  const filled = () => [...new FormData(form)].filter(([, value]) => value.trim());

  const filter = () => {
    const wanted = filled();
    let count = 0;
    for (const row of rows) {
      row.hidden = !wanted.every((condition) => isWanted(row, condition));
      if (!row.hidden) count += 1;
    }
    status.textContent = form.dataset.count.replace("{}", count).replace("{}", rows.length);
  };

  const keep = () => {
    const query = new URLSearchParams(filled());
    if (chosen) query.set("sort", (chosen.direction === "descending" ? "-" : "") + chosen.heading.dataset.sort);
    const address = new URL(location.href);
    address.search = query;
    history.replaceState(history.state, "", address);
  };

  for (const heading of headings) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => {
      sort(heading, heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending");
      keep();
    });
    heading.append(button);
  }

  let waiting;
  const change = () => {
    filter();
    keep();
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(change, 100);
  });
  form.addEventListener("reset", () => (waiting = setTimeout(change)));
  form.addEventListener("submit", (event) => event.preventDefault());

  const given = new URLSearchParams(location.search);
  for (const [name, value] of given) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
  const [, descending, name] = /^(-?)(.*)$/.exec(given.get("sort") ?? "");
  const heading = headings.find((candidate) => candidate.dataset.sort === name);
  if (heading) sort(heading, descending ? "descending" : "ascending");
  if ([...given].length) filter();
}
