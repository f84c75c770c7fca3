// One phone in the browser: what it is told arrives as Server-Sent Events, what its person says is posted, once.

const LARGEST_PHOTO = 900_000; // bytes
const LONGEST_EDGE = 1600; // pixels of a photo
const PATIENCE = 20_000; // ms until a post without an answer is given up and tried again under the same id
const PAUSE = 3_000; // ms between tries
const SLIP = 1_200; // ms in which a second tap on a button is a slip of the finger

// --- small things ---

/** What the browser remembers; one that forbids it forgets. */
function kept(store, key, ...value) {
  try {
    if (!value.length) return JSON.parse(window[store].getItem(key));
    window[store].setItem(key, JSON.stringify(value[0]));
  } catch { /* forgotten */ }
}

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  node.append(...children);
  return node;
}

/** A random UUID: crypto.randomUUID is missing on a page without https. */
const newId = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (digit) =>
  (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16));

/** A small enough JPEG; where the photo was taken, and all else it carries, is left out. */
async function shrink(file) {
  const image = await createImageBitmap(file);
  for (let edge = LONGEST_EDGE; ; edge *= 0.75) {
    const scale = Math.min(1, edge / Math.max(image.width, image.height));
    const canvas = make("canvas", { width: Math.ceil(image.width * scale), height: Math.ceil(image.height * scale) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const photo = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    if (photo.size <= LARGEST_PHOTO) return photo;
  }
}

/** The text, with web addresses and numbers to call as links. */
function linked(text) {
  const part = make("p", { class: "text" });
  let end = 0;
  for (const found of text.matchAll(/(https?:\/\/[^\s,。;)]+)|(0\d{3}-\d{7,8}|(?:打|[Cc]all )1(?:1\d|2[02])\b)/g)) {
    const [whole, page] = found;
    const href = page ?? `tel:${whole.replace(/\D/g, "")}`;
    part.append(text.slice(end, found.index), make("a", { href, ...(page && { target: "_blank" }) }, whole));
    end = found.index + whole.length;
  }
  part.append(text.slice(end));
  return part;
}

let sound;

function ring() {
  if (switches.silent || !navigator.userActivation?.hasBeenActive) return;
  sound ??= new AudioContext();
  for (const [pitch, wait] of [[880, 0], [1175, 0.14]]) {
    const start = sound.currentTime + wait;
    const tone = new OscillatorNode(sound, { frequency: pitch });
    const loudness = new GainNode(sound, { gain: 0.08 });
    loudness.gain.setTargetAtTime(0, start + 0.05, 0.1);
    tone.connect(loudness).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 0.8);
  }
}

// --- the switches in a page's head; its Chinese is in the page, the English beside it in data-en… ---

const TURNED = [["en"], ["en-label", "aria-label"], ["en-hint", "placeholder"]];
const switches = { english: false, large: false, silent: false, ...kept("localStorage", "switches") };

export const said = (zh, en) => (switches.english ? en : zh);

/** Says it in the language of the page, also when that is switched later. */
export function put(node, zh, en) {
  Object.assign(node.dataset, { zh, en });
  node.textContent = said(zh, en);
}

function turnSwitches() {
  document.documentElement.lang = said("zh-CN", "en");
  document.documentElement.classList.toggle("large", switches.large);
  for (const [key, attribute] of TURNED) {
    for (const node of document.querySelectorAll(`[data-${key}]`)) {
      const chinese = `data-${key.replace("en", "zh")}`;
      const now = attribute ? node.getAttribute(attribute) : node.textContent;
      if (!node.hasAttribute(chinese)) node.setAttribute(chinese, now);
      const words = node.getAttribute(said(chinese, `data-${key}`));
      if (attribute) node.setAttribute(attribute, words);
      else node.textContent = words;
    }
  }
  for (const button of document.querySelectorAll("[data-switch]:not([data-switch=english])")) {
    button.setAttribute("aria-pressed", switches[button.dataset.switch]);
  }
  document.dispatchEvent(new Event("switched"));
}

