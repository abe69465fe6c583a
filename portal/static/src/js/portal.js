// The portal works without this file. With it: focus goes where the news is, counts are announced, files show their
// progress, a session warns before it ends, and typed text survives until it was accepted. No inline code, no eval.
import htmx from 'htmx.org';

const body = document.body;
const byId = id => document.getElementById(id);
const text = (name, fallback = '') => body.dataset[name] || fallback;

// --- focus and announcements ------------------------------------------------------------------------------------------
function focusOn(root) {
  const found = root.matches?.('[data-focus]') ? root : root.querySelector?.('[data-focus]');
  if (!found) return;
  if (!found.hasAttribute('tabindex')) found.setAttribute('tabindex', '-1');
  found.removeAttribute('data-focus');
  found.focus();
}

function announce(message) {
  const live = byId('live');
  live.textContent = '';
  // A new text node in a second step: the same sentence twice is read twice.
  setTimeout(() => { live.textContent = message; }, 50);
}

function announceIn(root) {
  const found = root.matches?.('[data-announce]') ? root : root.querySelector?.('[data-announce]');
  if (!found) return;
  announce(found.dataset.announce);
  found.removeAttribute('data-announce');
}

// "Fout: " stands before the title as long as the page shows errors; a part brings no title of its own.
function titleErrors() {
  const prefix = `${text('textError')} `;
  const plain = document.title.startsWith(prefix) ? document.title.slice(prefix.length) : document.title;
  document.title = document.querySelector('.p-errors[data-errors]') ? prefix + plain : plain;
}

function showTemplate(region, template) {
  byId(region).replaceChildren(byId(template).content.cloneNode(true));
}

document.addEventListener('htmx:afterSettle', event => {
  byId('fout').replaceChildren();
  titleErrors();
  focusOn(event.target);
  announceIn(event.target);
});
for (const name of ['htmx:sendError', 'htmx:timeout', 'htmx:swapError']) {
  document.addEventListener(name, () => showTemplate('fout', 'fout-tekst'));
}
document.addEventListener('htmx:responseError', event => {
  // The session has ended: the server knows the way to the login page and back.
  if (event.detail.xhr.status === 401) window.location.reload();
  else showTemplate('fout', 'fout-tekst');
});

// --- typed text is kept in this tab until it was accepted ---------------------------------------------------------------
const KEEP = 'bewaard:';
const actor = text('actor');
const keepable = field => field.name && field.matches('textarea, select, input') &&
  !['file', 'password', 'hidden', 'submit', 'button', 'image', 'reset'].includes(field.type);
// In a list of changed answers each is kept beside what the server had shown: when that has changed, the server is right.
const shown = field => (['checkbox', 'radio'].includes(field.type) ? field.defaultChecked
  : field.matches('select') ? [...field.options].findIndex(option => option.defaultSelected) : field.defaultValue);
const given = field => (['checkbox', 'radio'].includes(field.type) ? field.checked
  : field.matches('select') ? field.selectedIndex : field.value);

function stored(key) {
  try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
}
function store(key, value) {
  try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* storage is full or switched off: typing goes on */ }
}
function forgetAll() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(KEEP)) sessionStorage.removeItem(key);
}

function keep(form, sent = false) {
  const answers = [...form.elements].filter(keepable)
    .map((field, index) => [`${field.name}/${index}`, shown(field), given(field)])
    .filter(([, before, now]) => before !== now);
  store(KEEP + form.dataset.keep, { actor, sent, answers });
}

function restore(form) {
  const record = stored(KEEP + form.dataset.keep);
  if (!record || record.actor !== actor) return;
  const answers = new Map(record.answers.map(([name, before, now]) => [name, { before, now }]));
  let changed = false;
  [...form.elements].filter(keepable).forEach((field, index) => {
    const answer = answers.get(`${field.name}/${index}`);
    if (!answer || answer.before !== shown(field) || answer.now === given(field)) return;
    if (['checkbox', 'radio'].includes(field.type)) field.checked = answer.now;
    else if (field.matches('select')) field.selectedIndex = answer.now;
    else field.value = answer.now;
    changed = true;
  });
  if (changed) announce(text('textRestored'));
}

function openForms(root) {
  // What only works with a script is hidden until there is one.
  for (const part of root.querySelectorAll('[data-script]')) part.hidden = false;
  for (const form of root.querySelectorAll('form[data-keep]')) restore(form);
}

// A sent form that is gone from the next page of the same person was accepted.
function forgetAccepted() {
  for (const key of Object.keys(sessionStorage).filter(name => name.startsWith(KEEP))) {
    const record = stored(key);
    const stillThere = document.querySelector(`form[data-keep="${CSS.escape(key.slice(KEEP.length))}"]`);
    if (record?.sent && record.actor === actor && !stillThere) sessionStorage.removeItem(key);
  }
}

document.addEventListener('input', event => {
  const form = event.target.form;
  if (form?.dataset.keep) keep(form);
});
document.addEventListener('htmx:afterSwap', event => { forgetAccepted(); openForms(event.target); });

