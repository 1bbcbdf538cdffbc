import { absoluteUrl } from "@11ty/eleventy-plugin-rss";
import highlighting from "@11ty/eleventy-plugin-syntaxhighlight";

const PAGE_SIZE = 10;
const FEED_SIZE = 20;

const newestFirst = (api) => api.getFilteredByGlob("content/posts/*.md").reverse();

/** The terms of a blog, each with its posts: `[{folder, name, posts}]`. */
function termsOf(posts) {
  const terms = new Map();
  const add = (folder, name, post) => {
    const key = `${folder}/${name}`;
    if (!terms.has(key)) terms.set(key, { folder, name, posts: [] });
    terms.get(key).posts.push(post);
  };
  for (const post of posts) {
    for (const name of post.data.categories) add("categories", name, post);
    for (const name of post.data.tags) add("tags", name, post);
  }
  return [...terms.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Eleventy paginates one list; the pages of many lists are one list of ready-made pages. */
function pagesOf(term) {
  const total = Math.ceil(term.posts.length / PAGE_SIZE);
  const url = (number) => `/${term.folder}/${term.name}/${number > 1 ? `page/${number}/` : ""}`;
  return Array.from({ length: total }, (_, index) => ({
    ...term,
    posts: term.posts.slice(index * PAGE_SIZE, (index + 1) * PAGE_SIZE),
    number: index + 1,
    total,
    url: url(index + 1),
    newer: index > 0 ? url(index) : "",
    older: index + 1 < total ? url(index + 2) : "",
  }));
}

export default function (config) {
  config.addPlugin(highlighting);
  config.addLayoutAlias("post", "post.njk");
  config.addCollection("posts", newestFirst);
  config.addCollection("terms", (api) => termsOf(newestFirst(api)));
  config.addCollection("termPages", (api) => termsOf(newestFirst(api)).flatMap(pagesOf));
  config.addFilter("newest", (posts) => posts.slice(0, FEED_SIZE));
  config.addFilter("excerpt", (html) => html.slice(0, html.indexOf("</p>") + 4));
  config.addFilter("isoDay", (date) => date.toISOString().slice(0, 10));
  config.addFilter("year", (date) => date.getUTCFullYear());
  config.addFilter("day", (date) =>
    date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }),
  );
  config.addFilter("absolute", (url) => absoluteUrl(url, "https://example.com/"));
  return {
    dir: { input: "content", layouts: "../layouts", includes: "../layouts", output: "site" },
    markdownTemplateEngine: false,
  };
}
