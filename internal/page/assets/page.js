// Keeps the page current: fetches it again when something happened, and every ten seconds, and
// replaces the parts that differ. Without this script the page reloads itself by a meta tag.
"use strict";

const usual = 10_000;
const link = document.getElementById("link");
let asked = 0;
let seen = Date.now();

function say(state, text) {
  if (link.textContent === text) return;
  link.textContent = text;
  document.documentElement.dataset.link = state;
}

// replace brings in what differs, and leaves open what a reader opened and where they are.
function replace(next) {
  document.title = next.title;
  for (const fresh of next.querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    if (!old) continue;
    for (const d of old.querySelectorAll("details[open]")) {
      const same = fresh.querySelector("#" + CSS.escape(d.id));
      if (same) same.open = true;
    }
    if (old.outerHTML === fresh.outerHTML) continue;
    const scrolled = old.querySelector("ol")?.scrollTop ?? 0;
    const focus = old.contains(document.activeElement) ? place(document.activeElement, old) : null;
    const node = document.importNode(fresh, true);
    old.replaceWith(node);
    if (scrolled) node.querySelector("ol").scrollTop = scrolled;
    if (focus) found(focus, node)?.focus({ preventScroll: true });
  }
}

// place says where an element is: below the nearest one with an id.
function place(element, root) {
  const home = element.closest("[id]");
  return { id: home.id, tag: element.tagName, self: home === element, root: home === root };
}

function found(p, root) {
  const home = p.root ? root : root.querySelector("#" + CSS.escape(p.id));
  return p.self ? home : home?.querySelector(p.tag);
}

async function refresh() {
  const mine = ++asked;
  try {
    const reply = await fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(8000) });
    if (!reply.ok) throw new Error(String(reply.status));
    const next = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (mine !== asked) return;
    replace(next);
    seen = Date.now();
    say("live", "live");
  } catch {
    const minutes = Math.round((Date.now() - seen) / 60_000);
    say("lost", minutes ? `no answer for ${minutes} min` : "no answer");
  }
}

let timer;
function soon(wait) {
  clearTimeout(timer);
  timer = setTimeout(async () => { await refresh(); soon(usual); }, wait);
}

const stream = new EventSource("api/v1/events");
for (const kind of ["started", "finished", "failed", "noted"]) stream.addEventListener(kind, () => soon(150));
stream.addEventListener("open", () => soon(0));
addEventListener("visibilitychange", () => { if (!document.hidden) soon(0); });
soon(usual);
