// The table of talks, which is complete without this: sorting by its headings, and a form that filters its rows. What
// is chosen is kept in the URL's query (`?speaker=…&sort=-length`), so that it can be bookmarked and shared.
//
// A heading with `data-sort` sorts by its column. A cell is compared by its `data-key`, or else by its text; an empty
// one comes last. The form's fields are named after what they filter: `q` all of a row's text, `year` the cell `given`,
// `length` a range of minutes (`20-45`), and each other one what the cell of that class links to.
{
  const table = document.querySelector("table.talks");
  const form = document.querySelector("form.talk-filter");
  const status = form.querySelector("[role=status]");
  const body = table.tBodies[0];
  const headings = [...table.tHead.querySelectorAll("th[data-sort]")];
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  /** What a cell names, one by one: its links, each by its `data-value` or its text. */
  const names = (row, field) =>
    [...row.querySelectorAll(`td.${field} a`)].map((link) => link.dataset.value ?? link.textContent.trim());

  const entries = [...body.rows].map((row) => ({
    row,
    q: fold(row.textContent),
    speaker: names(row, "speaker"),
    event: names(row, "event"),
    topic: names(row, "topic"),
    year: [row.querySelector("td.given time")?.dateTime.slice(0, 4)],
    minutes: Number(row.querySelector("td.length")?.dataset.key || NaN) / 60,
  }));

  const isWithin = (minutes, range) => {
    const [least, most] = range.split("-");
    return minutes >= least && (!most || minutes < most);
  };

  const tests = {
    q: (entry, wanted) => fold(wanted).split(/\s+/).every((word) => entry.q.includes(word)),
    length: (entry, wanted) => isWithin(entry.minutes, wanted),
  };
  const isWanted = (entry, [field, wanted]) => (tests[field] ?? (() => entry[field].includes(wanted)))(entry, wanted);

  // Each list of choices is what the rows have.
  for (const field of ["speaker", "event", "topic", "year"]) {
    const found = new Set(entries.flatMap((entry) => entry[field]).filter(Boolean));
    const choices = [...found].sort(collator.compare);
    if (field === "year") choices.reverse();
    form.elements[field].append(...choices.map((choice) => new Option(choice)));
    form.elements[field].closest("label").hidden = choices.length < 2;
  }

  const key = (row, column) => row.cells[column].dataset.key ?? row.cells[column].textContent.trim();

  const sort = (heading, direction) => {
    const column = heading.cellIndex;
    const sign = direction === "ascending" ? 1 : -1;
    const keyed = entries.map(({ row }) => [key(row, column), row]);
    keyed.sort(([a], [b]) => (a && b ? sign * collator.compare(a, b) : Boolean(b) - Boolean(a)));
    body.append(...keyed.map(([, row]) => row));
    for (const other of headings) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", direction);
  };

  const filter = () => {
    const wanted = [...new FormData(form)].filter(([, value]) => value.trim());
    let count = 0;
    for (const entry of entries) {
      entry.row.hidden = !wanted.every((condition) => isWanted(entry, condition));
      if (!entry.row.hidden) count += 1;
    }
    status.textContent = form.dataset.count.replace("{}", count).replace("{}", entries.length);
  };

  const keep = () => {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    const sorted = headings.find((heading) => heading.dataset.chosen);
    if (sorted) query.set("sort", (sorted.ariaSort === "descending" ? "-" : "") + sorted.dataset.sort);
    const address = new URL(location.href);
    address.search = query;
    history.replaceState(history.state, "", address);
  };

  const choose = (heading, direction) => {
    for (const other of headings) delete other.dataset.chosen;
    heading.dataset.chosen = "true";
    sort(heading, direction);
  };

  for (const heading of headings) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => {
      choose(heading, heading.ariaSort === "ascending" ? "descending" : "ascending");
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
  if (heading) choose(heading, descending ? "descending" : "ascending");
  if ([...given].length) filter();
}
