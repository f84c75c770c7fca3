// One phone in the browser: what it is told arrives as Server-Sent Events, what its person says is posted, once.

const LARGEST_PHOTO = 900_000; // bytes
const LONGEST_EDGE = 1600; // pixels of a photo
const PAUSE = 3_000; // ms between tries

// --- the page in Chinese, as written, or in the English of its data-en ---

const switches = { english: false, large: false };
try { Object.assign(switches, JSON.parse(localStorage.switches)); } catch { /* none yet, or forbidden */ }

export const said = (zh, en) => (switches.english ? en : zh);

/** Says it in the language of the page, also when that is switched later. */
export function put(node, zh, en) {
  Object.assign(node.dataset, { zh, en });
  if (node.textContent !== said(zh, en)) node.textContent = said(zh, en);
  return node;
}

function turn() {
  document.documentElement.lang = said("zh-CN", "en");
  document.documentElement.classList.toggle("large", switches.large);
  for (const node of document.querySelectorAll("[data-en]")) put(node, node.dataset.zh ?? node.textContent, node.dataset.en);
  for (const node of document.querySelectorAll("[data-en-label]")) {
    node.dataset.zhLabel ??= node.getAttribute("aria-label");
    const label = said(node.dataset.zhLabel, node.dataset.enLabel);
    node.setAttribute("aria-label", label);
    if ("placeholder" in node) node.placeholder = label;
  }
  document.dispatchEvent(new Event("turned"));
}

document.addEventListener("click", ({ target }) => {
  const name = target.closest("[data-switch]")?.dataset.switch;
  if (!name) return;
  switches[name] = !switches[name];
  turn();
  localStorage.switches = JSON.stringify(switches);
});

// --- small things ---

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  node.append(...children);
  return node;
}

/** A random UUID: the end of any blob's address is one, and crypto.randomUUID is missing without https. */
const newId = () => URL.createObjectURL(new Blob()).slice(-36);

