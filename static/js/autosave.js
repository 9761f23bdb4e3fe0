// Saves a form while it is typed in. The text stays on this device until the server has
// said that it is saved; one request is on its way at a time.

const PAUSE = 1200;
const LONGEST_WAIT = 8000;
const RETRY = 10000;
const NOT_TYPED = new Set(["csrf_token", "version"]);

export function keepSaving(words) {
  document.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form, words).start());
}

class Autosave {
  constructor(form, { clock, fill }) {
    Object.assign(this, { form, clock, fill });
    this.url = form.dataset.autosaveUrl;
    this.key = `fundapp:${document.documentElement.dataset.person ?? ""}:${this.url}`;
    this.state = document.querySelector(`[data-save-state][data-for="${form.id}"]`) ?? document.querySelector("[data-save-state]");
    this.version = form.elements.version;
  }

  start() {
    // On a slow line people type before this script is here.
    const came = this.form.cloneNode(true);
    came.reset();
    this.agreed = byName(this.typed(came));
    const isEarly = !same(this.typed(came), this.typed());
    this.restore(isEarly);
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("submit", (event) => this.beforeSubmit(event));
    addEventListener("online", () => this.dirty && this.save());
    addEventListener("pageshow", () => (this.submitting = false));
    addEventListener("visibilitychange", () => document.hidden && this.dirty && this.save(true));
    if (isEarly) this.changed();
  }

  // --- what is typed ---

  fields(form = this.form) {
    return [...new FormData(form)].filter(([, value]) => typeof value === "string");
  }

  typed(form = this.form) {
    return this.fields(form).filter(([name]) => !NOT_TYPED.has(name) && this.form.elements[name]?.type !== "password");
  }

