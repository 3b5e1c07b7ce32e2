// Makes the page of a draft easier: each chosen file is uploaded by itself, with progress, again and again after a lost connection; the text is
// saved while it is being written. Everything goes to the addresses that the form itself uses, and without this script the form does the same.
'use strict';

(() => {
  const form = document.getElementById('draft');
  if (!form) return;
  const find = (id) => document.getElementById(id);
  const [kept, uploads, status, problems, saved, chooser] =
    ['kept', 'uploads', 'upload-status', 'files-problems', 'saved', 'files'].map(find);
  const say = (text, name) => { status.textContent = text.replace('{name}', name); };
  const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });

  /** What the form's address is sent: the token first, as the server wants it. */
  function fields(more) {
    const data = new FormData();
    data.set('csrf', form.elements.csrf.value);
    for (const [name, value] of Object.entries(more)) data.set(name, value);
    return data;
  }

  const isOver = (status) => status === 401 || status === 403;

  /** After a new login, in this browser but elsewhere, the forms count with its token. Answers whether there is one. */
  async function renew() {
    const answer = await fetch(form.action, { redirect: 'error' }).catch(() => undefined);
    if (!answer?.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const token = page.querySelector('#draft [name=csrf]')?.value;
    if (!token || token === form.elements.csrf.value) return false;
    for (const field of document.querySelectorAll('[name=csrf]')) field.value = token;
    return true;
  }

  async function ask(more, options = {}) {
    const send = () => fetch(form.action, {
      method: 'POST', body: fields(more), headers: { accept: 'application/json' }, redirect: 'error', ...options,
    });
    const answer = await send();
    return isOver(answer.status) && await renew() ? send() : answer;
  }

  /** A row of a list, with its name; the button's hidden words repeat the name. */
  function row(template, name) {
    const item = find(template).content.firstElementChild.cloneNode(true);
    const [shown, hidden] = item.querySelectorAll('.name');
    shown.textContent = name;
    hidden.textContent = `: ${name}`;
    return item;
  }

  // Files, one after the other.

  const queue = [];
  let sending = false;
  let waiting = null;

  /** One attempt. Answers the status and what was said; status 0 when the connection broke. */
  function attempt(upload) {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      upload.request = request;
      request.open('POST', `${form.action}/files`);
      request.setRequestHeader('accept', 'application/json');
      request.responseType = 'json';
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) upload.bar.value = event.loaded / event.total;
      };
      request.onloadend = () => done({ status: request.status, answer: request.response });
      request.send(fields({ upload: upload.key, files: upload.file }));
    });
  }

  /** Uploads until an answer comes: after a lost connection, while the server is busy, or once the person has logged in again, under the same key. */
  async function persist(upload) {
    for (let pause = 1000; !upload.cancelled; pause = Math.min(pause * 2, 30000)) {
      const result = await attempt(upload);
      if (upload.cancelled || (result.status !== 0 && result.status < 500 && ![408, 429].includes(result.status) && !isOver(result.status))) return result;
      if (isOver(result.status) && await renew()) continue;
      upload.bar.removeAttribute('value');
      say(isOver(result.status) ? form.dataset.ended : form.dataset.retrying, upload.name);
      await Promise.race([wait(pause), new Promise((done) => {
        addEventListener('online', done, { once: true });
        upload.wake = done;
      })]);
    }
    return { status: 0 };
  }

  function refuse(texts) {
    for (const text of texts) {
      const problem = document.createElement('p');
      problem.className = 'problem';
      problem.textContent = text;
      problems.append(problem);
    }
    find('files-field').classList.add('wrong');
    chooser.setAttribute('aria-invalid', 'true');
    status.textContent = texts.join(' ');
  }

  function keep({ id, name, detail }) {
    const shown = [...kept.querySelectorAll('button')].some((button) => button.value === `remove/${id}`);
    if (shown) return;
    const item = row('kept-file', name);
    item.querySelector('.detail').textContent = detail;
    item.querySelector('button').value = `remove/${id}`;
    kept.append(item);
  }

  async function work() {
    if (sending) return;
    sending = true;
    while (queue.length > 0) {
      const upload = queue[0];
      say(form.dataset.uploading, upload.name);
      const { status: code, answer } = await persist(upload);
      queue.shift();
      upload.item.remove();
      if (upload.cancelled) say(form.dataset.cancelled, upload.name);
      else if (code === 201 || code === 200) {
        (answer?.files ?? []).forEach(keep);
        say(form.dataset.uploaded, upload.name);
      } else if (code === 409) {
        location.assign(form.action);
      } else {
        waiting = null;
        refuse(answer?.problems ?? [form.dataset.failed.replace('{name}', upload.name)]);
      }
    }
    sending = false;
    const { submitter } = waiting ?? {};
    waiting = null;
    if (submitter) form.requestSubmit(submitter);
  }

  /** A random UUID, which names the upload through all its attempts. */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  chooser.addEventListener('change', () => {
    problems.replaceChildren();
    find('files-field').classList.remove('wrong');
    chooser.removeAttribute('aria-invalid');
    for (const file of chooser.files) {
      const item = row('upload-file', file.name);
      const bar = item.querySelector('progress');
      bar.setAttribute('aria-label', form.dataset.uploading.replace('{name}', file.name));
      const upload = { file, item, bar, name: file.name, key: newKey() };
      item.querySelector('button').addEventListener('click', () => {
        upload.cancelled = true;
        upload.request?.abort();
        upload.wake?.();
        if (queue[0] === upload) return;
        queue.splice(queue.indexOf(upload), 1);
        item.remove();
        say(form.dataset.cancelled, file.name);
      });
      uploads.append(item);
      queue.push(upload);
    }
    // They are on their way: the form itself must not send them once more.
    chooser.value = '';
    work();
  });

  kept.addEventListener('click', async (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    event.preventDefault();
    const item = button.closest('li');
    const name = item.querySelector('.name').textContent;
    const answer = await ask({ do: button.value }).catch(() => undefined);
    if (!answer?.ok) {
      say(answer && isOver(answer.status) ? form.dataset.ended : form.dataset.unsaved, name);
      return;
    }
    item.remove();
    say(form.dataset.removed, name);
    chooser.focus();
  });

  // The page is left only once the text is kept, and with a token that counts.
  let isKept = false;
  form.addEventListener('submit', async (event) => {
    if (isKept) {
      isKept = false;
      return;
    }
    event.preventDefault();
    const { submitter } = event;
    if (queue.length > 0) {
      waiting = { submitter };
      say(form.dataset.waiting, '');
      return;
    }
    changed = true;
    isKept = await save();
    if (isKept) form.requestSubmit(submitter);
    else status.textContent = saved.textContent;
  });

  // The text.

  let timer;
  let changed = false;

  /** Keeps the text; answers whether it is kept, or was sent meanwhile. What cannot be kept now is kept later. */
  async function save(options) {
    clearTimeout(timer);
    if (!changed) return true;
    changed = false;
    const { title, body } = form.elements;
    const answer = await ask({ title: title.value, body: body.value, do: 'save' }, options).catch(() => undefined);
    if (answer?.ok) {
      saved.textContent = (await answer.json()).saved;
      return true;
    }
    if (answer?.status === 409) return true;
    changed = true;
    saved.textContent = answer && isOver(answer.status) ? form.dataset.ended : form.dataset.unsaved;
    timer = setTimeout(save, 10000);
    return false;
  }

  form.addEventListener('input', (event) => {
    if (event.target === chooser) return;
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save({ keepalive: true });
  });

  // Choosing uploads at once, so the button for it is not needed.
  find('add').parentElement.remove();
  find('summary')?.focus();
})();
