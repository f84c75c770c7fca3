// The console works without this. With it, a page that has changed elsewhere shows so by itself, and lists can be
// walked through with the arrow keys.

const EVERY = 5000;

const main = document.querySelector("main[data-live]");
const told = document.querySelector("[data-told]");

function hasChanged(field) {
  if (field.matches("select")) return false;
  return field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function isWrittenIn(part) {
  const fields = [...part.querySelectorAll("textarea, input:not([type=hidden]), select")];
  return fields.some((field) => field === document.activeElement || hasChanged(field));
}

// Only the parts that show things are put in anew: what somebody is writing stays.
async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const at = document.activeElement?.getAttribute?.("href");
  for (const part of main.querySelectorAll("[data-part], .tabs")) {
    const twin = part.dataset.part
      ? fresh.querySelector(`[data-part="${part.dataset.part}"]`)
      : fresh.querySelector(".tabs");
    if (twin && !isWrittenIn(part)) part.replaceChildren(...twin.childNodes);
  }
  main.dataset.state = fresh.querySelector("main")?.dataset.state ?? "";
  if (at) [...main.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === at)?.focus();
  told.textContent = told.dataset.changed;
}

// Signed out, or it is in other hands now: the page says so itself, unless something written on it would be lost.
function leave() {
  if (!isWrittenIn(main)) return location.reload();
  main.querySelector(".said").textContent = told.dataset.over;
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(main.dataset.live);
    if (answer.status === 401 || answer.status === 404) return leave();
    if (answer.ok && (await answer.json()).state !== main.dataset.state) await renew();
  } catch {
    // no connection just now: the next look may have one
  }
}

if (main?.dataset.live) {
  const ticking = setInterval(look, EVERY);
  addEventListener("pagehide", () => clearInterval(ticking));
  document.addEventListener("visibilitychange", look);
}

document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.("[data-keys]");
  if (!list || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const links = [...list.querySelectorAll("a[href], button")].filter((link) => link.offsetParent);
  const at = links.indexOf(event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  const next = links[Math.max(0, Math.min(links.length - 1, to))];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// A notice is counted while it is written: what it looks like and whom it reaches, without sending anything.
const counted = document.querySelector("form[data-counted]");
if (counted) {
  let waiting = 0;
  const looks = counted.querySelector("[data-part=looks]");
  const count = async () => {
    if (!counted.elements.text.value.trim()) return;
    const said = new FormData(counted);
    said.delete("photo");
    said.set("do", "count");
    try {
      const answer = await fetch(counted.action, { method: "POST", body: said });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const twin = fresh.querySelector("[data-part=looks]");
      if (twin) looks.replaceChildren(...twin.childNodes);
    } catch {
      // no connection just now: the buttons say so when they are pressed
    }
  };
  counted.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(count, 600);
  });
}

// An appointment is dragged to a free time; with keys its page does the same.
const moving = document.querySelector("form[data-moving]");

document.addEventListener("dragstart", (event) => {
  const booked = event.target.closest?.("[data-move]");
  if (booked) event.dataTransfer.setData("application/x-gridbell", booked.dataset.move);
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const free = event.target.closest?.("[data-slot]");
    if (!free || !event.dataTransfer.types.includes("application/x-gridbell")) return;
    event.preventDefault();
    free.classList.toggle("over", kind === "dragover");
    if (kind !== "drop") return;
    moving.action = event.dataTransfer.getData("application/x-gridbell");
    moving.elements.slot.value = free.dataset.slot;
    moving.submit();
  });
}

// Long work shows how far it is. What is taken out is counted row by row as it comes; how many there are is told first.
async function takeOut(link) {
  const bar = document.querySelector("[data-progress]");
  bar.hidden = false;
  bar.removeAttribute("value"); // nobody knows yet
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) return location.assign(link.href);
    const rows = Number(answer.headers.get("X-Rows"));
    const pieces = [];
    let seen = 0;
    for (const reader = answer.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      for (const byte of value) seen += byte === 10;
      if (rows && link.href.endsWith(".csv")) bar.value = Math.min(1, seen / rows);
    }
    const made = URL.createObjectURL(new Blob(pieces, { type: answer.headers.get("Content-Type") }));
    const save = Object.assign(document.createElement("a"), { href: made, download: link.pathname.split("/").pop() });
    save.click();
    setTimeout(() => URL.revokeObjectURL(made), 60000);
  } finally {
    bar.hidden = true;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-export]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  takeOut(link);
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-long]")) document.querySelector("[data-progress]").hidden = false;
});
