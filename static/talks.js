// The table of talks, which is complete without this: sorting by its headings, and a form that filters its rows. What
// is chosen is kept in the URL's query (`?speaker=…&sort=-length`), so that it can be bookmarked and shared.
//
// A heading with `data-sort` sorts by its column, whose cells are compared by their `data-key`, or else their date, or
// else their text; an empty one comes last. The form's fields are named after what they filter: `q` all of a row's
// text, `length` the minutes (`20-45`), `year` the cell `given`, and the others what the cell of that class names.
{
  const table = document.querySelector("table.talks");
  const form = document.querySelector("form.talk-filter");
  const status = form.querySelector("[role=status]");
  const fields = form.elements;
  const body = table.tBodies[0];
  const headings = [...table.querySelectorAll("th[data-sort]")];
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

  // Letters that Unicode does not decompose, but that people leave out the marks of all the same.
  const plain = { ł: "l", ø: "o", đ: "d", ð: "d", þ: "th", æ: "ae", œ: "oe", ı: "i", ß: "ss" };
  const fold = (text) => {
    const bare = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    return bare.replace(/\P{ASCII}/gu, (letter) => plain[letter] ?? letter);
  };

  const rows = [...body.rows];
  const texts = new Map(rows.map((row) => [row, fold(row.textContent)]));
  const keyOf = (cell) => cell?.dataset.key ?? cell?.querySelector("time")?.dateTime ?? cell?.textContent.trim() ?? "";

  /** What a row names in a column, one by one: its links, the words of its topics, or else its text. */
  const values = (row, field) => {
    if (field === "year") return [keyOf(row.querySelector(".given")).slice(0, 4)].filter(Boolean);
    const cell = row.querySelector(field === "topic" ? ".topics" : `.${field}`);
    const parts = [...(cell?.querySelectorAll("a, span") ?? [])].map((part) => part.dataset.value ?? part.textContent);
    return parts.length ? parts : (cell?.textContent.trim().split(", ").filter(Boolean) ?? []);
  };

  const tests = {
    q: (row, wanted) => fold(wanted).split(/\s+/).every((word) => texts.get(row).includes(word)),
    length: (row, wanted) => {
      const [least, most] = wanted.split("-");
      const minutes = keyOf(row.querySelector(".length")) / 60;
      return minutes && minutes >= least && (!most || minutes < most);
    },
  };
  const isWanted = (row, [field, wanted]) => tests[field]?.(row, wanted) ?? values(row, field).includes(wanted);

  // Each list of choices is what the rows have.
  for (const field of ["speaker", "event", "topic", "year"]) {
    if (!fields[field]) continue;
    const choices = [...new Set(rows.flatMap((row) => values(row, field)))].sort(collator.compare);
    if (field === "year") choices.reverse();
    fields[field].append(...choices.map((choice) => new Option(choice)));
  }

  /** Sort as the URL spells it: by `length`, or by `-length` from the greatest down. */
  let sorted = "";
  const sort = (order) => {
    const name = order.replace("-", "");
    const heading = headings.find((candidate) => candidate.dataset.sort === name);
    if (!heading) return;
    const sign = name === order ? 1 : -1;
    const keyed = rows.map((row) => [keyOf(row.cells[heading.cellIndex]), row]);
    keyed.sort(([a], [b]) => (a && b ? sign * collator.compare(a, b) : !a - !b));
    body.append(...keyed.map(([, row]) => row));
    for (const other of headings) other.ariaSort = null;
    heading.ariaSort = sign > 0 ? "ascending" : "descending";
    fields.sort.value = sorted = order;
  };

  const filled = () => [...new FormData(form)].filter(([name, value]) => name !== "sort" && value.trim());

  const filter = () => {
    const wanted = filled();
    let count = 0;
    for (const row of rows) {
      row.hidden = !wanted.every((pair) => isWanted(row, pair));
      count += !row.hidden;
    }
    status.textContent = form.dataset.count.replace("{}", count).replace("{}", rows.length);
  };

  const keep = () => {
    const query = new URLSearchParams(filled());
    if (sorted) query.set("sort", sorted);
    const address = new URL(location.href);
    address.search = query;
    history.replaceState(history.state, "", address);
  };

  for (const heading of headings) {
    const button = document.createElement("button");
    button.textContent = heading.textContent;
    button.addEventListener("click", () => {
      const isUp = heading.ariaSort === "ascending";
      sort((isUp ? "-" : "") + heading.dataset.sort);
      keep();
    });
    heading.replaceChildren(button);
  }

  const more = form.querySelector(".more");
  more.addEventListener("click", () => (more.ariaExpanded = more.ariaExpanded !== "true"));

  let waiting;
  const change = () => {
    filter();
    keep();
  };
  form.addEventListener("input", ({ target }) => {
    if (target === fields.sort) return void (sort(target.value), keep());
    clearTimeout(waiting);
    waiting = setTimeout(change, 100);
  });
  form.onreset = () => (waiting = setTimeout(change));
  form.onsubmit = () => false;

  const given = new URLSearchParams(location.search);
  for (const [name, value] of given) {
    const field = fields[name];
    if (field && name !== "sort") field.value = value;
  }
  if (given.get("sort")) sort(given.get("sort"));
  if (given.size) filter();
  more.ariaExpanded = filled().some(([name]) => name !== "q");
}
