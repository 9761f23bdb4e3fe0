// What every page gains from scripts. Each part looks for its own markup and works alone;
// without scripts the pages do the same with a click more.

const page = document.documentElement;

function focusErrorSummary() {
  const summary = document.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    const control = target.matches("fieldset, div") ? target.querySelector("input, select, textarea") : target;
    if (!control) return;
    event.preventDefault();
    target.closest(".field")?.scrollIntoView();
    control.focus({ preventScroll: true });
  });
}

// A second press while the first is on its way would send the form twice.
function guardSubmits() {
  const patience = 30000;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.dataset.guard === "off" || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), patience);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
}

function release(form) {
  delete form.dataset.sent;
  document.querySelectorAll("button[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
}

// A plan that is still being worked out looks for its exact answer, and stays where it is
// while somebody has begun to type.
function awaitPlan() {
  const line = document.querySelector("[data-waiting]");
  if (!line) return;
  let typed = false;
  document.addEventListener("input", () => (typed = true));
  const ask = async (pause) => {
    const answer = await fetch(line.dataset.waiting).catch(() => null);
    const state = answer?.ok ? await answer.json() : { stamp: line.dataset.stamp };
    if (state.stamp !== line.dataset.stamp && !typed) return location.reload();
    if (pause < 60000) setTimeout(() => ask(pause * 1.5), pause);
  };
  setTimeout(() => ask(2000), 1000);
}

// The same count as the server's: runs with a letter or digit; two Chinese or Japanese
// characters, or five of Thai, Lao, Burmese or Khmer, are a word.
export function countWords(text) {
  let east = 0;
  let southEast = 0;
  const spaced = text
    .replace(/[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u{20000}-\u{3ffff}]/gu, () => (east++, " "))
    .replace(/[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3]/g, () => (southEast++, " "));
  const runs = spaced.split(/\s+/).filter((run) => /[\p{L}\p{N}]/u.test(run)).length;
  return runs + Math.ceil(east / 2) + Math.ceil(southEast / 5);
}

function showWords(area) {
  const line = document.getElementById(`${area.id}-count`);
  if (!line) return;
  const limit = Number(area.dataset.wordLimit);
  const words = countWords(area.value);
  const pattern = words > limit ? line.dataset.over : line.dataset.words;
  line.textContent = fill(pattern, { word: words, limit, over: words - limit });
  line.classList.toggle("over", words > limit);
}

export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// The server reads money strictly; this only adds up what is plainly a number.
export function readAmount(text) {
  if (!text.trim()) return 0;
  const plain = text.replace(/[\s'’]/g, "").replace(/^(\p{Sc}|[A-Z]{3})|(\p{Sc}|[A-Z]{3})$/gu, "");
  if (!/^\d[\d.,]*$/.test(plain)) return NaN;
  const marks = plain.match(/[.,]/g) ?? [];
  const last = marks.at(-1);
  const decimals = last ? plain.length - plain.lastIndexOf(last) - 1 : 0;
  const once = marks.filter((mark) => mark === last).length === 1;
  if (last && once && decimals < 3) {
    const cut = plain.lastIndexOf(last);
    return Number(`${plain.slice(0, cut).replace(/[.,]/g, "")}.${plain.slice(cut + 1)}`);
  }
  return Number(plain.replace(/[.,]/g, ""));
}

// A line that says how many comes to that many times its price.
function factorOf(input) {
  const factor = input.closest(".line")?.querySelector("[data-factor]");
  return factor?.value.trim() ? readAmount(factor.value) : 1;
}

function showTotal(group) {
  const output = group.querySelector("[data-total-output]");
  const amounts = [...group.querySelectorAll("[data-amount]")].map((input) => readAmount(input.value) * factorOf(input));
  if (!output || amounts.some(Number.isNaN)) return;
  const sum = Math.round(amounts.reduce((total, amount) => total + amount, 0) * 1000) / 1000;
  const currency = output.dataset.currency;
  const digits = Number.isInteger(sum) ? { maximumFractionDigits: 0 } : {};
  const style = currency ? { style: "currency", currency, ...digits } : digits;
  output.textContent = new Intl.NumberFormat(language(), style).format(sum);
}

function followTyping() {
  document.addEventListener("input", ({ target }) => {
    if (target.dataset?.wordLimit) showWords(target);
    const group = target.closest?.("[data-total]");
    if (group) showTotal(group);
  });
  document.querySelectorAll("[data-word-limit]").forEach(showWords);
  document.querySelectorAll("[data-total]").forEach(showTotal);
}

// Digits choose a mark only while the focus is on that criterion and not in a text.
function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const next = document.querySelector("[data-next]");
      if (next) event.preventDefault();
      return next?.click();
    }
    if (event.key === "Escape") closeMenus();
    const criterion = event.target.closest?.("[data-criterion]");
    if (!criterion || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("textarea, input:not([type='radio'])")) return;
    const mark = event.key === "0" ? "10" : event.key;
    const radio = [...criterion.querySelectorAll("input[type='radio']")].find((input) => input.value === mark);
    if (!radio) return;
    event.preventDefault();
    radio.focus();
    radio.click();
  });
}

function closeMenus(except) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => menu !== except && (menu.open = false));
}

export function language() {
  return page.lang === "en" ? "en-GB" : page.lang || "en-GB";
}

// A zone is named by its letters (CET); one that has none here by its words, not as GMT+3.
export function clock(instant, options = { hour: "2-digit", minute: "2-digit" }) {
  const say = (timeZoneName) => new Intl.DateTimeFormat(language(), { ...options, timeZone: page.dataset.zone, timeZoneName }).format(instant);
  const short = say("short");
  return /GMT./.test(short) ? say("long") : short;
}

function showLocalTimes() {
  const long = { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" };
  document.querySelectorAll("time[data-local]").forEach((time) => {
    const instant = new Date(time.dateTime);
    if (Number.isNaN(instant.getTime())) return;
    time.title = time.textContent;
    time.textContent = clock(instant, long);
  });
}

// A table wider than its frame can be scrolled with the keyboard too.
function openWideTables() {
  document.querySelectorAll(".table-frame").forEach((frame) => {
    if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
  });
}

focusErrorSummary();
openWideTables();
followTyping();
listenForKeys();
showLocalTimes();
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
guardSubmits();
awaitPlan();
if (document.querySelector("form[data-autosave]")) {
  import(page.dataset.autosaveScript).then(({ keepSaving }) => keepSaving({ clock, fill }));
}
