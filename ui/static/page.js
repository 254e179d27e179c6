// The page's script. It hands every click on [data-act] to the server and puts what comes back in its place.
// Gradio runs it once, with `server.act`; everything else of the page is plain HTML made by ui/*.py.
"use strict";

const find = (selector, root = document) => root.querySelector(selector);
const outlet = (name) => find(`[data-outlet="${name}"]`);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const RETRY_MS = 1500;

// ---- what the page remembers -------------------------------------------------------------------------------
const kept = (store, key, value) => {
  try {
    if (value !== undefined) store.setItem(`policy-qa.${key}`, value);
    return store.getItem(`policy-qa.${key}`) || "";
  } catch {
    return value || ""; // storage is switched off: the page works, and forgets on reload
  }
};
const randomId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
const where = {
  browser: kept(localStorage, "browser") || kept(localStorage, "browser", randomId()),
  conversation: kept(sessionStorage, "conversation"),
  documents: kept(sessionStorage, "documents"),
  ...(kept(sessionStorage, "person") && { person: kept(sessionStorage, "person") }),
};
const remember = (state) => {
  for (const key of ["conversation", "documents", "person"]) {
    if (state[key] !== undefined) where[key] = kept(sessionStorage, key, state[key]);
  }
};

// ---- the bridge --------------------------------------------------------------------------------------------
// Gradio's call gives undefined where the server cannot be reached, or is another one than drew this page.
let connected = false;
const call = async (act, data = {}) => {
  try {
    const views = (await server.act({ ...where, ...data, act })) || null;
    connected ||= Boolean(views);
    return views;
  } catch {
    return null;
  }
};

const act = async (name, data = {}) => {
  const views = await call(name, data);
  if (!views) {
    notice("连接已断开，这一步没有完成。正在重连……", true);
    reconnect();
    return null;
  }
  show(views);
  if (views.state?.wait) await follow(views.state);
  return views;
};

let reconnecting = null;
const reconnect = () => {
  reconnecting ||= (async () => {
    while (!(await call("hello"))) {
      const there = await fetch(location.href, { cache: "no-store" }).then((answer) => answer.ok, () => false);
      if (there && connected) {
        kept(sessionStorage, "draft", find("#pq-box").value); // a new server: its page, our conversation
        location.reload();
        await pause(60000);
      }
      await pause(RETRY_MS);
    }
    reconnecting = null;
    notice("已重新连接。");
  })();
  return reconnecting;
};

// ---- putting what comes back in its place ------------------------------------------------------------------
const HTML = ["chat", "library", "maintain", "conversations", "filter", "actions", "who"];

const show = (views) => {
  if (views.state) remember(views.state);
  for (const name of HTML) {
    if (views[name] !== undefined) outlet(name).innerHTML = views[name];
  }
  if (views.chat !== undefined) {
    find("#chat > .pq-turn:last-child")?.scrollIntoView({ block: "start" });
    if (!find("#chat > .pq-turn")) outlet("chat").scrollTop = 0;
  }
  if (views.call !== undefined) showCall(views.call); // operator.js
  if (views.turn !== undefined) showTurn(views.turn);
  if (views.panel !== undefined) showPanel(views.panel);
  if (views.notice !== undefined) notice(views.notice);
  if (views.copy !== undefined) copy(views.copy);
  if (views.file) download(views.file);
  if (views.state?.tab) find(`#pq-tab-${views.state.tab}-button`)?.click();
};

const showTurn = (html) => {
  const made = document.createRange().createContextualFragment(html).firstElementChild;
  const old = document.getElementById(made.id);
  if (old) {
    old.replaceWith(made);
  } else {
    find("#chat .pq-welcome")?.remove();
    outlet("chat").append(made);
    made.scrollIntoView({ block: "start" });
  }
  if (selected && selected.turn === made.id.slice(5)) select(selected);
};

let noticeTimer = 0;
const notice = (text, stays = false) => {
  const bar = outlet("notice");
  clearTimeout(noticeTimer);
  bar.textContent = text;
  bar.hidden = !text;
  if (text && !stays) noticeTimer = setTimeout(() => (bar.hidden = true), 8000);
};

const download = ({ name, type, data }) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

// ---- the source panel --------------------------------------------------------------------------------------
// On a wide screen it stands open beside the conversation and follows it, until the user closes it.
let selected = null;
let opener = null;
const HINT = '<p class="pq-none pq-hint">点回答中的 [1] 或依据卡片，在这里核对原文。</p>';
const isWide = () => matchMedia("(min-width: 75rem)").matches;
const followsAnswer = () => isWide() && kept(sessionStorage, "panel") !== "closed";