  changed() {
    this.dirty = true;
    this.keep();
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.save(), PAUSE);
    this.deadline ??= setTimeout(() => this.save(), LONGEST_WAIT);
  }

  stopTimers() {
    [this.pause, this.deadline, this.retry].forEach(clearTimeout);
    this.deadline = undefined;
  }

  // A full or closed store only costs the copy on the device; saving goes on.
  store(method, ...rest) {
    try {
      return localStorage[method](this.key, ...rest);
    } catch {
      return null;
    }
  }

  keep(sent = false) {
    this.store("setItem", JSON.stringify({ version: this.version?.value, sent, typed: this.typed() }));
  }

  forget() {
    this.store("removeItem");
  }

  // A copy that was sent with the form is only wanted when the server did not take it,
  // which its version tells.
  restore(isEarly) {
    const kept = JSON.parse(this.store("getItem") ?? "null");
    if (!kept) return;
    const sameVersion = kept.version === this.version?.value;
    if (same(kept.typed, this.typed()) || (kept.sent && !sameVersion)) return this.forget();
    if (!sameVersion || isEarly) return this.offer(byName(kept.typed), byName(this.typed()), {});
    const note = document.createElement("p");
    note.className = "notice";
    note.setAttribute("role", "status");
    note.textContent = this.state?.dataset.restored ?? "";
    this.form.prepend(note);
    byName(kept.typed).forEach((values, name) => this.put(name, values));
    this.changed();
  }

  controls(name) {
    const found = this.form.elements[name];
    return (found instanceof RadioNodeList ? [...found] : [found]).filter((control) => control && control.type !== "hidden");
  }

  put(name, values) {
    this.controls(name).forEach((control, index) => {
      if (["radio", "checkbox"].includes(control.type)) control.checked = values.includes(control.value);
      else control.value = values[index] ?? "";
      control.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  // --- saving ---

  async save(leaving = false) {
    this.stopTimers();
    if (this.held || this.submitting) return;
    if (this.onItsWay) return (this.again = true);
    this.dirty = false;
    this.say("ring", "saving");
    this.onItsWay = this.send(leaving);
    await this.onItsWay;
    this.onItsWay = undefined;
    if (!this.again) return;
    this.again = false;
    await this.save();
  }

  async send(leaving) {
    const body = new URLSearchParams(this.fields());
    this.sent = byName(this.typed());
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        body,
        headers: { "X-Requested-With": "autosave", Accept: "application/json" },
        keepalive: leaving && body.toString().length < 60000,
        redirect: "error",
      });
      this.understand(answer, await answer.json());
    } catch {
      this.tryLater();
    }
  }

  understand({ ok, status }, told) {
    if (ok) return this.saved(told);
    this.dirty = true;
    if (status === 409 && told.theirs) return this.conflict(told);
    if (status === 401) return this.say("triangle", "signedOut");
    if (status >= 500 || status === 429) return this.tryLater();
    this.say("triangle", "refused", { reason: told.problem ?? "" });
    this.showProblems(told.problems ?? []);
  }

  saved(told) {
    if (this.version && told.version !== undefined) this.version.value = told.version;
    this.agreed = this.sent;
    if (this.dirty) this.keep();
    else this.forget();
    this.say("disc", "saved", { time: told.saved_at_text ?? this.clock(new Date(told.saved_at)) });
    this.showProblems(told.problems ?? []);
  }

  tryLater() {
    this.dirty = true;
    this.say("triangle", "unsaved");
    this.retry = setTimeout(() => this.save(), RETRY);
  }

  // The form goes out only after the save under way has come back, since it must carry
  // the newest version, and never over a choice between two texts.
  beforeSubmit(event) {
    this.stopTimers();
    if (this.held) {
      event.preventDefault();
      return this.form.querySelector(".both").scrollIntoView();
    }
    this.submitting = true;
    this.keep(true);
    if (!this.onItsWay) return;
    event.preventDefault();
    this.onItsWay.then(() => {
      this.submitting = false;
      if (!this.held) this.form.requestSubmit(event.submitter);
    });
  }

  // --- what the page says ---

  say(shape, key, values = {}) {
    if (!this.state) return;
    const isRoutine = ["saving", "saved"].includes(key);
    this.state.setAttribute("aria-live", isRoutine ? "off" : "polite");
    this.state.replaceChildren(drawn(shape), " ", this.fill(this.state.dataset[key] ?? "", values));
  }

  // Problems are not put under the hands of somebody who is still typing there.
  showProblems(problems) {
    const sentences = new Map(problems.map(({ field, sentence }) => [field, sentence]));
    this.form.querySelectorAll(".error[id$='-error']").forEach((line) => {
      const id = line.id.replace(/-error$/, "");
      const field = line.closest(".cell, .field");
      const sentence = sentences.get(id);
      if (sentence && field.contains(document.activeElement)) return;
      line.hidden = !sentence;
      line.replaceChildren(...(sentence ? [drawn("triangle"), " ", sentence] : []));
      field.classList.toggle("invalid", Boolean(sentence));
    });
  }

  // --- two people, one field ---

  conflict(told) {
    if (this.version && told.version !== undefined) this.version.value = told.version;
    const mine = byName(this.typed());
    const theirs = new Map(Object.entries(told.theirs).map(([name, value]) => [name, [value ?? ""].flat()]));
    this.held = true;
    for (const [name, values] of theirs) {
      const untouched = joined(mine.get(name)) === joined(this.agreed.get(name));
      if (untouched && this.controls(name).length) {
        this.put(name, values);
        mine.set(name, values);
      }
    }
    this.offer(mine, theirs, told);
  }

  // Shows each field that differs with both texts; saving waits until all are chosen.
  offer(mine, theirs, told) {
    const names = [...theirs.keys(), ...[...mine.keys()].filter((name) => !theirs.has(name) && !this.controls(name).length)];
    names.forEach((name) => this.showBoth(name, mine.get(name) ?? [], theirs.get(name) ?? [], told));
    this.held = true;
    this.say("triangle", "conflict");
    this.goOnWhenChosen();
  }

  showBoth(name, mine, theirs, { their_name: who, their_time: time }) {
    if (joined(mine) === joined(theirs)) return;
    const control = this.controls(name)[0];
    const field = control?.closest(".field, .cell");
    const isText = control && !["radio", "checkbox", "select-one"].includes(control.type);
    const block = document.querySelector("template[data-both-texts]").content.firstElementChild.cloneNode(true);
    const write = (part, text) => (block.querySelector(`[data-${part}]`).textContent = text);
    write("field-label", field?.querySelector("legend, label")?.textContent.trim() ?? name);
    write("mine", joined(mine));
    write("theirs", joined(theirs));
    if (who) write("their-name", who);
    if (time) write("their-time", `, ${time}`);
    if (!isText) block.querySelector("[data-keep='joined']").remove();
    const choices = { mine, theirs, joined: [`${joined(theirs)}\n\n${joined(mine)}`] };
    block.addEventListener("click", ({ target }) => {
      const choice = choices[target.dataset?.keep];
      if (!choice) return;
      this.put(name, choice);
      block.remove();
      control?.focus();
      this.goOnWhenChosen();
    });
    if (field) field.after(block);
    else this.form.prepend(block);
  }

  goOnWhenChosen() {
    if (this.form.querySelector(".both")) return;
    this.held = false;
    this.changed();
  }
}

function byName(fields) {
  return fields.reduce((found, [name, value]) => found.set(name, [...(found.get(name) ?? []), value]), new Map());
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

function joined(values = []) {
  return values.join("\n");
}

function drawn(shape) {
  return document.querySelector("template[data-shapes]").content.querySelector(`.shape-${shape}`).cloneNode(true);
}