// --- sending ----------------------------------------------------------------------------------------------------------
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.matches('[data-logout]')) forgetAll();
  if (form.matches('[data-upload]')) { event.preventDefault(); upload(form); return; }
  if (form.dataset.keep) keep(form, true);
  // A double click sends once. The button stays usable; the server guards the rest with the idempotency key.
  if (form.method === 'post' && !event.defaultPrevented) {
    if (Date.now() - Number(form.dataset.sentAt || 0) < 2000) event.preventDefault();
    else form.dataset.sentAt = Date.now();
  }
});

// --- upload: each file as a raw stream with its progress ------------------------------------------------------------------
function csrfToken() {
  try { return JSON.parse(body.getAttribute('hx-headers'))['X-CSRF-Token'] || ''; } catch { return ''; }
}

const megabytes = bytes => (bytes / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });

// What the server says, in one sentence: plain text, {"fout": ...}, or the heading of a page.
function refusal(xhr, fallback) {
  const type = xhr.getResponseHeader('Content-Type') || '';
  try {
    if (type.includes('json')) return JSON.parse(xhr.responseText).fout || fallback;
    if (type.includes('text/plain')) return xhr.responseText.trim() || fallback;
    const page = new DOMParser().parseFromString(xhr.responseText, 'text/html');
    return (page.querySelector('[data-fout]') || page.querySelector('h1'))?.textContent.trim() || fallback;
  } catch { return fallback; }
}

function send(form, file, onProgress) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('PUT', form.dataset.uploadUrl);
    xhr.setRequestHeader('X-CSRF-Token', csrfToken());
    xhr.setRequestHeader('X-File-Name', encodeURIComponent(file.name));
    xhr.setRequestHeader('HX-Request', 'true');
    xhr.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    xhr.upload.onprogress = event => onProgress(event.loaded, file.size);
    xhr.onload = () => (xhr.status < 300 ? resolve(xhr.responseText) : reject(new Error(refusal(xhr, form.dataset.textFailed))));
    xhr.onerror = () => reject(new Error(form.dataset.textFailed));
    xhr.onabort = () => reject(new Error(form.dataset.textStopped));
    form.querySelector('[data-upload-stop]').onclick = () => xhr.abort();
    xhr.send(file);
  });
}

async function upload(form) {
  if (form.dataset.busy) return;
  const input = form.querySelector('input[type=file]');
  const error = form.querySelector('[data-upload-error]');
  const progress = form.querySelector('[data-upload-progress]');
  const stop = form.querySelector('[data-upload-stop]');
  const tell = message => { error.textContent = message; input.setAttribute('aria-invalid', 'true'); };
  error.textContent = '';
  input.removeAttribute('aria-invalid');
  const files = [...input.files];
  if (!files.length) { tell(form.dataset.textNone); input.focus(); return; }
  if (files.some(file => file.size > Number(form.dataset.uploadMax))) { tell(form.dataset.textLarge); input.focus(); return; }
  form.dataset.busy = 'ja';
  progress.hidden = stop.hidden = false;
  try {
    for (const file of files) {
      progress.querySelector('[data-upload-name]').textContent = file.name;
      const part = await send(form, file, (loaded, total) => {
        progress.querySelector('progress').value = total ? (100 * loaded) / total : 100;
        progress.querySelector('[data-upload-count]').textContent = `${megabytes(loaded)} / ${megabytes(total)} MB`;
      });
      const target = document.querySelector(form.dataset.uploadTarget);
      htmx.swap(target, part, { swapStyle: 'outerHTML' });
      announce(`${form.dataset.textDone} ${file.name}`);
    }
    input.value = '';
  } catch (problem) {
    tell(problem.message);
    input.focus();
  } finally {
    delete form.dataset.busy;
    progress.hidden = stop.hidden = true;
  }
}

// --- the session ends -------------------------------------------------------------------------------------------------
const WARN_BEFORE = 120_000;
const LONGEST_WAIT = 2_147_483_647; // what setTimeout can hold
let warning;

function watchSession(endsAt) {
  clearTimeout(warning);
  const wait = Date.parse(endsAt) - Date.now() - WARN_BEFORE;
  if (Number.isNaN(wait)) return;
  warning = setTimeout(() => (wait > LONGEST_WAIT ? watchSession(endsAt) : showTemplate('sessie', 'sessie-tekst')),
    Math.min(Math.max(wait, 0), LONGEST_WAIT));
}

document.addEventListener('click', async event => {
  const link = event.target.closest('[data-session-extend]');
  if (!link) return;
  event.preventDefault();
  try {
    const answer = await fetch(link.href, { credentials: 'same-origin', cache: 'no-store' });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const endsAt = page.body.dataset.sessionEnds;
    if (!endsAt || page.body.dataset.actor !== actor) { window.location.reload(); return; }
    byId('sessie').replaceChildren();
    body.dataset.sessionEnds = endsAt;
    watchSession(endsAt);
    announce(text('textExtended'));
  } catch { showTemplate('fout', 'fout-tekst'); }
});

// --- start --------------------------------------------------------------------------------------------------------------
forgetAccepted();
openForms(document);
focusOn(document);
announceIn(document);
if (body.dataset.sessionEnds) watchSession(body.dataset.sessionEnds);
window.addEventListener('pageshow', event => {
  if (!event.persisted) return;
  // Back from the browser's memory: who is logged in may have changed; a form may be sent again.
  if (actor) window.location.reload();
  else for (const form of document.forms) delete form.dataset.sentAt;
});