const select = (source) => {
  selected = source;
  for (const node of document.querySelectorAll(".pq-selected")) node.classList.remove("pq-selected");
  if (!source?.n) return;
  const card = document.getElementById(`card-${source.turn}-${source.n}`);
  card?.classList.add("pq-selected");
  for (const mark of document.querySelectorAll(`.pq-mark[data-turn="${source.turn}"][data-n="${source.n}"]`)) {
    mark.classList.add("pq-selected");
  }
};

const showPanel = (html) => {
  const panel = find("#pq-panel");
  const body = outlet("panel");
  if (!html) select(null);
  body.innerHTML = html || HINT;
  body.scrollTop = 0;
  panel.hidden = !html && !followsAnswer();
  document.body.classList.toggle("pq-has-panel", !panel.hidden);
  const quote = find("mark", body);
  if (quote) body.scrollTop = quote.getBoundingClientRect().top - body.getBoundingClientRect().top - 48;
  if (html && !isWide()) panel.focus();
};

const closePanel = () => {
  kept(sessionStorage, "panel", "closed");
  showPanel("");
  (opener?.isConnected ? opener : find("#pq-box")).focus();
};

// The first source of an answer that has just been finished, where there is room for it.
const showFirstSource = async (turn) => {
  const mark = find(`#turn-${turn} .pq-card [data-act=source]`);
  if (!followsAnswer()) return;
  if (!mark) {
    showPanel("");
    return;
  }
  select({ turn, n: mark.dataset.n });
  const views = await call("source", { turn, n: mark.dataset.n });
  if (views && selected?.turn === turn) show(views);
};

// ---- asking ------------------------------------------------------------------------------------------------
let waiting = null;

const busy = (wait) => {
  waiting = wait;
  find(".pq-send").hidden = Boolean(wait);
  find(".pq-stop").hidden = !wait;
  outlet("chat").setAttribute("aria-busy", String(Boolean(wait)));
};

const follow = async (state) => {
  const { wait } = state;
  let { seen } = state;
  kept(sessionStorage, "asked", JSON.stringify({ wait, text: find(`#turn-${wait}`)?.dataset.question || "" }));
  busy(wait);
  while (waiting === wait) {
    const views = await call("more", { wait, seen });
    if (waiting !== wait) return;
    if (!views) {
      notice("连接已断开，正在重连……回答会接着显示。", true);
      await reconnect();
      continue;
    }
    show(views);
    seen = views.state?.seen || seen;
    if (!views.state?.wait) break;
  }
  busy(null);
  giveBack();
  if (find(`#turn-${wait}`)) await showFirstSource(wait);
};

// A question that the server forgot while it was being answered goes back into the box.
const giveBack = () => {
  const { wait, text } = JSON.parse(kept(sessionStorage, "asked") || "{}");
  kept(sessionStorage, "asked", "");
  if (!wait || find(`#turn-${wait}`)) return;
  find("#pq-box").value = text;
  notice("服务重启过，上一个问题没有答完。问题已放回输入框，请重新发送。", true);
};

const send = async () => {
  const box = find("#pq-box");
  const text = box.value;
  if (waiting) {
    notice("上一个问题还在回答。请等它答完，或先按“停止”。");
    return;
  }
  busy("sending"); // a second Enter before the server has answered sends nothing
  const views = await call("ask", { text });
  busy(null);
  if (!views) {
    notice("连接已断开，问题没有发出。正在重连……", true);
    reconnect();
    return;
  }
  show(views);
  if (!views.state?.wait) return; // a notice says why; the question stays in the box
  if (box.value === text) box.value = "";
  resize(box);
  await follow(views.state);
};

const resize = (box) => {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`;
};

const edit = (button) => {
  const { edit: turn, text } = button.dataset;
  const form = document.createElement("form");
  form.className = "pq-edit";
  form.dataset.act = "again";
  form.dataset.turn = turn;
  form.innerHTML =
    '<textarea name="text" rows="3" aria-label="修改问题" required></textarea>' +
    '<button type="submit">重新提问</button><button type="button" data-cancel>取消</button>';
  const box = find("textarea", form);
  box.value = text;
  const shown = find(`#turn-${turn} .pq-question`);
  shown.hidden = true;
  shown.after(form);
  find("[data-cancel]", form).onclick = () => {
    form.remove();
    shown.hidden = false;
    button.focus();
  };
  box.focus();
};

const copy = async (text) => {
  const focused = document.activeElement;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea"); // plain http: no clipboard interface
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    focused.focus();
  }
};

