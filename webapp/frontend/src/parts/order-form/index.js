// The form of an order: bpmn.io's viewer, with drafts, refusals at the fields, files and one way to send it.
// What the page must give is written at the top of templates/parts/forms.html.
import { Form } from '@bpmn-io/form-js-viewer';
import { busy, isBusy } from '../busy/index.js';
import { say } from '../toasts/index.js';
import { useCalendarOf } from './calendar.js';
import { Draft } from './drafts.js';
import { shown, summary, toViewer } from './errors.js';
import { send } from './sending.js';
import { isDrawing, signatureField } from './signature.js';
import { translate, useTexts } from './texts.js';

export async function mount(element) {
  const given = JSON.parse(element.querySelector('script[type="application/json"]').textContent);
  const page = {
    element,
    phrases: given.phrases,
    fields: given.fields,
    csrf: document.querySelector('meta[name="csrf-token"]').content,
    place: element.querySelector('.order-form-place'),
    messages: element.querySelector('.order-form-messages'),
    saved: document.querySelector(`[data-saved-of="${element.id}"]`),
  };
  useTexts(given.texts);
  await useCalendarOf(document.documentElement.lang);
  page.form = await draw(page, given, element.hasAttribute('data-read-only'));
  if (element.hasAttribute('data-read-only')) return () => page.form.destroy();

  page.draft = startDraft(page, element.dataset.draftUrl);
  if (Object.keys(given.errors).length) refuse(page, given.errors);
  const ended = new AbortController();
  listen(page, ended.signal);
  return () => {
    ended.abort();
    page.draft?.end();
    page.form.destroy();
  };
}

async function draw({ place, element, phrases }, { schema, data }, readOnly) {
  const form = new Form({
    debounce: false, // every key counts at once: a draft or a shortcut must not miss the last one
    properties: { ariaLabel: element.getAttribute('aria-label') ?? undefined, readOnly },
    additionalModules: [{ translate: ['value', translate] }, signatureField(phrases)],
  });
  await form.importSchema(schema, data);
  place.replaceChildren();
  form.attachTo(place);
  return form;
}

const read = ({ form }) => form._getSubmitData();

function startDraft(page, url) {
  if (!url) return undefined;
  const draft = new Draft({
    url, csrf: page.csrf, fields: page.fields, read: () => read(page), tell: (state, words) => tell(page, state, words),
  });
  const unsent = draft.unsent();
  if (unsent) {
    const { form } = page;
    form._setState({ data: { ...form._getState().data, ...unsent } });
    showBanner(page, 'accent', page.phrases.found);
    draft.changed();
  }
  return draft;
}

function tell({ saved, phrases }, state, words) {
  const sentence = words ?? phrases[state];
  if (saved) {
    saved.dataset.state = state;
    saved.querySelector(':scope > span').textContent = sentence;
    const sign = saved.querySelector('use');
    const name = state === 'offline' || state === 'not_saved' ? 'cloud-off' : 'cloud-check';
    sign?.setAttribute('href', sign.getAttribute('href').replace(/#.*/, `#${name}`));
  }
  if (state !== 'saving') say(sentence);
}

function listen(page, signal) {
  const { form, element } = page;
  form.on('changed', () => page.draft?.changed());
  // Enter in the only field of a form sends it, as browsers do; our button does the same.
  form.on('submit', (result) => submit(page, result));
  document.addEventListener('click', (event) => {
    const button = event.target.closest(`[data-submits="${element.id}"]`);
    if (!button || isBusy(button)) return;
    page.button = button;
    leaveField(page, () => form.submit());
  }, { signal });
  // An opened calendar must not hide under the action bar.
  page.place.addEventListener('focusin', () => setTimeout(() => {
    page.place.querySelector('.flatpickr-calendar.open')?.scrollIntoView({ block: 'nearest' });
  }), { signal });
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.code === 'KeyS') {
      event.preventDefault();
      page.draft?.save();
    }
  }, { signal });
  window.addEventListener('beforeunload', (event) => {
    if (page.draft?.isDirty) {
      page.draft.save({ leaving: true });
      event.preventDefault();
    }
  }, { signal });
}

// A typed date counts when its field is left, and only after the viewer has drawn it; Ctrl+Enter is pressed inside it.
function leaveField({ place }, then) {
  if (place.contains(document.activeElement)) document.activeElement.blur();
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(then)));
}

async function submit(page, { data, errors, files }) {
  const button = page.button ?? document.querySelector(`[data-submits="${page.element.id}"]`);
  page.button = undefined;
  if (button && isBusy(button)) return;
  if (Object.keys(errors).length) {
    requestAnimationFrame(() => showErrors(page, []));
    return;
  }
  if (button) busy(button);
  await page.draft?.hold();
  const used = JSON.stringify(data);
  const answer = await send(page.element.dataset.action, {
    submission: data,
    fields: page.fields,
    files: [...files].filter(([key]) => isDrawing(key) || used.includes(JSON.stringify(key))),
    csrf: page.csrf,
    button,
  });
  if (answer.kind === 'done') {
    page.draft?.done();
    location.assign(answer.go_to); // the button stays busy until the next page is there
    return;
  }
  page.draft?.letGo();
  if (button) busy(button, false);
  if (answer.kind === 'refused') refuse(page, answer.errors);
  else if (answer.kind === 'offline') showBanner(page, 'warn', page.phrases.not_sent);
  else showProblem(page, answer);
}

function refuse(page, byPath) {
  const { errors, elsewhere } = toViewer(page.form, byPath);
  page.form._setState({ errors });
  // The viewer draws in the next frame; then the fields can be found.
  requestAnimationFrame(() => requestAnimationFrame(() => showErrors(page, elsewhere)));
}

function showErrors(page, elsewhere) {
  put(page, summary(page.phrases, shown(page.place), elsewhere));
}

function showProblem(page, { status, title, detail, html }) {
  if (html) {
    const around = document.createElement('div');
    around.className = 'order-form-banner stack';
    around.innerHTML = html; // our own server's page part
    around.tabIndex = -1;
    put(page, around);
    return;
  }
  showBanner(page, status === 409 ? 'warn' : 'bad', title ?? page.phrases.fault, detail);
}

function showBanner(page, tone, first, rest = '') {
  const banner = document.createElement('div');
  banner.className = `banner ${tone} order-form-banner`;
  banner.setAttribute('role', 'alert');
  banner.tabIndex = -1;
  const words = document.createElement('div');
  const bold = document.createElement('b');
  bold.textContent = first;
  words.append(bold, rest ? ` ${rest}` : '');
  banner.append(words);
  put(page, banner);
}

function put({ messages }, banner) {
  messages.querySelectorAll('.order-form-banner').forEach((old) => old.remove());
  messages.prepend(banner);
  banner.focus({ preventScroll: true });
  banner.scrollIntoView({ block: 'nearest' });
}
