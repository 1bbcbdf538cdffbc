// The script that `afterword serve` adds to a page, to show the current version of the site.
//
// While the page is visible, it listens for events. Style sheets, images and blocks of text are replaced in place, so
// that the scroll position, open details, a selection and a playing video stay. For other changes, the page reloads.
// The script obeys the content security policy of the page: no inline styles, no other origins.

(() => {
  const script = document.currentScript;
  const folder = new URL(".", script.src);
  let generation = Number(script.dataset.generation);
  let shown = script.dataset.page;
  // Now the document has the same nodes as the built page.
  script.remove();
  document.body.normalize();

  class CannotPatch extends Error {}

  // Returns the page as it was built, without the changes of scripts, and a tag that identifies its content.
  const read = async () => {
    const response = await fetch(location.href);
    const source = new DOMParser().parseFromString(await response.text(), "text/html");
    return { tag: response.headers.get("Afterword-Page") ?? "", source };
  };
  let built = read();
  built.catch(() => {}); // `update` handles the error.

  const isServed = () =>
    fetch(location.href).then(
      () => true,
      () => false,
    );

  // --- The body: the differences between the old and the new built page are applied to the document.

  const isSameTag = (one, other) => one.cloneNode(false).isEqualNode(other.cloneNode(false));

  const needsToRun = (node) => node.nodeName === "SCRIPT" || node.querySelector?.("script") != null;

  // Scripts may only have changed the content of nodes, and added nodes at the end.
  const isAsBuilt = (live, before) =>
    live.childNodes.length >= before.childNodes.length &&
    [...before.childNodes].every((node, index) => node.nodeName === live.childNodes[index].nodeName);

  const bring = (node) => {
    if (needsToRun(node)) throw new CannotPatch("a script that is inserted would not run");
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

  // --- The head: only elements without effects on the page can be replaced.

  const SHEET = 'link[rel~="stylesheet"]';
  const ICON = 'link:is([rel~="icon"], [rel="manifest"])';
  const INERT = `title, meta[name], meta[property], link:not([rel~="stylesheet"]), script[type="application/ld+json"]`;

  // The elements with effects, as text; style sheets without their URLs.
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

  // Old style sheets that are kept because the new ones did not load, with the URLs of the new ones.
  const standIns = new WeakMap();
  const addressOf = (link) => standIns.get(link) ?? link.href;
  // The paths of style sheets that are no longer used; changes of these files are ignored.
  const unused = new Set();

  // The old sheet is removed when the new one has loaded, so that the page is never without styles. It is kept if the
  // new one is missing: if a file is saved twice within a short time, the URL of the first version is gone.
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
      if (!link) throw new CannotPatch("a style sheet was moved");
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

  // --- Changed files that the page has loaded.

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
    // Icons and the manifest are shown by the browser, not in the page.
    const icons = [...document.querySelectorAll(ICON)].filter((link) => stale.has(pathOf(link.href)));
    const images = [...document.images].filter((image) => !image.srcset && stale.has(pathOf(image.src)));
    const known = new Set([...sheets, ...icons].map((link) => pathOf(link.href)));
    for (const image of images) known.add(pathOf(image.src));
    if ([...stale].some((path) => !known.has(path) && !unused.has(path))) return location.reload();
    for (const icon of icons) icon.href = fresh(icon.href);
    for (const image of images) image.src = fresh(image.src);
    await Promise.all(sheets.map((link) => swapSheet(link, fresh(link.href))));
  };

  // --- The errors of the last build, in a popover, which takes no focus and moves nothing.

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

  // A sign on pages that are shown before the end of the first build.
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

  // --- Events, processed in order, one at a time.

  const act = async (event) => {
    generation = event.generation;
    if (generation > 0) early.remove();
    showProblems(event.problems);
    if (event.focus && event.focus !== location.pathname) return location.assign(event.focus);
    if (event.reload) return location.reload();
    const stale = loadedOf(event.assets);
    if (event.page) await update();
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
      const event = JSON.parse(message.data);
      acted = acted.then(() => act(event));
    });
    stream.addEventListener("error", async () => {
      if (stream?.readyState !== EventSource.CLOSED) return; // The browser reconnects.
      close();
      const isBack = await isServed();
      // The server answers, but does not know the secret of this page: it was restarted.
      if (isBack && wasConnected) location.reload();
      else if (!isBack) setTimeout(open, 1000);
    });
  };

  // Browsers allow six connections to a server, so only the visible page keeps one.
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? open() : close()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
})();
