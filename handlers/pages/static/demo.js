// The rehearsal: three phones, whose they are, and a clock that can be put forward.

import { Phone, make, put, said } from "./phone.js";

const address = new URL(location.href);
const phones = {};

const get = async (path) => (await fetch(path)).json();
const spaced = (number) => number.replace(/^\+86(\d{3})(\d{4})(\d{4})$/, "+86 $1 $2 $3");

// --- whose phone it is: a combobox over the sample people ---

function newResident() {
  const [digits] = crypto.getRandomValues(new Uint32Array(1));
  return { phone: `+86120${String(digits % 1e8).padStart(8, "0")}`, name: said("新居民", "New resident"), about: "" };
}

class Owner {
  people = [];
  at = -1;

  constructor(place) {
    this.kind = place.dataset.phone;
    this.phone = new Phone(place);
    [this.input, this.list, this.about, this.alone] =
      ["[role=combobox]", "[role=listbox]", "[data-about]", "[data-alone]"].map((part) => place.querySelector(part));
    const { input, list } = this;
    input.addEventListener("focus", () => this.open(""));
    input.addEventListener("click", () => list.hidden && this.open(""));
    input.addEventListener("input", () => this.open(input.value.trim()));
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => this.key(event));
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the keyboard stays in the box
    list.addEventListener("click", ({ target }) => this.take(target.closest("[role=option]")));
    this.start(JSON.parse(place.dataset.person));
  }

  /** The person in the page's address, or else the server's choice. */
  async start(usual) {
    const number = address.searchParams.get(this.kind);
    if (!number || number === usual.phone) return this.be(usual);
    const stranger = { phone: number, name: said("新居民", "New resident"), about: "" };
    this.be(stranger);
    const found = await this.find(number);
    if (this.person === stranger) this.show(found.find((person) => person.phone === number) ?? stranger);
  }

  be(person) {
    this.show(person);
    address.searchParams.set(this.kind, person.phone);
    history.replaceState(null, "", address);
    this.phone.be(person.phone);
    for (const kind in person.with) phones[kind].be(person.with[kind]); // the manager of this resident's grid
  }

  show(person) {
    this.person = person;
    this.input.value = person.name;
    this.about.textContent = [person.about, spaced(person.phone)].filter(Boolean).join(" · ");
    this.alone.href = `/chat?as=${encodeURIComponent(person.phone)}`;
  }

  async find(words) {
    const query = new URLSearchParams({ kind: this.kind, q: words });
    return get(`/demo/people?${query}`).then(({ people }) => people, () => []);
  }

  async open(words) {
    const asked = (this.asked = Symbol(words));
    if (!words) this.input.select();
    const found = await this.find(words);
    if (asked !== this.asked) return; // closed, or other words since
    this.people = this.kind === "resident" ? [newResident(), ...found] : found;
    this.list.replaceChildren(...this.people.map((person, n) => {
      const about = person.about || said("换一个新号码", "A number never seen before");
      return make("li", { role: "option", id: `${this.list.id}-${n}`, "aria-selected": false },
        make("strong", {}, person.name), " ", make("span", {}, about));
    }));
    if (!this.people.length) this.list.append(make("li", { role: "option", "aria-disabled": true }, said("没有找到", "Nobody found")));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", true);
    this.point(words && this.people.length ? this.people.length - found.length : -1);
  }

  close() {
    this.asked = null;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", false);
    this.input.removeAttribute("aria-activedescendant");
    this.input.value = this.person.name;
  }

  point(at) {
    this.at = at;
    [...this.list.children].forEach((line, n) => line.setAttribute("aria-selected", n === at));
    const line = this.list.children[at];
    if (!line) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const count = this.people.length;
    if (event.isComposing) return;
    if (event.key === "Escape") return this.close();
    if (event.key === "Enter") return this.take(this.list.children[this.at]);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    if (this.list.hidden) this.open("");
    else if (count) this.point((Math.max(this.at, step < 0 ? 0 : -1) + step + count) % count);
  }

  take(line) {
    const person = this.people[[...this.list.children].indexOf(line)];
    if (this.list.hidden || !person) return;
    this.be(person);
    this.close();
  }
}

// --- the clock: `zero` has the district's clock time in its UTC fields, whatever zone the browser is in ---

const clock = document.querySelector("[data-clock]");
let zero, since, speed = 0;

function setClock({ now, speed: pace }) {
  [zero, since, speed] = [Date.parse(`${now.slice(0, 19)}Z`), performance.now(), pace];
  showClock();
}

function showClock() {
  if (!speed) return;
  const now = new Date(zero + (performance.now() - since) * speed);
  const time = now.toISOString().slice(11, 19);
  const day = `${now.getUTCMonth() + 1}月${now.getUTCDate()}日 周${"日一二三四五六"[now.getUTCDay()]}`;
  clock.replaceChildren(make("span", {}, said(day, now.toUTCString().slice(0, 11))), " ", make("b", {}, time));
  for (const button of document.querySelectorAll("[data-until]")) {
    const { until } = button.dataset;
    const [zh, en] = until > time ? ["今", ""] : ["明", "tomorrow "];
    const words = `到${zh}${until < "12" ? "早" : "晚"}${until}`;
    if (button.dataset.zh !== words) put(button, words, `To ${en}${until}`);
  }
}

async function forward({ minutes, until }) {
  const told = document.querySelector("[data-told]");
  const answer = await fetch("/demo/clock", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(until ? { until } : { minutes: Number(minutes) }),
  }).catch(() => ({}));
  if (!answer.ok) return put(told, "时钟没有动,请再按一次。", "The clock did not move. Press again.");
  setClock(await answer.json());
  put(told, `现在是${clock.textContent}`, `It is now ${clock.textContent}`);
}

const fetchClock = () => get("/demo/clock").then(setClock, () => {});

// --- together ---

for (const place of document.querySelectorAll("[data-phone]")) {
  const owner = (phones[place.dataset.phone] = new Owner(place));
  place.addEventListener("unread", () => {
    for (const badge of document.querySelectorAll(`[data-badge=${owner.kind}]`)) {
      put(badge, ...(owner.phone.unread ? [`${owner.phone.unread}条新`, `${owner.phone.unread} new`] : ["", ""]));
    }
  });
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-say], [data-minutes], [data-until]");
  if (button?.dataset.say) phones.resident.phone.say(button.dataset.say);
  else if (button) forward(button.dataset);
});

// A browser keeps six lines to one server: a page that nobody sees gives its three back.
document.addEventListener("visibilitychange", () => {
  for (const { phone } of Object.values(phones)) document.hidden ? phone.hangUp() : phone.connect();
  if (!document.hidden) fetchClock();
});

document.addEventListener("switched", showClock);
setInterval(showClock, 250);
setInterval(fetchClock, 30_000);
fetchClock();