// ---- one listener for each kind of event -------------------------------------------------------------------
const onClick = async (event) => {
  const button = event.target.closest("button, [role=tab]");
  if (!button) return;
  const data = { ...button.dataset };
  if (button.matches("[role=tab]")) {
    const first = find(`#${button.getAttribute("aria-controls")} [data-first]`)?.dataset.first;
    if (first && event.isTrusted) await act(first);
  } else if (data.copy !== undefined) {
    await copy(data.copy);
    notice("已复制。");
  } else if (data.edit !== undefined) {
    edit(button);
  } else if (data.close !== undefined) {
    closePanel();
  } else if (data.stop !== undefined) {
    await act("stop", { wait: waiting || "" });
  } else if (data.toggle !== undefined) {
    const open = document.body.classList.toggle(`${data.toggle}-open`);
    button.setAttribute("aria-expanded", String(open));
  } else if (data.act !== undefined) {
    if (data.confirm && !confirm(data.confirm)) return;
    await clicked(button, data);
  }
};

const STARTS_ANSWER = ["choose", "again", "ask"];
const LEAVES = ["new", "conversation", "forget"];

const clicked = async (button, data) => {
  if (waiting && STARTS_ANSWER.includes(data.act)) {
    notice("上一个问题还在回答。请等它答完，或先按“停止”。");
    return;
  }
  button.closest?.("details.pq-pop")?.removeAttribute("open");
  if (LEAVES.includes(data.act)) {
    busy(null); // the answer goes on and is kept; this page looks at something else
    kept(sessionStorage, "asked", "");
    showPanel("");
    document.body.classList.remove("pq-side-open");
  }
  if (data.act === "source" || data.act === "article") {
    opener = button;
    kept(sessionStorage, "panel", "open");
    select(data.act === "source" ? { turn: data.turn, n: data.n } : null);
  }
  button.disabled = true;
  try {
    await act(data.act, data);
  } finally {
    button.disabled = false;
    if (button.id && !button.isConnected) document.getElementById(button.id)?.focus();
  }
  if (data.act === "feedback") find(`#turn-${data.turn} .pq-comment`)?.scrollIntoView({ block: "nearest" });
  if (data.act === "new") find("#pq-box").focus();
};

const onSubmit = async (event) => {
  const form = event.target.closest("form");
  if (!form || form.method === "post") return; // signing out leads to another page
  event.preventDefault();
  if (form.id === "question") {
    await send();
  } else if (form.dataset.act) {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      fields[name] = name in fields ? `${fields[name]}\n${value}` : value; // several boxes of one name: one a line
    }
    for (const box of form.querySelectorAll("[type=checkbox]")) fields[box.name] ??= "";
    await clicked(event.submitter || form, { ...form.dataset, ...fields });
  }
};

const onPointer = (event) => {
  for (const menu of document.querySelectorAll("details.pq-pop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
};

const onKey = (event) => {
  if (event.isComposing || event.keyCode === 229) return; // an input method is choosing characters
  if (event.key === "Enter" && !event.shiftKey && event.target.id === "pq-box") {
    event.preventDefault();
    send();
  } else if (event.key === "Escape") {
    const menu = find("details.pq-pop[open]");
    if (menu) {
      menu.open = false;
      find("summary", menu).focus();
    } else if (!find("#pq-panel").hidden) {
      closePanel();
    }
  }
};

const start = async () => {
  document.documentElement.lang = "zh-CN";
  while (!outlet("chat")) await pause(20); // Gradio draws the tabs a moment later
  document.addEventListener("click", onClick);
  document.addEventListener("pointerdown", onPointer);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", onKey);
  document.addEventListener("input", (event) => event.target.id === "pq-box" && resize(event.target));
  addEventListener("online", reconnect);
  addEventListener("offline", () => notice("网络已断开。恢复后会自动重连。", true));
  const fit = () => {
    const top = find(".pq-chat").getBoundingClientRect().top + scrollY;
    document.documentElement.style.setProperty("--pq-top", `${top}px`);
    if (find("#pq-panel .pq-hint")) showPanel(""); // an empty panel has no room on a screen that became narrow
  };
  fit();
  addEventListener("resize", fit);
  showPanel("");
  find("#pq-box").value = kept(sessionStorage, "draft");
  kept(sessionStorage, "draft", "");
  const opened = await act("open");
  if (opened?.notice) notice(opened.notice, true); // the page cannot be filled: why must not vanish
  if (!waiting) giveBack();
  if (matchMedia("(min-width: 60rem)").matches) find("#pq-box").focus(); // a phone would open its keyboard
};
start();
