
// ==== 收录: files are sent one after another; the page waits for what becomes of them =========================
// Read after page.js, in the same scope. The page itself is made by ui/ingest_html.py.
const ingestPage = () => find(".pq-ingest");
const isIngestShown = () => Boolean(ingestPage()?.offsetParent);

// ---- what has changed: part by part, so that what is open or being written elsewhere stays -------------------
const cameAs = new Map(); // id of a part -> the HTML it was last made of

const renew = (now, next) => {
  const focused = now.contains(document.activeElement) ? document.activeElement.id : "";
  const same = (node) => node.id && find(`#${CSS.escape(node.id)}`, next);
  for (const node of now.querySelectorAll("details[id]")) {
    const other = same(node);
    if (other) other.open = node.open;
  }
  for (const node of now.querySelectorAll("input[id]:not([type=checkbox])")) {
    const other = node.value !== node.defaultValue && same(node);
    if (other) other.value = node.value;
  }
  now.replaceWith(next);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
};

const putPart = (next) => {
  const html = next.outerHTML;
  if (cameAs.get(next.id) === html) return;
  cameAs.set(next.id, html);
  renew(document.getElementById(next.id), next);
};

const putParts = (list, next) => {
  const wanted = new Set(Array.from(next.children, (node) => node.id));
  for (const node of [...list.children]) {
    if (!wanted.has(node.id)) {
      cameAs.delete(node.id);
      node.remove();
    }
  }
  [...next.children].forEach((node, at) => {
    if (document.getElementById(node.id)) {
      putPart(node);
    } else {
      cameAs.set(node.id, node.outerHTML);
      list.insertBefore(node, list.children[at] || null);
    }
  });
};

const showIngest = (html, seen) => {
  const place = outlet("ingest");
  if (!place) return; // Gradio draws the tab a moment later, and it asks for itself then
  const made = document.createRange().createContextualFragment(html);
  const wasInside = place.contains(document.activeElement);
  if (place.firstElementChild) {
    for (const part of [...made.querySelectorAll("[data-part]:not([data-parts] > *)")]) putPart(part);
    putParts(find("[data-parts]", place), find("[data-parts]", made));
  } else {
    for (const part of made.querySelectorAll("[data-part]")) cameAs.set(part.id, part.outerHTML);
    place.append(made);
  }
  if (wasInside && !place.contains(document.activeElement)) find("h2", ingestPage()).focus({ preventScroll: true });
  const said = find("#pq-ingest-said");
  const now = find("[data-told]", place)?.textContent || "";
  if (said.textContent !== now) said.textContent = now;
  const held = find("#pq-held");
  Object.assign(where, { sought: held.dataset.sought, sheet: held.dataset.sheet });
  ingestSeen = seen;
  followIngest();
};

let ingestSeen = "0";
let isFollowingIngest = false;
const followIngest = async () => {
  if (isFollowingIngest) return;
  isFollowingIngest = true;
  const looksAt = () => `${where.sought} ${where.sheet}`;
  while (isIngestShown()) {
    const before = looksAt();
    const views = await call("ingest-more", { seen: ingestSeen });
    if (before !== looksAt()) continue; // something else was looked up meanwhile
    if (!views) {
      await reconnect();
      continue;
    }
    show(views);
    if (views.state?.ingest === undefined) break; // no maintainer any more
    ingestSeen = views.state.ingest;
  }
  isFollowingIngest = false;
};

const showPreview = (html) => {
  const dialog = find("#pq-preview");
  outlet("preview").innerHTML = html;
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  find("[data-focus]", dialog).focus();
};

// ---- sending -------------------------------------------------------------------------------------------------
const toSend = [];
let isSending = false;

const rowFor = (file) => {
  const row = document.createElement("li");
  row.innerHTML =
    '<div class="pq-file-head"><strong></strong><progress max="100" value="0"></progress><span class="pq-stage">等待上传</span>' +
    '<button type="button" class="pq-delete" data-unsend>×</button></div><p class="pq-told" hidden></p>';
  find("strong", row).textContent = file.name;
  find("progress", row).setAttribute("aria-label", `上传 ${file.name}`);
  find("[data-unsend]", row).setAttribute("aria-label", `不上传：${file.name}`);
  find("#pq-sending").append(row);
  return row;
};

