// Runs before the page is drawn: the reader's choice of colours, else the system's. Kept under the same name by all
// scripts of the product.
(() => {
  const wanted = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const kept = () => {
    try {
      return localStorage.getItem("pinzhi-theme");
    } catch {
      return null; // storage is closed to us: the system's choice then
    }
  };
  const show = () => {
    const choice = kept();
    const dark = choice === "dark" || (choice !== "light" && wanted.matches);
    root.setAttribute("data-bs-theme", dark ? "dark" : "light");
    for (const button of document.querySelectorAll("[data-theme-toggle]")) {
      button.hidden = false;
      const use = button.querySelector("use");
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, dark ? "#sun" : "#moon"));
      button.querySelector("span").textContent = dark ? button.dataset.light : button.dataset.dark;
    }
  };
  show();
  wanted.addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    if (!event.target.closest || !event.target.closest("[data-theme-toggle]")) return;
    try {
      localStorage.setItem("pinzhi-theme", root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark");
    } catch {
      root.setAttribute("data-bs-theme", root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark");
      return;
    }
    show();
  });
})();
