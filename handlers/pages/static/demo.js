// The rehearsal: three phones, whose they are, and a clock that can be put forward.

import { Phone, make, put, said } from "./phone.js";

const address = new URL(location.href);
const owners = {};

const get = async (path) => (await fetch(path)).json();

const newNumber = () => `+86120${String(Math.random()).slice(2, 10).padEnd(8, "0")}`;
const newcomer = (phone) => ({ phone, name: said("新居民", "New resident"), about: said("新号码", "A new number") });

/** Who holds a phone: whom the page's address names, else the server's choice. */
class Owner {
  constructor(place) {
    this.kind = place.dataset.phone;
    this.phone = new Phone(place);
    [this.box, this.name, this.about, this.search, this.list, this.alone] =
      ["details", "[data-name]", "[data-about]", "[type=search]", "ul", "[data-alone]"].map((part) => place.querySelector(part));
    this.box.addEventListener("toggle", () => this.box.open && this.open());
    this.box.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    this.search.addEventListener("input", () => this.look());
    this.start(JSON.parse(place.dataset.person));
  }

  async start(usual) {
    const number = address.searchParams.get(this.kind);
    if (!number || number === usual.phone) return this.be(usual);
    const stranger = newcomer(number);
    this.be(stranger);
    const known = (await this.find(number)).find((person) => person.phone === number);
    if (known && this.person === stranger) this.show(known);
  }

  be(person) {
    this.show(person);
    this.phone.be(person.phone);
    address.searchParams.set(this.kind, person.phone);
    history.replaceState(null, "", address);
    for (const kind in person.with) owners[kind]?.be(person.with[kind]); // say, the manager of this grid
  }

  show(person) {
    this.person = person;
    this.name.textContent = person.name;
    this.about.textContent = `${person.about} · ${person.phone.replace(/^\+86(\d{3})(\d{4})/, "+86 $1 $2 ")}`;
    this.alone.href = `/chat?as=${encodeURIComponent(person.phone)}`;
  }

  find(words) {
    const query = new URLSearchParams({ kind: this.kind, q: words });
    return get(`/demo/people?${query}`).then(({ people }) => people, () => []);
  }

  open() {
    this.search.value = "";
    this.search.focus();
    this.look();
  }

  async look() {
    const words = this.search.value.trim();
    const found = await this.find(words);
    if (words !== this.search.value.trim()) return; // it has been written on
    if (this.kind === "resident") found.unshift(newcomer(newNumber()));
    this.list.replaceChildren(...found.map((person) => {
      const button = make("button", {}, make("b", {}, person.name), " ", make("small", {}, person.about));
      button.onclick = () => {
        this.close();
        this.be(person);
      };
      return make("li", {}, button);
    }));
  }

  close() {
    this.box.open = false;
    this.box.firstElementChild.focus();
  }
}

// --- the clock: `zero` has the district's time in its UTC fields, whatever the browser's zone ---

const clock = document.querySelector("[data-clock]");
let zero, since, speed;

function setClock(told) {
  [zero, since, speed] = [Date.parse(`${told.now.slice(0, 19)}Z`), performance.now(), told.speed];
  showClock();
}

function showClock() {
  if (!speed) return;
  const now = new Date(zero + (performance.now() - since) * speed);
  const time = now.toISOString().slice(11, 19);
  const day = `${now.getUTCMonth() + 1}月${now.getUTCDate()}日 周${"日一二三四五六"[now.getUTCDay()]}`;
  clock.replaceChildren(said(day, now.toUTCString().slice(0, 11)), " ", make("b", {}, time));
  for (const button of document.querySelectorAll("[data-until]")) {
    const { until } = button.dataset;
    const [zh, en] = until > time ? ["今", ""] : ["明", "tomorrow "];
    put(button, `到${zh}${until < "12" ? "早" : "晚"}${until}`, `To ${en}${until}`);
  }
}

async function forward({ minutes, until }) {
  const told = document.querySelector("[data-told]");
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify(until ? { until } : { minutes: Number(minutes) });
  try {
    setClock(await (await fetch("/demo/clock", { method: "POST", headers, body })).json());
    told.textContent = clock.textContent;
  } catch {
    told.textContent = said("时钟没有动，请再按一次。", "The clock did not move. Press again.");
  }
}

const fetchClock = () => get("/demo/clock").then(setClock, () => {});

// --- together ---

for (const place of document.querySelectorAll("[data-phone]")) {
  const { kind, phone } = (owners[place.dataset.phone] = new Owner(place));
  place.addEventListener("unread", () => {
    for (const badge of document.querySelectorAll(`[data-badge=${kind}]`)) {
      put(badge, phone.unread ? `${phone.unread}条新` : "", phone.unread ? `${phone.unread} new` : "");
    }
  });
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-say], [data-minutes], [data-until]");
  if (button?.matches("[data-say]")) owners.resident.phone.say(button.textContent);
  else if (button) forward(button.dataset);
});

document.addEventListener("pointerdown", ({ target }) => {
  for (const { box } of Object.values(owners)) if (!box.contains(target)) box.open = false;
});

// A browser has six lines to a server: a page nobody sees gives its three back.
document.addEventListener("visibilitychange", () => {
  for (const { phone } of Object.values(owners)) document.hidden ? phone.hangUp() : phone.connect();
  fetchClock();
});

document.addEventListener("turned", showClock);
setInterval(showClock, 250);
setInterval(fetchClock, 30_000);
fetchClock();
