// What pages do by themselves: times that go on, copying, dialogs, files that are dropped. Nothing is kept in the browser.
"use strict";

(() => {
  const language = document.documentElement.lang || "en";
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];

  function ago(at) {
    const seconds = (at - Date.now()) / 1000;
    for (const [unit, size] of steps) {
      if (Math.abs(seconds) >= size * 0.75) return relative.format(Math.round(seconds / size), unit);
    }
    return null; // less than a minute: the words that the page came with
  }

  function tick() {
    for (const time of document.querySelectorAll("time[data-at]")) {
      const words = ago(Number(time.dataset.at));
      if (words && time.textContent !== words) time.textContent = words;
    }
    for (const left of document.querySelectorAll("[data-until]")) {
      const seconds = Math.max(0, Math.ceil((Number(left.dataset.until) - Date.now()) / 1000));
      left.querySelector("b").textContent = String(seconds);
      const bar = left.querySelector("progress");
      if (bar) bar.value = seconds;
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button, [data-opens], [data-closes]");
    if (!button) return;
    if (button.dataset.copies) {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
      const before = button.textContent;
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = before; }, 1500);
    }
    if (button.dataset.opens) document.getElementById(button.dataset.opens).showModal();
    if ("closes" in button.dataset) button.closest("dialog").close();
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      for (const box of document.querySelectorAll(event.target.dataset.all)) box.checked = event.target.checked;
    }
    chosen();
  });

  // What is done with chosen rows can be pressed once there are some.
  function chosen() {
    for (const bar of document.querySelectorAll("[data-chosen]")) {
      const count = document.querySelectorAll(bar.dataset.chosen + ":checked").length;
      bar.classList.toggle("hidden", count === 0);
      const shown = bar.querySelector("b");
      if (shown) shown.textContent = String(count);
    }
  }

  // What is paused asks for nothing by itself.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pauses]");
    if (!button) return;
    const paused = document.getElementById(button.dataset.pauses).toggleAttribute("data-stands");
    button.setAttribute("aria-pressed", String(paused));
    [button.textContent, button.dataset.paused] = [button.dataset.paused, button.textContent];
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.matches("[data-stands]")) event.preventDefault();
  });

  // Typing the name is what unlocks the button.
  document.addEventListener("input", (event) => {
    const wanted = event.target.dataset.unlocks;
    if (wanted) event.target.form.querySelector("button[type=submit]").disabled = event.target.value !== wanted;
  });

  // Ticks stay where they are when the list is brought up to date.
  let ticked = [];
  document.addEventListener("htmx:beforeSwap", () => {
    ticked = Array.from(document.querySelectorAll("#chosen [name=name]:checked"), (box) => box.id);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const id of ticked) {
      const box = document.getElementById(id);
      if (box) box.checked = true;
    }
    tick();
    chosen();
    toEnd();
  });

  function toEnd() {
    for (const talk of document.querySelectorAll(".talk[data-end]")) {
      if (talk.dataset.end !== talk.dataset.seen) {
        talk.dataset.seen = talk.dataset.end;
        talk.scrollTop = talk.scrollHeight;
      }
    }
  }

  // The code that is shown names the files that were chosen.
  document.addEventListener("change", (event) => {
    const names = event.target.dataset.names;
    if (names) document.getElementById(names).value = Array.from(event.target.files, (file) => file.name).join("/");
  }, true);

  // How a file is sent is told by what it is.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.target.matches("[data-file-form]")) return;
    const file = event.target.querySelector("input[type=file]").files[0];
    const kind = file ? file.type.split("/")[0] : "";
    if (["image", "video", "audio"].includes(kind)) event.detail.path = event.detail.path.replace("/file/document", `/file/${kind}`);
  });

  // What is quoted stands above what is written, until it is sent.
  function quote(id) {
    const shown = document.getElementById("quoted"), said = id && document.getElementById("m-" + id);
    shown.classList.toggle("hidden", !said);
    shown.firstElementChild.textContent = said ? Array.from(said.querySelectorAll("p:not(.meta)"), (each) => each.textContent).join(" ") : "";
    shown.closest("form").elements.quoted.value = said ? id : "";
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-quotes]");
    if (!button) return;
    quote(button.dataset.quotes);
    document.getElementById("text").focus();
  });

  // What was sent is out of the form, and what was written or quoted meanwhile stays in it; Enter sends, and with Shift it begins a line.
  const underWay = new WeakMap();
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target;
    if (form.matches("[data-empties]")) underWay.set(form, { text: form.elements.text.value, quoted: form.elements.quoted.value });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target;
    if (!event.detail.successful || !form.matches("[data-empties], [data-file-form]")) return;
    const sent = underWay.get(form);
    const text = form.elements.text?.value, quoted = form.elements.quoted?.value;
    form.reset();
    if (!sent) return;
    form.elements.text.value = text.startsWith(sent.text) ? text.slice(sent.text.length) : text;
    quote(quoted === sent.quoted ? "" : quoted);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    const form = event.target.closest?.("[data-empties]");
    if (!form || event.target.tagName !== "TEXTAREA") return;
    event.preventDefault();
    form.requestSubmit();
  });

  // Files that are dropped on a chat go into its form.
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      const place = event.target.closest?.(".drop");
      if (!place) return;
      event.preventDefault();
      place.classList.toggle("over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) {
        const input = place.querySelector("input[type=file]");
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }

  // What somebody opened stays open when a list is brought up to date.
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.tagName === "DETAILS");

  // What somebody writes at the moment is not written over by it.
  Idiomorph.defaults.ignoreActiveValue = true;
  Idiomorph.defaults.callbacks.beforeNodeMorphed = (node) => !(node.tagName === "FORM" && node.querySelector("[data-unlocks]:not(:placeholder-shown)"));

  setInterval(tick, 1000);
  tick();
  chosen();
  toEnd();
})();
