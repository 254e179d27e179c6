
// ==== 坐席模式: keys, notes and tickets for who has a caller on the line ====================================
// Read after page.js, in the same scope. The keys are told to the user by ui/operator.py.
const isOperator = () => document.body.classList.contains("pq-operator");

const setMode = (on) => {
  document.body.classList.toggle("pq-operator", on);
  find("[data-call=mode]").setAttribute("aria-checked", String(on));
  kept(localStorage, "operator", on ? "on" : "off");
  dispatchEvent(new Event("resize")); // the room that is left for the page has changed
};

// ---- notes: kept a moment after each pause, and in the browser until the server has them ---------------------
const NOTE_MS = 400;
let noteTimer = 0;

const showCall = (html) => {
  const made = document.createRange().createContextualFragment(html);
  const box = find("#pq-notes", made);
  if (find("#pq-notes")?.dataset.conversation === box.dataset.conversation) return; // it is being written in
  const unsent = JSON.parse(kept(sessionStorage, "note") || "{}");
  outlet("call").replaceChildren(made);
  if (unsent.conversation !== box.dataset.conversation) return;
  if (unsent.person === where.person) find("#pq-notes").value = unsent.text;
  saveNote();
};

const saveNote = async () => {
  clearTimeout(noteTimer);
  const unsent = kept(sessionStorage, "note");
  if (!unsent) return;
  if (JSON.parse(unsent).person !== where.person) {
    kept(sessionStorage, "note", ""); // somebody else has signed in since
    return;
  }
  const { conversation, text } = JSON.parse(unsent);
  const views = await call("note", { conversation, text });
  if (views && kept(sessionStorage, "note") === unsent) kept(sessionStorage, "note", "");
  if (views?.notice) notice(views.notice);
  const said = find("#pq-kept");
  if (said) said.textContent = views && !views.notice ? "备注已保存。" : "备注还没有保存，连接恢复后会再试。";
  if (!views) noteTimer = setTimeout(saveNote, RETRY_MS);
};

const onNote = (event) => {
  if (event.target.id !== "pq-notes") return;
  const { conversation } = event.target.dataset;
  kept(sessionStorage, "note", JSON.stringify({ conversation, person: where.person, text: event.target.value }));
  find("#pq-kept").textContent = "";
  clearTimeout(noteTimer);
  noteTimer = setTimeout(saveNote, NOTE_MS);
};

// ---- what can be done with a call ----------------------------------------------------------------------------
// From the library or the maintainer's page, keys of a call lead back to the conversation first.
const focusInChat = (selector) => {
  const tab = find("#pq-tab-chat-button");
  if (tab && tab.getAttribute("aria-selected") !== "true") {
    tab.click();
    setTimeout(() => find(selector).focus(), 50); // what is not shown yet takes no focus
  }
  find(selector).focus();
};

const focusQuestion = () => focusInChat("#pq-box");

const copyTicket = async () => {
  await saveNote();
  await act("ticket", { text: find("#pq-notes").value });
};

const copyAnswer = async () => {
  const button = find("#chat > .pq-turn:last-child .pq-tools [data-copy]");
  if (!button) {
    notice("还没有可以复制的答复。请先提问。");
    return;
  }
  await copy(button.dataset.copy);
  notice("答复已复制。");
};

const nextCaller = async () => {
  busy(null); // an answer that is still being given goes on and is kept
  kept(sessionStorage, "asked", "");
  kept(sessionStorage, "panel", "open");
  notice("");
  find("#pq-box").value = "";
  resize(find("#pq-box"));
  showPanel("");
  focusQuestion();
  await saveNote();
  await act("caller");
};

const showKeys = () => {
  if (!find("#pq-keys").open) find("#pq-keys").showModal();
};

// The sources of the last answer, or what can be chosen instead of one.
let stepped = null;
const STEPS = ":is(.pq-brief .pq-choice, .pq-card .pq-open, .pq-nearest .pq-open)";

const step = (by) => {
  const steps = [...document.querySelectorAll(`#chat > .pq-turn:last-child ${STEPS}`)];
  if (!steps.length) {
    notice("这条答复没有依据可以切换。");
    return;
  }
  const at = steps.findIndex((s) => s.closest(".pq-selected") || s === stepped);
  const to = steps[at < 0 ? (by > 0 ? 0 : steps.length - 1) : (at + by + steps.length) % steps.length];
  stepped = to;
  if (to.matches(".pq-choice")) {
    to.focus();
  } else {
    clicked(to, { ...to.dataset }); // into the panel: what is to be said stays in view
  }
};

const CALL = { ticket: copyTicket, answer: copyAnswer, caller: nextCaller, keys: showKeys };

const onCallClick = (event) => {
  const name = event.target.closest("[data-call]")?.dataset.call;
  if (name === "mode") {
    setMode(!isOperator());
    focusQuestion();
  } else if (name) {
    CALL[name]();
  } else if (isOperator() && event.target.closest(".pq-choice, .pq-example")) {
    focusQuestion();
  }
};

// ---- keys: by their place on the keyboard, so that an input method does not change them ------------------------
const KEYS = {
  F2: nextCaller,
  F8: copyTicket,
  "Alt+KeyQ": focusQuestion,
  "Alt+KeyM": () => focusInChat("#pq-notes"),
  "Alt+KeyC": copyAnswer,
  "Alt+ArrowDown": () => step(1),
  "Alt+ArrowUp": () => step(-1),
};

const onCallKey = (event) => {
  if (!isOperator() || event.isComposing || event.repeat || find("#pq-keys").open) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.getModifierState("AltGraph")) {
    if (event.key === "?" && !event.target.matches("input, textarea")) showKeys();
    return;
  }
  const does = KEYS[`${event.altKey ? "Alt+" : ""}${event.code}`];
  if (!does) return;
  event.preventDefault();
  does();
};

// A question mark alone is no question, whether an input method made it or not.
const onMark = (event) => {
  if (!isOperator() || event.isComposing || event.target.id !== "pq-box" || !/^[?？]$/.test(event.target.value)) return;
  event.target.value = "";
  showKeys();
};

document.addEventListener("click", onCallClick);
document.addEventListener("keydown", onCallKey);
document.addEventListener("input", onNote);
document.addEventListener("input", onMark);
document.addEventListener("compositionend", (event) => setTimeout(() => onMark({ target: event.target })));
document.addEventListener("visibilitychange", () => document.hidden && saveNote());
(async () => {
  while (!find("[data-call=mode]")) await pause(20);
  setMode(kept(localStorage, "operator") === "on");
})();
