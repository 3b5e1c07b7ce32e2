// A case-management system, as it speaks to the compatible API.

import assert from 'node:assert/strict';

export class Sender {
  constructor(hub) {
    this.hub = hub;
    this.cursor = undefined;
  }

  async #call(path, options = {}) {
    const headers = { ...options.headers };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    return fetch(`${this.hub.baseUrl}${path}`, { ...options, headers });
  }

  async #json(path, options) {
    const response = await this.#call(path, options);
    const text = await response.text();
    assert.ok(response.ok, `${options?.method ?? 'GET'} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  #post(path, body) {
    return this.#call(path, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
    });
  }

  async logIn() {
    const response = await this.#post('/v1/token', { username: this.hub.username, password: this.hub.password });
    const answer = await response.json();
    assert.equal(response.status, 200, JSON.stringify(answer));
    assert.equal(answer.token_type, 'Bearer');
    this.token = answer.access_token;
  }

  async upload(name, bytes) {
    const form = new FormData();
    form.set('file', new Blob([bytes], { type: 'application/pdf' }), name);
    const response = await this.#call('/v2/attachments', { method: 'POST', body: form });
    const answer = await response.json();
    assert.equal(response.status, 201, JSON.stringify(answer));
    return answer.attachmentId;
  }

  /** Offers a file under any name and type; gives status and answer whatever they are. */
  async offer(name, bytes, type = 'application/octet-stream') {
    const form = new FormData();
    form.set('file', new Blob([bytes], { type }), name);
    const response = await this.#call('/v2/attachments', { method: 'POST', body: form });
    return { status: response.status, answer: await response.json() };
  }

  /** Sends a message that may be answered, a verifiable one of text if nothing else is said; gives status, answer and headers whatever they are. */
  async send({ externalId, recipient, title, body, attachmentId, attachments = [{ attachmentId }], kind = 'Verifiable', format = 'Text' }) {
    const response = await this.#post('/v2/messages/electronic', {
      externalId,
      recipient: { id: recipient },
      sender: { serviceId: this.hub.serviceId },
      electronic: {
        title,
        body,
        bodyFormat: format,
        attachments,
        messageServiceType: kind,
        replyAllowedBy: 'Anyone',
        visibility: 'Normal',
        notifications: {
          senderDetailsInNotifications: 'Organisation and service name',
          unreadMessageNotification: { reminder: 'Default reminder' },
        },
      },
    });
    return { status: response.status, answer: await response.json(), headers: response.headers };
  }

  /** Every event since the last call, page by page until an empty page. */
  async events() {
    const found = [];
    for (;;) {
      const query = this.cursor ? `?continuationToken=${this.cursor}` : '';
      const page = await this.#json(`/v2/events${query}`);
      this.cursor = page.continuationToken;
      if (page.events.length === 0) return found;
      found.push(...page.events);
    }
  }

  message(id) {
    return this.#json(`/v2/messages/${id}`);
  }

  async attachment(id) {
    const response = await this.#call(`/v1/attachments/${id}`);
    assert.equal(response.status, 200);
    return Buffer.from(await response.arrayBuffer());
  }

  /** The proof of one delivery as JSON text, once the log has sealed what it is about. */
  async proof(id) {
    const response = await this.#call(`/api/v1/messages/${id}/proof`);
    return { status: response.status, text: await response.text() };
  }
}