document.addEventListener("click", ({ target }) => {
  const name = target.closest("[data-switch]")?.dataset.switch;
  if (!name) return;
  switches[name] = !switches[name];
  kept("localStorage", "switches", switches);
  turnSwitches();
});

// --- the phone ---

const PARTS = `
<div class="log" role="log" aria-live="off" tabindex="0" aria-label="对话" data-en-label="The talk"></div>
<p class="note" role="alert"></p>
<form>
  <label><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 7h4l2-3h6l2 3h4v13H3z"/><circle cx="12" cy="13" r="4"/></svg>
    <span class="unseen" data-en="Send a photo">发照片</span><input class="unseen" type="file" accept="image/*"></label>
  <textarea name="text" rows="1" maxlength="2000" enterkeyhint="send" placeholder="在这里写…" data-en-hint="Write here…"
    aria-label="要说的话" data-en-label="What you want to say"></textarea>
  <button class="main" data-en="Send">发送</button>
</form>
<p class="unseen" aria-live="polite" data-heard></p>`;

/** The phone in `place`: an element with a name, a data-phone, and perhaps a [data-line] telling how the line is. */
export class Phone {
  unread = 0;
  #rows = new Map(); // id → row; its data-state is "waiting" or "sent" until the stream has brought it
  #waiting; // said and not yet taken, oldest first
  #refused; // the text refused last: said again it keeps its id
  #atEnd = true;

  constructor(place) {
    this.place = place;
    place.insertAdjacentHTML("beforeend", PARTS);
    [this.log, this.note, this.form, this.input, this.line] =
      [".log", ".note", "form", "textarea", "[data-line]"].map((part) => place.querySelector(part));
    this.store = `waiting.${place.dataset.phone}`;
    this.#waiting = kept("sessionStorage", this.store) ?? [];
    this.#listen();
    turnSwitches();
  }

