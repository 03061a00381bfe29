// ⌘K (Ctrl+K): a field that leads everywhere. Arrows go through what it finds, Enter opens it.
"use strict";

(() => {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const field = palette.querySelector("input");

  function open() {
    if (palette.open) return;
    field.value = "";
    palette.showModal();
    htmx.trigger(field.form, "opened");
  }

  document.addEventListener("keydown", (event) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) open();
    else if (event.target === palette) palette.close();
  });

  palette.addEventListener("keydown", (event) => {
    const links = Array.from(palette.querySelectorAll("#places a"));
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = links[at + (event.key === "ArrowDown" ? 1 : -1)];
      (next || (event.key === "ArrowUp" ? field : links[at]))?.focus();
    } else if (event.key === "Enter" && event.target === field) {
      event.preventDefault();
      links[0]?.click();
    }
  });
})();