const refuse = (row, why) => {
  find("progress", row).hidden = true;
  find(".pq-stage", row).textContent = "没有上传";
  find(".pq-told", row).textContent = why;
  find(".pq-told", row).hidden = false;
  find(".pq-told", row).setAttribute("role", "alert");
};

const unsendable = (file) => {
  const { known, supported, megabytes } = find("[data-drop]").dataset;
  if (!known.split(",").some((suffix) => file.name.toLowerCase().endsWith(suffix))) {
    return `不支持的格式。支持 ${supported}；其他格式请先转换再上传。`;
  }
  if (file.size > megabytes * 2 ** 20) return `文件超过 ${megabytes} MB。请拆分或压缩后上传，或用命令行 policy-qa index 收录。`;
  return "";
};

const offer = (files) => {
  for (const file of files) {
    const row = rowFor(file);
    const why = unsendable(file);
    if (why) refuse(row, why);
    else toSend.push({ file, row });
  }
  sendNext();
};

const sendNext = async () => {
  if (isSending) return;
  isSending = true;
  while (toSend.length) await sendFile(toSend.shift());
  isSending = false;
};

const sendFile = ({ file, row }) =>
  new Promise((done) => {
    if (!row.isConnected) return done(); // taken back before its turn
    const request = new XMLHttpRequest(); // it tells how much is sent
    const button = find("[data-unsend]", row);
    const stop = () => request.abort();
    const end = (why) => {
      button.removeEventListener("click", stop);
      if (why) refuse(row, why);
      else row.remove();
      done();
    };
    button.addEventListener("click", stop);
    find(".pq-stage", row).textContent = "正在上传";
    request.upload.onprogress = (event) => (find("progress", row).value = (100 * event.loaded) / (event.total || 1));
    request.onload = () => {
      const told = request.getResponseHeader("content-type")?.startsWith("text/plain") ? request.responseText : "";
      if (request.status === 201) end("");
      else end(told || "服务器没有收下这个文件。请稍后重试。");
    };
    request.onerror = () => end("连接中断，没有上传完。请检查网络后重新选择这个文件。");
    request.onabort = () => end("");
    request.open("POST", "upload");
    request.setRequestHeader("X-Policy-QA", "upload");
    request.setRequestHeader("X-Browser", where.browser);
    request.setRequestHeader("X-Name", encodeURIComponent(file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(file);
  });

// ---- events --------------------------------------------------------------------------------------------------
const hasFiles = (event) => event.dataTransfer?.types.includes("Files") && isIngestShown();
let depth = 0; // elements of the page that the dragged files are over

const lift = (by) => {
  depth = Math.max(0, depth + by);
  find("[data-drop]").classList.toggle("pq-over", depth > 0);
};

document.addEventListener("dragenter", (event) => hasFiles(event) && lift(1));
document.addEventListener("dragleave", (event) => hasFiles(event) && lift(-1));
document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
document.addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault(); // the browser would open the file
  lift(-depth);
  const entries = Array.from(event.dataTransfer.items, (item) => [item.webkitGetAsEntry?.(), item.getAsFile()]);
  if (entries.some(([entry]) => entry?.isDirectory)) notice("不能上传文件夹。请选择其中的文件，或先压缩成 ZIP。");
  offer(entries.filter(([entry, file]) => file && !entry?.isDirectory).map(([, file]) => file));
});
document.addEventListener("change", (event) => {
  if (event.target.id === "pq-pick") {
    offer(event.target.files);
    event.target.value = ""; // the same file may be chosen again
  } else if (event.target.dataset?.accept !== undefined && event.target.type === "checkbox") {
    act("ingest-accept", { item: event.target.dataset.accept, accepted: event.target.checked ? "yes" : "" });
  }
});
document.addEventListener("click", (event) => {
  event.target.closest("[data-unsend]")?.closest("li").remove();
  const dialog = find("#pq-preview");
  if (event.target === dialog || event.target.closest("[data-dialog-close]")) dialog.close();
});
addEventListener("beforeunload", (event) => (isSending ? event.preventDefault() : undefined));
