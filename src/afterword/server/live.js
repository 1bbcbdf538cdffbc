// What `afterword serve` adds to a page, so that it stays what its author last saved.
//
// While the page is visible it listens for news. What changed is put in its place where that can be done without
// losing the reader's: style sheets and images are exchanged, blocks of text are replaced one by one, so that the
// scroll position, open details, a selection and a playing video stay. For everything else the page is loaded again.
// It lives under the page's own content security policy: no inline styles, nothing from elsewhere.

(() => {
  const script = document.currentScript;
  const folder = new URL(".", script.src);
  let generation = Number(script.dataset.generation);
  let shown = script.dataset.page;
  // From here on the document is again what was built, node by node.
  script.remove();
  document.body.normalize();

  class CannotPatch extends Error {}

  // The page as it was built, whatever scripts have made of it since, and a tag that is another one when it changes.
  const read = async () => {
    const response = await fetch(location.href);
    const source = new DOMParser().parseFromString(await response.text(), "text/html");
    return { tag: response.headers.get("Afterword-Page") ?? "", source };
  };
  let built = read();
  built.catch(() => {}); // The first request that needs it reports the error.

  const isServed = () =>
    fetch(location.href).then(
      () => true,
      () => false,
    );

  // --- The body: what differs between the page as it was built and as it is built now is changed in the document.

  const isSameTag = (one, other) => one.cloneNode(false).isEqualNode(other.cloneNode(false));

  const needsToRun = (node) => node.nodeName === "SCRIPT" || node.querySelector?.("script") != null;

  // Scripts may have put nodes of their own after those that were built, and changed what is in them; not more.
  const isAsBuilt = (live, before) =>
    live.childNodes.length >= before.childNodes.length &&
    [...before.childNodes].every((node, index) => node.nodeName === live.childNodes[index].nodeName);

  const bring = (node) => {
    if (needsToRun(node)) throw new CannotPatch("a script that came later would not run");
    return document.importNode(node, true);
  };

  const patchNode = (live, before, after) => {
    if (before.isEqualNode(after)) return;
    const opened = before.nodeType === Node.ELEMENT_NODE && !before.matches("video, audio, picture, svg, object, iframe");
    if (opened && isSameTag(before, after) && isAsBuilt(live, before)) patchChildren(live, before, after);
    else live.replaceWith(bring(after));
  };

  const patchChildren = (live, before, after) => {
    const [olds, news] = [[...before.childNodes], [...after.childNodes]];
    const lives = [...live.childNodes].slice(0, olds.length);
    const most = Math.min(olds.length, news.length);
    let start = 0;
    while (start < most && olds[start].isEqualNode(news[start])) start++;
    let end = 0;
    while (end < most - start && olds.at(-1 - end).isEqualNode(news.at(-1 - end))) end++;

    const gone = lives.slice(start, olds.length - end);
    const came = news.slice(start, news.length - end);
    if (gone.length === came.length) {
      gone.forEach((node, index) => patchNode(node, olds[start + index], came[index]));
      return;
    }
    const next = live.childNodes[olds.length - end] ?? null;
    for (const node of came.map(bring)) live.insertBefore(node, next);
    for (const node of gone) node.remove();
  };

  // --- The head: only what does nothing by itself can be exchanged.

  const SHEET = 'link[rel~="stylesheet"]';
  const ICON = 'link:is([rel~="icon"], [rel="manifest"])';
  const INERT = `title, meta[name], meta[property], link:not([rel~="stylesheet"]), script[type="application/ld+json"]`;

  // What the head does, as text; style sheets count without their addresses.
  const acting = (source) =>
    [...source.head.children]
      .filter((node) => !node.matches(INERT))
      .map((node) => {
        const copy = node.cloneNode(true);
        if (copy.matches(SHEET)) copy.removeAttribute("href");
        return copy.outerHTML;
      })
      .join("\n");

  const inert = (source) => [...source.head.children].filter((node) => node.matches(INERT));

  const pathOf = (url) => {
    try {
      const { origin, pathname } = new URL(url, location.href);
      return origin === location.origin ? decodeURIComponent(pathname) : "";
    } catch {
      return "";
    }
  };

  // The sheets that stay in the place of others, with the addresses of these.
  const standIns = new WeakMap();
  const addressOf = (link) => standIns.get(link) ?? link.href;
  // The paths of sheets that were loaded and are not used any more: what becomes of these files does not matter.
  const unused = new Set();

  // The old sheet goes when the new one is there, so that the page is never without. It stays where the new one is gone
  // already, as a file that was saved twice in short order has had an address in between.
  const swapSheet = (link, href) =>
    new Promise((done) => {
      const next = link.cloneNode();
      next.addEventListener("load", () => {
        link.remove();
        unused.add(pathOf(link.href));
        done();
      });
      next.addEventListener("error", () => {
        next.remove();
        unused.add(pathOf(href));
        standIns.set(link, href);
        done();
      });
      next.href = href;
      link.after(next);
    });

  const patchHead = async (before, after) => {
    const [olds, news] = [[...before.head.querySelectorAll(SHEET)], [...after.head.querySelectorAll(SHEET)]];
    const lives = [...document.head.querySelectorAll(SHEET)];
    const swaps = olds.flatMap((old, index) => {
      const href = news[index].getAttribute("href");
      if (old.getAttribute("href") === href) return [];
      const link = lives.find((candidate) => pathOf(addressOf(candidate)) === pathOf(old.href));
      if (!link) throw new CannotPatch("a style sheet is not where it was built");
      return [swapSheet(link, href)];
    });
    await Promise.all(swaps);

    const [was, is] = [inert(before), inert(after)].map((nodes) => nodes.map((node) => node.outerHTML).join("\n"));
    if (was === is) return;
    for (const node of inert(document)) node.remove();
    document.head.append(...inert(after).map((node) => document.importNode(node, true)));
  };

  const update = async () => {
    try {
      const [before, after] = await Promise.all([built, read()]);
      if (before.tag !== shown) throw new CannotPatch("the page changed while it was loaded");
      if (after.tag === shown) return;
      const [old, now] = [before.source, after.source];
      const isSame =
        isSameTag(old.documentElement, now.documentElement) &&
        isSameTag(old.body, now.body) &&
        acting(old) === acting(now) &&
        isAsBuilt(document.body, old.body);
      if (!isSame) throw new CannotPatch("the frame of the page changed");
      await patchHead(old, now);
      patchChildren(document.body, old.body, now.body);
      built = Promise.resolve(after);
      shown = after.tag;
      document.dispatchEvent(new Event("afterword:patched"));
    } catch {
      if (await isServed()) location.reload();
    }
  };

  // --- Files that the page has loaded.

  const loadedOf = (assets) => {
    const changed = new Set(assets);
    const loaded = performance.getEntriesByType("resource").filter((entry) => entry.initiatorType !== "fetch");
    return new Set(loaded.map((entry) => pathOf(entry.name)).filter((path) => changed.has(path)));
  };

  const refresh = async (stale) => {
    if (!stale.size) return;
    const fresh = (url) => {
      const address = new URL(url, location.href);
      address.search = generation;
      return address.href;
    };
    const sheets = [...document.querySelectorAll(SHEET)].filter((link) => stale.has(pathOf(link.href)));
    // Icons and the manifest, which the browser shows beside the page.
    const icons = [...document.querySelectorAll(ICON)].filter((link) => stale.has(pathOf(link.href)));
    const images = [...document.images].filter((image) => !image.srcset && stale.has(pathOf(image.src)));
    const known = new Set([...sheets, ...icons].map((link) => pathOf(link.href)));
    for (const image of images) known.add(pathOf(image.src));
    if ([...stale].some((path) => !known.has(path) && !unused.has(path))) return location.reload();
    for (const icon of icons) icon.href = fresh(icon.href);
    for (const image of images) image.src = fresh(image.src);
    await Promise.all(sheets.map((link) => swapSheet(link, fresh(link.href))));
  };

  // --- What keeps the site from being newer. A popover neither takes the focus nor moves the page.

  const overlay = document.createElement("pre");
  overlay.id = "afterword-problems";
  overlay.setAttribute("role", "alert");
  overlay.setAttribute("popover", "manual");
  const look = new CSSStyleSheet();
  look.replaceSync(`
    #afterword-early {
      position: fixed; inset: auto 1rem 1rem auto; margin: 0; padding: 0.5rem 1rem; border: 1px solid #888;
      border-radius: 4px; background: #222; color: #eee; font: 14px/1.5 system-ui, sans-serif;
    }
    #afterword-problems {
      box-sizing: border-box; position: fixed; inset: auto 0 0; width: auto; max-height: 60vh; margin: 0; padding: 1rem;
      overflow: auto; border: 0; border-block-start: 4px solid #e5484d; border-radius: 0;
      background: #191111; color: #ffecec; font: 14px/1.5 ui-monospace, monospace; white-space: pre-wrap; tab-size: 4;
    }
  `);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, look];

  // A page that is shown before the first build is done says so.
  const early = document.createElement("div");
  early.id = "afterword-early";
  early.setAttribute("role", "status");
  early.setAttribute("popover", "manual");
  early.textContent = "This page is shown early: the site is still being built.";
  if ("early" in script.dataset) {
    document.documentElement.append(early);
    early.showPopover();
  }

  const showProblems = (text) => {
    if (!text) return overlay.remove();
    if (!overlay.isConnected) document.documentElement.append(overlay);
    if (!overlay.matches(":popover-open")) overlay.showPopover();
    if (overlay.textContent !== text) overlay.textContent = text;
  };

  // --- The news, in order, one at a time.

  const act = async (news) => {
    generation = news.generation;
    if (generation > 0) early.remove();
    showProblems(news.problems);
    if (news.focus && news.focus !== location.pathname) return location.assign(news.focus);
    if (news.reload) return location.reload();
    const stale = loadedOf(news.assets);
    if (news.page) await update();
    await refresh(stale);
  };

  let stream;
  let wasConnected = false;
  let acted = Promise.resolve();

  const close = () => {
    stream?.close();
    stream = undefined;
  };

  const open = () => {
    if (stream || document.visibilityState !== "visible") return;
    const address = new URL("events", folder);
    address.search = new URLSearchParams({ generation, page: location.pathname });
    stream = new EventSource(address);
    stream.addEventListener("open", () => (wasConnected = true));
    stream.addEventListener("message", (message) => {
      const news = JSON.parse(message.data);
      acted = acted.then(() => act(news));
    });
    stream.addEventListener("error", async () => {
      if (stream?.readyState !== EventSource.CLOSED) return; // It tries again by itself.
      close();
      const isBack = await isServed();
      // There is a server, and it does not know this page's secret: it is another run.
      if (isBack && wasConnected) location.reload();
      else if (!isBack) setTimeout(open, 1000);
    });
  };

  // Browsers allow six connections to a server: only the page that is looked at keeps one.
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? open() : close()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
})();