/** A small enough JPEG, without the place and all else a photo carries. */
async function shrink(file) {
  const image = await createImageBitmap(file);
  for (let edge = LONGEST_EDGE; ; edge *= 0.75) {
    const scale = Math.min(1, edge / Math.max(image.width, image.height));
    const canvas = make("canvas", { width: Math.ceil(image.width * scale), height: Math.ceil(image.height * scale) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const photo = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    if (photo.size <= LARGEST_PHOTO) return photo;
  }
}

/** The text, with the numbers to call as links. */
const linked = (text) => text.split(/(0\d{3}-\d{7,8}|(?:打|[Cc]all )1(?:1\d|2[02])(?!\d))/).map((piece, n) =>
  n % 2 ? make("a", { href: `tel:${piece.replace(/\D/g, "")}` }, piece) : piece);

const path = (name, number) => `/chat/${name}${number ? `?as=${encodeURIComponent(number)}` : ""}`;

function post({ id, text, button, photo, number }) {
  const request = { method: "POST" };
  if (photo) {
    request.body = new FormData();
    request.body.append("id", id);
    request.body.append("photo", photo, "photo.jpg");
  } else {
    request.headers = { "Content-Type": "application/json" };
    request.body = JSON.stringify(button ? { id, button } : { id, text });
  }
  return fetch(path(photo ? "photo" : "say", number), request);
}

// --- the phone ---

const PARTS = `
<div class="log" role="log" tabindex="0" aria-label="对话" data-en-label="The talk"></div>
<p class="note" role="alert"></p>
<form>
  <label><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 7h4l2-3h6l2 3h4v13H3z"/><circle cx="12" cy="13" r="4"/></svg>
    <span class="unseen" data-en="Send a photo">发照片</span><input class="unseen" type="file" accept="image/*"></label>
  <textarea rows="1" maxlength="2000" enterkeyhint="send" aria-label="在这里写…" data-en-label="Write here…"></textarea>
  <button class="main" data-en="Send">发送</button>
</form>`;

/** The phone in `place`; its [data-line] tells how the line is. */
export class Phone {
  unread = 0;
  #waiting = []; // said and not yet taken, oldest first
  #refused; // the text refused last: said again it keeps its id
  #atEnd = true;

  constructor(place) {
    this.place = place;
    (place.querySelector(".phone") ?? place).insertAdjacentHTML("beforeend", PARTS);
    [this.log, this.note, this.form, this.input, this.line] =
      [".log", ".note", "form", "textarea", "[data-line]"].map((part) => place.querySelector(part));
    this.#listen();
    turn();
  }

  /** Becomes the phone of this number; without one, of whoever sits at this browser. */
  be(number) {
    this.number = number;
    this.day = this.#refused = null;
    this.#atEnd = true;
    this.#unreadIs(0);
    put(this.note, "", "");
    const hint = make("p", { class: "hint" });
    this.log.replaceChildren(put(hint, "还没有消息。有什么事，在下面写一句话就行。", "No messages yet. Just write a sentence below."));
    for (const item of this.#waiting) if (item.number === number) this.#draw(item);
    this.connect();
  }

  /** Opens the line (again); what was missed comes with it, and what waits goes out. */
  connect() {
    this.hangUp();
    const stream = (this.stream = new EventSource(path("stream", this.number)));
    stream.onmessage = (event) => this.#hear(JSON.parse(event.data));
    stream.onopen = () => {
      this.#lineIs("open");
      this.#post();
    };
    stream.onerror = () => {
      this.#lineIs("waiting");
      if (stream.readyState === EventSource.CLOSED) this.retry = setTimeout(() => this.connect(), PAUSE);
    };
  }

  hangUp() {
    clearTimeout(this.retry);
    this.stream?.close();
    this.#lineIs("waiting");
  }

  say(text) {
    this.#send({ id: (this.#refused?.text === text && this.#refused.id) || newId(), text });
  }

  press(button) {
    button.setAttribute("aria-pressed", true);
    this.log.focus({ preventScroll: true }); // keeps the keyboard near a button that is now disabled
    this.#send({ id: newId(), text: button.lastChild.textContent, button: button.dataset.button });
  }

  async show(file) {
    try {
      this.#send({ id: newId(), photo: await shrink(file) });
    } catch {
      put(this.note, "这张照片打不开，请换一张。", "This photo cannot be opened. Please take another.");
    }
  }

  #listen() {
    const { place, log, form, input } = this;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      input.value = "";
      if (text) this.say(text);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.querySelector("[type=file]").addEventListener("change", ({ target }) => {
      this.show(target.files[0]);
      target.value = "";
    });
    log.addEventListener("click", ({ target, detail }) => {
      const button = target.closest("[data-button]");
      if (button && detail < 2) this.press(button); // a double click is meant as one
    });
    log.addEventListener("scroll", () => (this.#atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80));
    new ResizeObserver(() => this.#toEnd()).observe(log);
    for (const sign of ["pointerdown", "focusin"]) place.addEventListener(sign, () => this.#unreadIs(0));
  }

  // --- out: one at a time, in order, each under its own id until it is taken or refused ---

  #send(item) {
    item.number = this.number;
    this.#refused = null;
    this.#waiting.push(item);
    this.#draw(item);
    this.#atEnd = true;
    this.#toEnd();
    this.#post();
  }

  async #post() {
    if (this.posting) return;
    this.posting = true;
    clearTimeout(this.again);
    try {
      for (let item; (item = this.#waiting[0]); ) {
        const answer = await post(item);
        if (answer.status === 503) throw new Error("it cannot be kept just now");
        const told = answer.ok || (await answer.json().catch(() => null));
        this.#done(item.id);
        put(this.note, "", "");
        if (!answer.ok) this.#refuse(item, told?.error);
      }
    } catch {
      put(this.note, "现在连不上。您说的话留着，一连上就发。", "No connection. What you said is kept and goes out later.");
      this.again = setTimeout(() => this.#post(), PAUSE);
    }
    this.posting = false;
  }

  #done(id) {
    this.#waiting = this.#waiting.filter((item) => item.id !== id);
  }

  #refuse(item, error) {
    const row = this.log.querySelector(`[data-id="${item.id}"][data-waiting]`);
    if (!row) return; // another person's phone by now, or it arrived after all
    row.remove();
    if (item.button) this.log.querySelector(`[data-button="${item.button}"][aria-pressed]`)?.removeAttribute("aria-pressed");
    else if (item.text) {
      this.#refused = item;
      this.input.value = [item.text, this.input.value].filter(Boolean).join("\n");
    }
    this.#enable();
    put(this.note, error ?? "没有发出去，请再试一次。", error ?? "It was not sent. Please try again.");
  }

  // --- in: each message once ---

  #hear(message) {
    const { id, mine, live, day } = message;
    const known = this.log.querySelector(`[data-id="${id}"]`);
    if (known && !known.matches("[data-waiting]")) return;
    if (known) put(this.note, "", "");
    known?.remove();
    this.#done(id);
    this.log.setAttribute("aria-live", live ? "polite" : "off");
    if (day !== this.day) this.log.append(make("p", { class: "day" }, (this.day = day)));
    const row = this.#draw(message, true);
    if (live && !mine) {
      row.classList.add("new");
      if (!this.place.contains(document.activeElement)) this.#unreadIs(this.unread + 1);
    }
    this.#toEnd(row);
  }

  #draw(message, arrived = false) {
    const mine = message.mine ?? true; // what waits to be sent is our own
    const row = make("div", { class: `message ${mine ? "mine" : "theirs"}`, "data-id": message.id });
    row.append(this.#bubble(message, mine, arrived));
    if (message.offer?.length) row.append(this.#offer(message.offer));
    row.toggleAttribute("data-waiting", !arrived);
    this.log.querySelector(".hint")?.remove();
    this.log.append(row);
    this.#enable();
    return row;
  }

  #bubble({ text, photo, photos = [], calendar, file, at }, mine, arrived) {
    const bubble = make("div", { class: "bubble" });
    if (mine) bubble.append(put(make("span", { class: "unseen" }), "您：", "You: "));
    if (text) {
      const lang = /[\u3400-\u9fff]/.test(text) ? "zh-CN" : "en";
      bubble.append(make("p", { class: "text", lang }, ...(mine ? [text] : linked(text))));
    }
    for (const src of photo ? [URL.createObjectURL(photo)] : photos) {
      const image = make("img", { src, alt: said("照片", "Photo") });
      image.onload = () => this.#toEnd();
      bubble.append(make("a", { href: src, target: "_blank" }, image));
    }
    if (calendar) {
      const href = URL.createObjectURL(new Blob([calendar], { type: "text/calendar" }));
      const link = make("a", { class: "calendar", href, download: "gridbell.ics" });
      bubble.append(put(link, "加到日历", "Add to my calendar"));
    }
    if (file) {
      const href = URL.createObjectURL(new Blob([file], { type: "application/json" }));
      const link = make("a", { class: "calendar", href, download: "my-data.json" });
      bubble.append(put(link, "我的信息(文件)", "My data (file)"));
    }
    const time = make("p", { class: "at" }, at ?? "");
    bubble.append(arrived ? time : put(time, "正在发…", "Sending…"));
    return bubble;
  }

  /** "3:0" is digit 1 of turn 3. A deed ("!…") has a digit only if the server names it. */
  #offer(lines) {
    const offer = make("div", { class: "offer" });
    for (const [value, label, named] of lines) {
      const digit = named ?? (value.startsWith("!") ? "" : Number(value.split(":")[1]) + 1);
      const button = make("button", { type: "button", "data-button": value }, make("span", {}, label));
      if (digit) button.prepend(make("b", {}, digit), " ");
      offer.append(button);
    }
    return offer;
  }

  /** Only what was asked last can be answered, until something was said; deeds always. */
  #enable() {
    let open = true;
    for (const row of [...this.log.querySelectorAll(".message")].reverse()) {
      const answers = row.querySelectorAll('[data-button]:not([data-button^="!"])');
      for (const button of answers) button.disabled = !open;
      if (answers.length || row.matches(".mine")) open = false;
    }
  }

  /** Shows the end; of a tall message its beginning. */
  #toEnd(row) {
    const { log } = this;
    if (!this.#atEnd) return;
    log.scrollTop = row?.offsetHeight > log.clientHeight ? row.offsetTop - log.offsetTop : log.scrollHeight;
  }

  #unreadIs(count) {
    this.unread = count;
    this.place.toggleAttribute("data-unread", count > 0);
    this.place.dispatchEvent(new Event("unread"));
  }

  #lineIs(state) {
    this.line.dataset.state = state;
    put(this.line, ...(state === "open" ? ["已接通", "Connected"] : ["正在接通…", "Connecting…"]));
  }
}

for (const place of document.querySelectorAll("[data-phone=me]")) {
  new Phone(place).be(new URLSearchParams(location.search).get("as"));
}
turn();
