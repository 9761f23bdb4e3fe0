// What the worker is at is looked at again until it is done, but not while somebody is in it.
function followProgress() {
  let part = document.querySelector("[data-live]");
  if (!part) return;
  let stopped = false;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  const say = () => (button.textContent = stopped ? "Keep this up to date" : "Stop updating");
  button.addEventListener("click", () => {
    stopped = !stopped;
    say();
  });
  say();
  part.after(button);
  setInterval(async () => {
    if (stopped || document.hidden || part.contains(document.activeElement)) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
    if (!found) return location.reload();
    part.replaceWith(found);
    part = found;
  }, 4000);
}

followProgress();
