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
const HTML = ["chat", "page", "library", "maintain", "conversations", "filter", "actions", "who"];

const show = (views) => {
  if (views.state) remember(views.state);
  const before = document.activeElement;
  const tab = views.state?.tab;
  if (tab && isSheet()) showPanel(""); // it would cover what is opened
  if (tab) find(`#pq-tab-${tab}-button`)?.click();
  if (views.library !== undefined && !outlet("library")) {
    setTimeout(() => show(views), 30); // Gradio draws a tab a moment after it is first opened
    return;
  }
  for (const name of HTML) {
    const place = outlet(name); // that of a page picture is gone with its article
    if (views[name] !== undefined && place) place.innerHTML = views[name];
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
  if (views.ingest !== undefined) showIngest(views.ingest, views.state.ingest); // ingest.js
  if (views.preview !== undefined) showPreview(views.preview);
  if (tab === "chat") requestAnimationFrame(() => find("#pq-box").focus());
  if (views.library !== undefined) settleLibrary(before);
  if (views.page !== undefined) find("[data-outlet=page] [data-focus]")?.focus();
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
  const before = document.activeElement;
  const wasInside = body.contains(before);
  if (!html) select(null);
  body.innerHTML = html || HINT;
  body.scrollTop = 0;
  panel.hidden = !html && !followsAnswer();
  document.body.classList.toggle("pq-has-panel", !panel.hidden);
  const quote = find(".pq-whole .pq-here", body) || find("mark", body);
  const depth = quote ? quote.getBoundingClientRect().top - body.getBoundingClientRect().top : 0;
  if (depth > body.clientHeight * 0.6) body.scrollTop = depth - 48;
  fitPanel();
  if (html && wasInside) {
    (find(`[data-refocus="${before.dataset.refocus}"]`, body) || find("[data-focus]", body))?.focus({ preventScroll: true });
  } else if (html && !isWide()) {
    (find("[data-focus]", body) || panel).focus({ preventScroll: true });
  }
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

// ---- the source panel as a sheet, its pictures, and the library page ---------------------------------------
const isSheet = () => matchMedia("(max-width: 60rem)").matches && !find("#pq-panel").hidden;

// A sheet keeps the focus: what it covers can be neither reached nor read until it is closed.
const fitPanel = () => {
  const sheet = isSheet();
  const panel = find("#pq-panel");
  panel.setAttribute("role", sheet ? "dialog" : "complementary");
  panel.toggleAttribute("aria-modal", sheet);
  if (sheet) panel.setAttribute("aria-modal", "true");
  for (const covered of document.querySelectorAll(".pq-side, .pq-main, .pq-header, #pq-tabs [role=tablist]")) {
    covered.inert = sheet;
  }
};

const zoom = (button) => {
  const large = find(".pq-across", button.closest("figure")).classList.toggle("pq-large");
  button.setAttribute("aria-pressed", String(large));
};

// Where the focus goes when the library page has changed: to the place that was opened, into the box for the query
// if it was there, else to the heading; a tab keeps it.
const settleLibrary = (before) => {
  const root = outlet("library");
  find("#pq-said").textContent = find("[data-said]", root)?.textContent || "";
  if (!matchMedia("(min-width: 60rem)").matches) find("[data-wide]", root)?.removeAttribute("open");
  requestAnimationFrame(() => {
    find(".pq-outline [aria-current]", root)?.scrollIntoView({ block: "center" });
    const target = find("[data-target]", root);
    if (target) {
      target.scrollIntoView({ block: "center" });
      find("mark", target)?.scrollIntoView({ block: "center", inline: "nearest" });
      target.focus({ preventScroll: true });
    } else if (before?.id === "pq-query") {
      find("#pq-query").focus();
    } else {
      find(".pq-library").scrollTop = 0;
      if (before?.getAttribute("role") !== "tab") find("[data-focus]", root)?.focus({ preventScroll: true });
    }
  });
};

// A tab that is opened for the first time is drawn a moment later; what stands in it comes from the server.
const openTab = async (button) => {
  const within = `#${button.getAttribute("aria-controls")} [data-first]`;
  for (let i = 0; i < 40 && button.id !== "pq-tab-chat-button" && !find(within); i++) await pause(25);
  const place = find(within);
  if (place && !(place.dataset.once !== undefined && place.innerHTML)) await act(place.dataset.first);
};

// A place of the document that is shown already needs no server.
const goTo = (button, data) => {
  const reader = button.closest("[data-document]");
  const place = reader && data.at && find(`[data-place="${CSS.escape(data.at)}"]`, reader);
  if (!place || reader.dataset.document !== data.key) return false;
  for (const node of reader.querySelectorAll(".pq-here")) node.classList.remove("pq-here");
  for (const node of reader.querySelectorAll("[aria-current]")) node.removeAttribute("aria-current");
  place.classList.add("pq-here");
  place.setAttribute("aria-current", "true");
  button.setAttribute("aria-current", "true");
  if (!matchMedia("(min-width: 60rem)").matches) find("[data-wide]", reader)?.removeAttribute("open");
  place.scrollIntoView({ block: "start" });
  place.focus({ preventScroll: true });
  return true;
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
  if (!button) {
    if (event.target.matches?.(".pq-chat") && isSheet()) closePanel(); // the shade behind the sheet
    return;
  }
  const data = { ...button.dataset };
  if (button.matches("[role=tab]")) {
    if (event.isTrusted) await openTab(button);
  } else if (data.copy !== undefined) {
    await copy(data.copy);
    notice("已复制。");
  } else if (data.zoom !== undefined) {
    zoom(button);
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
    if (data.act === "document" && goTo(button, data)) return;
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
    if (!button.closest("#pq-panel")) opener = button;
    kept(sessionStorage, "panel", "open");
    select(data.act === "source" ? { turn: data.turn, n: data.n } : null);
  }
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true"); // not disabled: that would take the focus away
  try {
    await act(data.act, data);
  } finally {
    button.removeAttribute("aria-busy");
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
    if (form.dataset.confirm && !confirm(form.dataset.confirm)) return;
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

// The library may have changed since the page was drawn: the list to choose from is the one of now.
const onToggle = async (event) => {
  const menu = event.target;
  if (!menu.open || !menu.closest("[data-outlet=filter]")) return;
  const html = (await call("filter"))?.filter;
  if (!html || !menu.isConnected) return;
  const now = find("form", menu);
  const next = find("form", document.createRange().createContextualFragment(html));
  const values = (form) => Array.from(form.elements, (box) => box.value).join("\n");
  if (values(now) !== values(next)) now.replaceWith(next);
};

const onKey = (event) => {
  if (event.isComposing || event.keyCode === 229) return; // an input method is choosing characters
  if (event.key === "Enter" && !event.shiftKey && event.target.id === "pq-box") {
    event.preventDefault();
    send();
  } else if (event.key === "Escape" && !find("dialog[open]")) {
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
  document.addEventListener("toggle", onToggle, true); // it does not bubble
  document.addEventListener("input", (event) => event.target.id === "pq-box" && resize(event.target));
  addEventListener("online", reconnect);
  addEventListener("offline", () => notice("网络已断开。恢复后会自动重连。", true));
  const fit = () => {
    const shown = [...document.querySelectorAll(".pq-chat, .pq-page")].find((node) => node.offsetParent);
    const top = shown ? shown.getBoundingClientRect().top + scrollY : 0; // the other tabs have no place
    if (top > 0) document.documentElement.style.setProperty("--pq-top", `${top}px`);
    fitPanel();
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
