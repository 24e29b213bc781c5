// The behaviours of the style sheet that need a script: menus, folding parts, side panel, dialog. They act on
// data-bs-* attributes, so no page holds a script of its own.
import "bootstrap/js/dist/collapse";
import "bootstrap/js/dist/dropdown";
import "bootstrap/js/dist/modal";
import "bootstrap/js/dist/offcanvas";
import "bootstrap/js/dist/tab";

// Theme: the reader's choice, else the system's. A button says data-pz-theme="light|dark|auto".
const wanted = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => {
  try {
    return localStorage.getItem("pinzhi-theme") || "auto";
  } catch {
    return "auto"; // storage is closed to us: the system's choice then
  }
};

function showTheme() {
  const theme = chosen();
  const shown = theme === "auto" ? (wanted.matches ? "dark" : "light") : theme;
  document.documentElement.setAttribute("data-bs-theme", shown);
  for (const button of document.querySelectorAll("[data-pz-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.pzTheme === theme));
  }
}

showTheme();
wanted.addEventListener("change", showTheme);
document.addEventListener("DOMContentLoaded", showTheme);
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-pz-theme]");
  if (!button) return;
  try {
    localStorage.setItem("pinzhi-theme", button.dataset.pzTheme);
  } catch {
    // nothing is kept then
  }
  showTheme();
});
