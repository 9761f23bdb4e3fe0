// The editor of letters' words: fields put in at the caret, shipped words taken over, and the
// letter printed beside the text while it is written. Without scripts a button opens the letter.

const desk = document.querySelector("[data-text-desk]");
const form = desk.querySelector("form");
const live = form.querySelector("[data-live]");
const patience = 1200;
let last = form.querySelector("textarea");
let timer;

function press(label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}

function changed(area) {
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

function offerFields() {
  form.addEventListener("focusin", ({ target }) => target.matches("textarea") && (last = target));
  desk.querySelectorAll("[data-insert]").forEach((code) => {
    const field = code.textContent;
    const button = press(field, () => {
      last.setRangeText(field, last.selectionStart, last.selectionEnd, "end");
      changed(last);
    });
    button.title = "Put this field in where you write";
    code.replaceWith(button);
  });
}

function offerShipped() {
  desk.querySelectorAll("[data-shipped-for]").forEach((words) => {
    const area = document.getElementById(words.dataset.shippedFor);
    words.after(press("Write on from these words", () => {
      area.value = words.textContent;
      changed(area);
    }));
  });
}

// Printing beside the text needs room and a browser that shows PDF in a page.
function showBeside() {
  if (!navigator.pdfViewerEnabled || !matchMedia("(min-width: 75em)").matches) return;
  const frame = document.createElement("iframe");
  frame.name = live.getAttribute("formtarget");
  frame.title = "Preview of the letter";
  frame.addEventListener("load", () => document.activeElement === frame && last.focus());
  desk.append(frame);
  desk.classList.add("with-preview");
  const print = () => form.requestSubmit(live);
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(print, patience);
  });
  print();
}

offerFields();
offerShipped();
showBeside();
