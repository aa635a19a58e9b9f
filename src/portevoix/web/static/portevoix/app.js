// What the keyboard does, dialogs, and closing what is open. Every page works without it.

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

/** Elements that `j` and `k` go through: the first link or button of each row of the page's lists. */
const stops = () =>
  [...document.querySelectorAll("main tbody tr, main ul.sheet > li, main .sheet > ul > li, main .story")]
    .map((row) => row.querySelector("a[href], button, summary"))
    .filter((stop) => stop && stop.checkVisibility());

function step(by) {
  const all = stops();
  const row = document.activeElement.closest("tr, li, .story");
  const at = all.findIndex((stop) => row && row.contains(stop));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by];
  if (next) {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

let isGoing = false;

function go(key) {
  isGoing = false;
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (link) link.click();
}

const ACTS = {
  "?": () => document.getElementById("keys")?.showModal(),
  j: () => step(1),
  k: () => step(-1),
  g: () => {
    isGoing = true;
    setTimeout(() => (isGoing = false), 1500);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "Escape") {
    untip();
    document.querySelectorAll("details.menu[open]").forEach((menu) => (menu.open = false));
  } else if (document.querySelector("dialog[open]")) {
    return;
  } else if (isGoing) {
    go(event.key);
  } else if (event.key in ACTS) {
    event.preventDefault();
    ACTS[event.key]();
  }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-closes]")) event.target.closest(".toast")?.remove();
  if (event.target.matches("dialog")) event.target.close();
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

/** A definition beside the name it explains: what the link leads to, shown where it stands. */
function tip(link) {
  const meaning = document.getElementById(link.dataset.tip);
  if (!meaning) return;
  const box = document.createElement("div");
  box.className = "tip sheet";
  box.setAttribute("aria-hidden", "true"); // the link leads to the same words
  box.append(...[...meaning.children].map((part) => part.cloneNode(true)));
  document.body.append(box);
  const at = link.getBoundingClientRect();
  box.style.insetInlineStart = `${Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8))}px`;
  box.style.insetBlockStart = `${at.bottom + 8}px`;
}

const untip = () => document.querySelectorAll(".tip").forEach((box) => box.remove());

for (const [event, act] of [["mouseover", tip], ["focusin", tip], ["mouseout", untip], ["focusout", untip]]) {
  document.addEventListener(event, ({ target }) => {
    const link = target.closest?.("[data-tip]");
    if (link) { untip(); if (act === tip) act(link); }
  });
}
addEventListener("scroll", untip, { capture: true, passive: true });

// Gestures that need this script show once it runs.
document.querySelectorAll("[data-opens][hidden], [data-closes][hidden]").forEach((one) => (one.hidden = false));

// On a phone tabs go on beyond the edge: the one that is open is scrolled to.
const open = document.querySelector(".tabs [aria-current]");
if (open) {
  const [tab, all] = [open.getBoundingClientRect(), open.parentElement.getBoundingClientRect()];
  open.parentElement.scrollLeft += tab.left - all.left - (all.width - tab.width) / 2;
}
