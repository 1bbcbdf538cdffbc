// The player of a talk, which `talk.js` brings with the first click. A click on the Watch button, on the poster or on a
// moment opens the host's player below the head of the note, and moments then move it; before that click nothing is
// asked of the host. Words come from `data-` attributes of the script; those of the button are `data-host`, `data-embed`
// (the player's URL) and `data-start` (where the talk begins, in seconds); button and media have `data-length` (how many
// seconds the talk takes at most).
{
  const words = document.currentScript.dataset;
  const watch = document.querySelector("a.watch[data-embed]");
  const poster = document.querySelector("a.talk-poster");
  const media = document.querySelector(".talk-media");
  const chapters = [...document.querySelectorAll(".toc a[data-t]")];

  /** How long a player has to answer, in milliseconds, before it is opened again at the moment that was asked for. */
  const PATIENCE = 1500;
  const GREET_AGAIN = 500;
  const GREETINGS = 10;

  /** Screens on which `player.css` docks no player. */
  const low = matchMedia("(height < 30rem)");

  // How the hosts spell a moment in the URLs of a player and of a page, and how their players are spoken to. One that
  // has no `seek` is opened anew at each moment.
  const inQuery = (name) => (url, seconds) => url.searchParams.set(name, seconds);
  const inFragment = (url, seconds) => (url.hash = `t=${seconds}s`);
  const command = (func, ...args) => ({ event: "command", func, args, id: "talk", channel: "widget" });
  const hosts = {
    youtube: {
      embed: inQuery("start"),
      watch: inQuery("t"),
      greeting: { event: "listening", id: "talk", channel: "widget" },
      seek: (seconds) => [command("seekTo", seconds, true), command("playVideo")],
      pause: command("pauseVideo"),
      time: (message) => message.info?.currentTime,
    },
    vimeo: {
      embed: inFragment,
      watch: inFragment,
      greeting: { method: "addEventListener", value: "timeupdate" },
      seek: (seconds) => [{ method: "setCurrentTime", value: seconds }, { method: "play" }],
      pause: { method: "pause" },
      time: (message) => (message.event === "timeupdate" ? message.data?.seconds : undefined),
    },
    peertube: { embed: inQuery("start"), watch: inQuery("start") },
  };

  const create = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /** `12:34`, and from one hour on `1:02:03`. */
  const format = (seconds) => {
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const tail = String(seconds % 60).padStart(2, "0");
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
  };

  /** The seconds of `754`, `754s`, `12m34s`, `12:34` or `1:02:03`; undefined for anything else. */
  const parse = (text) => {
    const clock = /^(?:(\d+):)?(\d+):(\d+)$/.exec(text) ?? /^(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/.exec(text);
    return clock?.slice(1).reduce((total, part) => total * 60 + Number(part ?? 0), 0);
  };

  // The live region is there before it has anything to say, or it would not be heard.
  const status = create("p", { className: "visually-hidden", role: "status" });
  (watch ?? media)?.before(status);
  const announce = (seconds) => (status.textContent = words.playing.replace("{}", format(seconds)));

  // What plays: marked in the contents, and said in the player's own bar; until a chapter does, the talk.
  const now = create("span", { className: "talk-now", textContent: words.title });
  const mark = (seconds) => {
    const current = chapters.findLast((chapter) => chapter.dataset.t <= seconds);
    now.textContent = current ? `${current.textContent} ${current.nextElementSibling.textContent}` : words.title;
    for (const chapter of chapters) {
      if (chapter === current) chapter.setAttribute("aria-current", "true");
      else chapter.removeAttribute("aria-current");
    }
  };

  /** The host's player, below the head of the note and in the place of a poster while it is open. */
  const embedded = () => {
    const host = hosts[watch.dataset.host];
    const origin = new URL(watch.dataset.embed).origin;
    let start = Number(watch.dataset.start ?? 0);
    let stage, frame, opener, doubt, greeting;

    const post = (message) => frame.contentWindow.postMessage(JSON.stringify(message), origin);

    const load = (seconds) => {
      clearTimeout(doubt);
      clearInterval(greeting);
      const url = new URL(watch.dataset.embed);
      host.embed(url, seconds);
      if (watch.dataset.host === "youtube") url.searchParams.set("origin", location.origin);
      const next = create("iframe", {
        title: words.player,
        src: url,
        allow: "autoplay; encrypted-media; fullscreen; picture-in-picture",
        // YouTube plays only where it is told the site that embeds it.
        referrerPolicy: "strict-origin-when-cross-origin",
      });
      // A new frame each time: where only the fragment differs, setting `src` again would load nothing.
      if (frame) frame.replaceWith(next);
      else stage.firstChild.append(next);
      frame = next;
      if (host.greeting) frame.addEventListener("load", greet);
    };

    // The player's script may begin to listen later than its page is loaded.
    const greet = () => {
      clearInterval(greeting);
      greeting = setInterval(post, GREET_AGAIN, host.greeting);
      setTimeout(clearInterval, GREETINGS * GREET_AGAIN, greeting);
    };

    const close = () => {
      clearTimeout(doubt);
      clearInterval(greeting);
      stage.remove();
      if (poster) poster.hidden = false;
      stage = frame = undefined;
      status.textContent = "";
      mark(-1);
      opener.focus();
    };

    // Where the player is not docked, it plays only in sight.
    const show = () => low.matches && stage.scrollIntoView({ block: "nearest", behavior: "instant" });

    const open = (seconds, from) => {
      opener = from;
      const button = create("button", { type: "button", className: "talk-close", textContent: words.close });
      button.addEventListener("click", close);
      const bar = create("p", { className: "talk-bar" }, now, button);
      stage = create("div", { className: "talk-place" }, create("div", { className: "talk-player" }, bar));
      document.querySelector(".post-header").after(stage);
      load(seconds);
      if (poster) poster.hidden = true;
      // Where Tab leads into the player, and Escape closes it, which this page would not hear from within.
      if (!from.matches(".ts")) button.focus();
      show();
      // Out of sight, the player goes to a corner of the window, or is paused where none has the room.
      new IntersectionObserver(([entry]) => {
        entry.target.classList.toggle("docked", !entry.isIntersecting);
        if (low.matches && !entry.isIntersecting && frame && host.pause) post(host.pause);
      }).observe(stage);
    };

    const seek = (seconds) => {
      show();
      if (!host.seek) return load(seconds);
      clearTimeout(doubt);
      doubt = setTimeout(load, PATIENCE, seconds);
      for (const message of [host.greeting, ...host.seek(seconds)]) post(message);
    };

    addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
      clearTimeout(doubt);
      clearInterval(greeting);
      try {
        const seconds = host.time(typeof event.data === "string" ? JSON.parse(event.data) : event.data);
        if (seconds >= 0) mark(seconds);
      } catch {
        // Not one of the messages that are understood here.
      }
    });
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && stage && !event.defaultPrevented && !document.querySelector(":modal")) close();
    });

    return {
      play: (seconds, from) => {
        opener = from;
        if (frame) seek(seconds);
        else open(seconds, from);
      },
      arm: (seconds) => {
        start = seconds;
        const url = new URL(watch.href);
        host.watch(url, seconds);
        watch.href = url;
        watch.querySelector(".talk-start")?.remove();
        watch.append(create("span", { className: "talk-start", textContent: words.from.replace("{}", format(seconds)) }));
      },
      start: () => start,
    };
  };

  /** A recording that the page itself plays. */
  const own = () => {
    media.addEventListener("timeupdate", () => mark(media.currentTime));
    return {
      play: (seconds) => {
        media.currentTime = seconds;
        // A file that cannot be played says so in its own controls.
        media.play().catch(() => {});
        media.scrollIntoView({ block: "nearest" });
      },
      arm: (seconds) => (media.currentTime = seconds),
    };
  };

  // A page that was opened from a disk has no site to tell the hosts: there the links open.
  const isEmbeddable = watch && hosts[watch.dataset.host] && location.protocol !== "file:";
  const player = media ? own() : isEmbeddable ? embedded() : undefined;
  if (player) {
    addEventListener("click", (event) => {
      const link = event.target.closest?.("a[data-embed], a.talk-poster, a.ts[data-t]");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      const seconds = Number(link.dataset.t ?? player.start());
      player.play(seconds, link);
      announce(seconds);
      mark(seconds);
    });

    // A URL of this page that names a moment (`?t=754`, `#t=12m34s`) makes the player ready to begin there; one beyond
    // the talk's end is passed over.
    const length = Number((watch ?? media).dataset.length ?? Infinity);
    const arm = () => {
      const named = /^#t=(.+)/.exec(location.hash)?.[1] ?? new URLSearchParams(location.search).get("t");
      const seconds = parse(named ?? "");
      if (seconds < length) player.arm(seconds);
    };
    arm();
    addEventListener("hashchange", arm);
  }
}
