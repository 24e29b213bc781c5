// Selecting all records of a page at once. Without it each can be ticked.
(() => {
  "use strict";
  const box = document.querySelector("[data-select-all]");
  if (!box) return;
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    const all = [...document.querySelectorAll('input[name="key"][form="bulk"]')];
    const on = all.some((one) => !one.checked);
    for (const one of all) one.checked = on;
  });
})();

// Papers are printed from the page.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
