// Whether the gateway answers: what a page shows while it does not, and how it goes on once it does again.
"use strict";

(() => {
  const lost = document.getElementById("lost");
  let looking = false;

  // What shows what changes asks for it at once, instead of with its next turn.
  function goOn() {
    htmx.trigger(document.body, "back");
  }

  async function answers() {
    try {
      return (await fetch("/health", { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(5000) })).ok;
    } catch {
      return false;
    }
  }

  // Said once it is certain; from then on the page looks every two seconds whether it is over.
  async function look() {
    if (looking) return;
    looking = true;
    while (!(await answers())) {
      lost.hidden = false;
      await new Promise((after) => { setTimeout(after, 2000); });
    }
    looking = false;
    if (lost.hidden) return;
    lost.hidden = true;
    goOn();
  }

  // No answer at all, none in time, or one of a proxy in front that finds nobody.
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:sseError"]) document.addEventListener(name, look);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (![502, 503, 504].includes(event.detail.xhr.status) || event.detail.xhr.getResponseHeader("X-Request-Id")) return;
    event.detail.shouldSwap = false;
    look();
  });
  addEventListener("offline", look);

  // A stream that was away may have missed something.
  const streams = new WeakSet();
  document.addEventListener("htmx:sseOpen", (event) => {
    if (streams.has(event.target)) goOn();
    streams.add(event.target);
  });

  // A browser has few connections to one host, and tabs share them: one that nobody looks at lets go of its own.
  document.addEventListener("visibilitychange", () => {
    for (const live of document.querySelectorAll("[sse-connect]")) {
      if (document.hidden) {
        htmx.trigger(live, "htmx:beforeCleanupElement");
      } else {
        for (const part of [live, ...live.querySelectorAll("[hx-trigger]")]) htmx.trigger(part, "htmx:afterProcessNode");
      }
    }
  });
})();