  /** Becomes the phone of this number; without one, of whoever sits at this browser. */
  be(number = "") {
    this.number = number;
    this.#rows.clear();
    this.day = this.#refused = "";
    this.#atEnd = true;
    this.#tell("", "");
    this.#unreadIs(0);
    const hint = make("p", { class: "hint" });
    put(hint, this.place.dataset.hint, this.place.dataset.hintEn);
    this.log.replaceChildren(hint);
    for (const item of this.#waiting) if (item.number === number) this.#draw(item);
    this.connect();
  }

  /** Opens the line (again); what was missed comes with it, and what waits goes out. */
  connect() {
    this.hangUp();
    const stream = (this.stream = new EventSource(this.#path("stream", this.number)));
    stream.onmessage = (event) => this.#hear(JSON.parse(event.data));
    stream.onopen = () => {
      this.#lineIs("open", "已接通", "Connected");
      this.#post();
    };
    stream.onerror = () => {
      this.#lineIs("waiting", "正在接通…", "Connecting…");
      if (stream.readyState === EventSource.CLOSED) this.retry = setTimeout(() => this.connect(), PAUSE);
    };
  }

  hangUp() {
    clearTimeout(this.retry);
    this.stream?.close();
    this.#lineIs("waiting", "正在接通…", "Connecting…");
  }

  say(text) {
    this.#send({ id: (this.#refused?.text === text && this.#refused.id) || newId(), text });
  }

  press(button) {
    if (Date.now() - (button.dataset.pressed ?? 0) < SLIP) return;
    button.dataset.pressed = Date.now();
    button.setAttribute("aria-pressed", true);
    this.log.focus({ preventScroll: true }); // the button may be disabled now: the keyboard stays near
    this.#send({ id: newId(), text: button.lastChild.textContent, button: button.dataset.button });
  }

  async show(file) {
    try {
      this.#send({ id: newId(), photo: await shrink(file) });
    } catch {
      this.#tell("这张照片打不开,请换一张。", "This photo cannot be opened. Please take another.");
    }
  }

  #listen() {
    const { place, log, form, input } = this;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      this.#write("");
      if (text) this.say(text);
      else input.focus();
    });
    input.addEventListener("input", () => this.#write(input.value));
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.querySelector("[type=file]").addEventListener("change", ({ target }) => {
      if (target.files[0]) this.show(target.files[0]);
      target.value = "";
    });
    log.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-button]");
      if (button) this.press(button);
    });
    log.addEventListener("scroll", () => (this.#atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80));
    new ResizeObserver(() => this.#toEnd()).observe(log);
    for (const sign of ["pointerdown", "focusin", "keydown", "wheel"]) {
      place.addEventListener(sign, () => this.#unreadIs(0), { passive: true });
    }
    window.addEventListener("online", () => this.connect());
  }

  #write(text) {
    const { input } = this;
    if (input.value !== text) input.value = text;
    for (input.rows = 1; input.rows < 5 && input.scrollHeight > input.clientHeight + 2; ) input.rows += 1;
  }

  // --- out: one at a time, in order, each under its own id until it is taken or refused ---

  #send(item) {
    item.number = this.number;
    this.#refused = undefined;
    this.#waiting.push(item);
    this.#draw(item);
    this.#atEnd = true;
    this.#toEnd();
    this.#post();
  }

  async #post() {
    this.#keep();
    if (this.posting) return;
    this.posting = true;
    clearTimeout(this.again);
    for (let item; (item = this.#waiting[0]); ) {
      try {
        const answer = await this.#request(item);
        this.#done(item.id);
        if (answer.ok) this.#sent(item);
        else this.#refuse(item, (await answer.json().catch(() => ({}))).error);
      } catch {
        this.#tell("现在连不上。您说的话留着,一连上就发。", "No connection now. What you said is kept, and sent as soon as there is one.");
        this.again = setTimeout(() => this.#post(), PAUSE);
        break;
      }
    }
    this.posting = false;
  }

  #request({ id, text, button, photo, number }) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    const headers = photo ? {} : { "Content-Type": "application/json" };
    let body = JSON.stringify(button ? { id, button } : { id, text });
    if (photo) {
      body = new FormData();
      body.append("id", id);
      body.append("photo", photo, "photo.jpg");
    }
    return fetch(this.#path(photo ? "photo" : "say", number), { method: "POST", headers, body, signal: patience.signal })
      .finally(() => clearTimeout(timer));
  }

  #path(name, number) {
    return `/chat/${name}${number ? `?as=${encodeURIComponent(number)}` : ""}`;
  }

  #done(id) {
    this.#waiting = this.#waiting.filter((item) => item.id !== id);
    this.#keep();
  }

  /** What waits outlasts a reload of the page; a photo does not. */
  #keep() {
    kept("sessionStorage", this.store, this.#waiting.filter((item) => !item.photo));
  }

  #sent(item) {
    this.#tell("", "");
    const row = this.#rows.get(item.id);
    if (row?.dataset.state !== "waiting") return;
    row.dataset.state = "sent";
    put(row.querySelector(".at"), "已发出", "Sent");
  }

  #refuse(item, error) {
    const row = this.#rows.get(item.id);
    if (!row?.dataset.state) return; // another person's phone by now, or it arrived after all
    row.remove();
    this.#rows.delete(item.id);
    if (item.button) {
      for (const button of this.log.querySelectorAll("[aria-pressed]")) {
        if (button.dataset.button === item.button) button.removeAttribute("aria-pressed");
      }
    } else if (item.text) {
      this.#refused = item;
      this.#write([item.text, this.input.value].filter(Boolean).join("\n"));
    }
    this.#enable();
    this.#tell(error ?? "没有发出去,请再试一次。", error ?? "It was not sent. Please try again.");
  }

  // --- in: each message once ---

  #hear(message) {
    const known = this.#rows.get(message.id);
    if (known && !known.dataset.state) return;
    if (message.id === this.#refused?.id && this.input.value === this.#refused.text) this.#write("");
    this.#done(message.id);
    known?.remove();
    if (message.day !== this.day) this.log.append(make("p", { class: "day" }, (this.day = message.day)));
    const row = this.#draw(message, true);
    if (message.live && !message.mine) {
      row.classList.add("new");
      this.place.querySelector("[data-heard]").textContent = `${this.place.getAttribute("aria-label")}: ${message.text}`;
      if (!document.hasFocus() || !this.place.contains(document.activeElement)) {
        this.#unreadIs(this.unread + 1);
        ring();
      }
    }
    this.#toEnd(row);
  }

  #draw(message, arrived = false) {
    const mine = message.mine ?? true; // what waits to be sent is our own
    const row = make("div", { class: `message ${mine ? "mine" : "theirs"}`, "data-id": message.id });
    row.append(this.#bubble(message, mine, arrived));
    if (message.offer?.length) row.append(this.#offer(message.offer));
    if (!arrived) row.dataset.state = "waiting";
    this.log.querySelector(".hint")?.remove();
    this.#rows.set(message.id, row);
    this.log.append(row);
    this.#enable();
    return row;
  }

  #bubble({ text, photo, photos = [], calendar, at = "" }, mine, arrived) {
    const bubble = make("div", { class: "bubble" });
    const add = (tag, attributes, zh, en) => put(bubble.appendChild(make(tag, attributes)), zh, en);
    if (mine) add("span", { class: "unseen" }, "您:", "You: ");
    if (text) {
      bubble.append(mine ? make("p", { class: "text" }, text) : linked(text));
      bubble.lastChild.lang = /[\u3400-\u9fff]/.test(text) ? "zh-CN" : "en";
    }
    for (const src of photo ? [URL.createObjectURL(photo)] : photos) {
      const image = make("img", { src, alt: said("照片", "Photo") });
      image.onload = () => this.#toEnd();
      bubble.append(make("a", { href: src, target: "_blank" }, image));
    }
    if (calendar) {
      const href = URL.createObjectURL(new Blob([calendar], { type: "text/calendar" }));
      add("a", { class: "calendar", href, download: "gridbell.ics" }, "加到日历", "Add to my calendar");
    }
    if (arrived) bubble.append(make("span", { class: "at" }, at));
    else add("span", { class: "at" }, "正在发…", "Sending…");
    return bubble;
  }

  /** "3:0" is the first line of turn 3: digit 1. A deed ("!…") shows a digit only if the server names it. */
  #offer(lines) {
    const offer = make("div", { class: "offer", role: "group", "aria-label": said("请选择", "Choose") });
    for (const [value, label, named] of lines) {
      const digit = named ?? (value.startsWith("!") ? "" : Number(value.split(":")[1]) + 1);
      const button = make("button", { type: "button", "data-button": value }, make("span", {}, label));
      if (digit) button.prepend(make("b", {}, digit), " ");
      offer.append(button);
    }
    return offer;
  }

  /** Only what was asked last can be answered, and until something was said; deeds always. */
  #enable() {
    let open = true;
    for (const row of [...this.log.querySelectorAll(".message")].reverse()) {
      const answers = row.querySelectorAll('[data-button]:not([data-button^="!"])');
      for (const button of answers) button.disabled = !open;
      if (answers.length || row.classList.contains("mine")) open = false;
    }
  }

  /** Shows the end; of a message taller than the screen its beginning. */
  #toEnd(row) {
    const { log } = this;
    if (!this.#atEnd) return;
    log.scrollTop = row?.offsetHeight > log.clientHeight ? row.offsetTop - log.offsetTop : log.scrollHeight;
  }

  #unreadIs(count) {
    if (this.unread === count) return;
    this.unread = count;
    this.place.toggleAttribute("data-unread", count > 0);
    this.place.dispatchEvent(new Event("unread"));
  }

  #lineIs(state, zh, en) {
    this.line.dataset.state = state;
    put(this.line, zh, en);
  }

  #tell(zh, en) {
    if ((this.note.dataset.zh ?? "") !== zh) put(this.note, zh, en);
  }
}

for (const place of document.querySelectorAll("[data-phone=me]")) {
  new Phone(place).be(new URLSearchParams(location.search).get("as") ?? "");
}
turnSwitches();
