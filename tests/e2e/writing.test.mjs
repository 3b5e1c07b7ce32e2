// Writing to an authority in a real browser: with the page's script (progress, a connection that is lost during an upload, saving while one
// writes), and without JavaScript at all; at the size of a phone and a desktop.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import test from 'node:test';
import { launch, openWindow } from './browser.mjs';
import { eventually } from './eventually.mjs';
import { startHub } from './hub.mjs';
import { persons } from './idp.mjs';
import { openLine } from './line.mjs';
import { codeFor } from './mailbox.mjs';
import { pdf } from './pdf.mjs';
import { Sender } from './sender.mjs';

test('writing to an authority', { timeout: 300_000 }, async (t) => {
  const hub = await startHub('sqlite');
  t.after(() => hub.close());
  const names = (fi, sv, en) => ['--name-fi', fi, '--name-sv', sv, '--name-en', en];
  await hub.admin('topic', 'add', '--code', 'housing', ...names('Asuminen ja rakentaminen', 'Boende och byggande', 'Housing and building'));
  await hub.admin('service', 'set', hub.serviceId, '--takes-messages', 'true', '--topic', 'housing');
  const sender = new Sender(hub);
  await sender.logIn();
  const browser = await launch();
  t.after(() => browser.close());

  const runs = [
    ['phone', persons[0], false], ['phone', persons[0], true], ['desktop', persons[1], false], ['desktop', persons[1], true],
  ];
  for (const [screen, person, scripts] of runs) {
    await t.test(`${screen}, ${scripts ? 'with' : 'without'} JavaScript`, async () => {
      const line = await openLine();
      const { proxy } = line;
      const window = await openWindow(browser, { screen, prefix: `writing-${screen}-${scripts ? 'js' : 'plain'}`, scripts, proxy });
      try {
        await logIn(hub, window.page, person);
        const run = scripts ? withScript : plainly;
        await run({ hub, sender, window, line, person });
      } catch (error) {
        console.error(`at ${window.page.url()}:\n${await window.page.content()}\n${window.complaints.join('\n')}`);
        throw error;
      } finally {
        await window.close();
        line.close();
      }
    });
  }
  assert.doesNotMatch(await hub.log(), /\bERROR\b|panicked/);
});

async function logIn(hub, page, person) {
  await page.goto(`${hub.baseUrl}/`);
  await page.getByTestId('login').click();
  await page.getByRole('button', { name: person.name }).click();
  await page.goto(`${hub.baseUrl}/activate`);
  if (await page.getByTestId('send-code').count() === 0) return;
  const address = `asukas-${randomBytes(4).toString('hex')}@posti.example`;
  await page.locator('[name=address]').last().fill(address);
  await page.getByTestId('send-code').click();
  await page.locator('[name=code]').fill(await codeFor(hub.mail, address));
  await page.getByTestId('verify-code').click();
  for (const box of await page.locator('input[type=checkbox][required]').all()) await box.check();
  await page.getByTestId('activate').click();
}

/** From the list of services to the page of a new draft. */
async function begin(hub, window) {
  const { page } = window;
  await page.goto(`${hub.baseUrl}/inbox`);
  await page.getByRole('navigation').getByRole('link', { name: 'Kirjoita viesti' }).click();
  await window.look('write');
  await page.getByTestId('topic').click();
  await window.look('topic');
  await page.getByLabel('Hae palvelua nimellä').fill('rakennusv');
  await page.getByTestId('write-search').click();
  await window.look('found');
  await page.getByTestId('write-to').click();
  assert.match(new URL(page.url()).pathname, /^\/drafts\/[\w-]+$/);
}

const chosen = (name, buffer) => ({ name, mimeType: 'application/pdf', buffer });

async function plainly({ hub, sender, window, person }) {
  const { page } = window;
  await begin(hub, window);
  await window.look('draft');
  const address = page.url();
  await page.getByLabel('Viesti', { exact: true }).fill('Milloin lupa käsitellään?');
  await page.getByTestId('add-files').click();
  assert.equal(await page.getByLabel('Viesti', { exact: true }).inputValue(), 'Milloin lupa käsitellään?');
  const files = page.locator('[name=files]');
  await files.setInputFiles([chosen('liite.pdf', pdf('Liite')), chosen('toinen.pdf', pdf('Toinen'))]);
  await page.getByTestId('add-files').click();
  assert.equal(await page.getByTestId('kept').count(), 2);
  await page.getByRole('button', { name: /^Poista\s*: toinen\.pdf$/ }).click();
  assert.equal(await page.getByTestId('kept').count(), 1);
  window.tolerate(/\b422\b/);
  // A refused file and a missing title: told beside the fields, nothing lost.
  await files.setInputFiles([{ name: 'ohjelma.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ\x90\0') }]);
  await Promise.all([page.waitForResponse((response) => response.status() === 422), page.getByTestId('reply-send').click()]);
  await window.look('refused');
  await page.getByRole('alert').getByRole('link').first().click();
  await Promise.all([page.waitForResponse((response) => response.status() === 422), page.getByTestId('reply-send').click()]);
  await window.look('no-title');
  assert.equal(await page.getByLabel('Otsikko').getAttribute('aria-invalid'), 'true');
  assert.equal(await page.getByTestId('kept').count(), 1);
  // The key "Enter" in the title saves, and neither sends nor removes.
  await page.getByLabel('Otsikko').fill('Lupa-asia');
  await page.getByLabel('Otsikko').press('Enter');
  await page.getByText('Luonnos on tallennettu.', { exact: true }).waitFor();
  assert.equal(await page.getByTestId('kept').count(), 1);
  await page.getByRole('navigation').getByRole('link', { name: 'Luonnokset' }).click();
  await window.look('drafts');
  await page.getByRole('link', { name: 'Lupa-asia' }).click();
  assert.equal(page.url(), address);
  await page.getByTestId('reply-send').click();
  await sent({ sender, window, address, file: pdf('Liite'), body: 'Milloin lupa käsitellään?' });

  // A draft that is not wanted is deleted, by two deliberate steps.
  await begin(hub, window);
  await page.getByText('Poista luonnos', { exact: true }).click();
  await page.getByTestId('delete').click();
  await page.getByText('Luonnos on poistettu.').waitFor();
  await window.look('deleted');

  // The session ends while one writes: what was written is shown, to be copied, and the login leads back to the draft.
  await begin(hub, window);
  const draft = page.url();
  await page.getByLabel('Otsikko').fill('Istunnon yli');
  await page.getByLabel('Viesti', { exact: true }).fill('Tämä teksti ei saa kadota.\n<b>x</b>');
  await page.context().clearCookies();
  window.tolerate(/\b401\b/);
  await page.getByTestId('reply-send').click();
  await window.look('unsaved');
  assert.equal(await page.getByLabel('Otsikko').inputValue(), 'Istunnon yli');
  assert.equal(await page.getByLabel('Viesti', { exact: true }).inputValue(), 'Tämä teksti ei saa kadota.\n<b>x</b>');
  await page.getByTestId('login').click();
  await page.getByRole('button', { name: person.name }).click();
  assert.equal(page.url(), draft);
}

async function withScript({ hub, sender, window, line, person }) {
  const { page, context } = window;
  await begin(hub, window);
  const address = page.url();
  await window.look('draft');
  assert.equal(await page.getByTestId('add-files').count(), 0, 'choosing is uploading');

  // The text is saved while it is written, without any button.
  await page.getByLabel('Otsikko').fill('Lupa-asia');
  await page.getByLabel('Viesti', { exact: true }).fill('Milloin lupa käsitellään?');
  await page.waitForResponse((response) => response.request().method() === 'POST' && response.status() === 200);
  await page.reload();
  assert.equal(await page.getByLabel('Viesti', { exact: true }).inputValue(), 'Milloin lupa käsitellään?');

  // A slow upload shows its progress; the connection is lost half-way; when it is back, the file arrives whole and once.
  const large = Buffer.concat([pdf('Liite'), randomBytes(9_000_000).map((byte) => 32 + (byte & 63)), Buffer.from('\n%%EOF\n')]);
  // Large, because the machine's own buffers swallow some megabytes at once.
  line.slow(1_000_000);
  // What the browser itself says about the lost connections is all that it complains of.
  window.tolerate(/net::ERR_/);
  const files = page.locator('[name=files]');
  await files.setInputFiles([chosen('liite.pdf', large)]);
  const progress = page.getByTestId('upload').locator('progress');
  const part = await eventually('progress', async () => {
    const value = Number(await progress.getAttribute('value'));
    return value > 0 && value < 1 ? value : undefined;
  });
  assert.ok(part < 1);
  await window.picture('progress');
  line.cut();
  await page.getByText('Yhteys katkesi.').waitFor();
  await window.picture('connection-lost');
  assert.equal(await page.getByTestId('kept').count(), 0);
  // Sending now waits for the file.
  await page.getByTestId('reply-send').click();
  await page.getByText('Viesti lähetetään, kun liitteet on tallennettu.').waitFor();
  assert.equal(page.url(), address);
  line.mend();
  await page.waitForURL(/\/messages\/\d+\?sent=1$/);
  await sent({ sender, window, address, file: large, body: 'Milloin lupa käsitellään?' });

  // An answer that is lost: the same upload again is the same file. Then a refusal beside the field, a cancelled one, a removed one.
  await begin(hub, window);
  line.loseAnswer(/\/files$/);
  window.tolerate(/\b4(15|22)\b.*\/files/);
  await files.setInputFiles([chosen('liite.pdf', pdf('Liite')), chosen('ohjelma.exe', Buffer.from('MZ\x90\0'))]);
  await page.locator('#files-problems').getByText('ohjelma.exe').waitFor();
  assert.ok(line.lost());
  assert.equal(await page.getByTestId('kept').count(), 1);
  await window.look('refused');
  await page.reload();
  assert.equal(await page.getByTestId('kept').count(), 1);
  await page.route('**/files', () => {});
  await files.setInputFiles([chosen('peruttu.pdf', pdf('Peruttu'))]);
  await page.getByRole('button', { name: /^Peruuta\s*: peruttu\.pdf$/ }).click();
  await page.getByText('Tiedoston peruttu.pdf tallennus peruttiin.').waitFor();
  assert.equal(await page.getByTestId('upload').count(), 0);
  await page.getByRole('button', { name: /^Poista\s*: liite\.pdf$/ }).click();
  await page.getByText('Tiedosto liite.pdf on poistettu.').waitFor();
  await page.reload();
  assert.equal(await page.getByTestId('kept').count(), 0);
  await page.unroute('**/files');

  // The session ends while one writes; after a new login in another tab the page goes on where it was.
  window.tolerate(/\b40[13]\b/);
  const other = await context.newPage();
  await other.goto(`${hub.baseUrl}/inbox`);
  await other.getByTestId('logout').click();
  const written = 'Tämä teksti ei saa kadota.';
  await page.getByLabel('Otsikko').fill('Istunnon yli');
  await page.getByLabel('Viesti', { exact: true }).fill(written);
  await page.getByTestId('reply-send').click();
  await page.getByRole('status').getByText('Istuntosi on päättynyt.').waitFor();
  await window.picture('session-ended');
  await other.goto(`${hub.baseUrl}/`);
  await other.getByTestId('login').click();
  // The provider may still know the person.
  const choice = other.getByRole('button', { name: person.name });
  await choice.or(other.getByTestId('logout')).first().waitFor();
  if (await choice.isVisible()) await choice.click();
  await other.getByTestId('logout').waitFor();
  await page.getByTestId('reply-send').click();
  await page.waitForURL(/\/messages\/\d+\?sent=1$/);
  const id = Number(new URL(page.url()).pathname.split('/').at(-1));
  assert.equal((await sender.message(id)).electronic.body, written);
  assert.deepEqual(window.complaints, []);
}

/** The receipt, and what the authority's system fetches. */
async function sent({ sender, window, address, file, body }) {
  const { page } = window;
  await page.getByTestId('receipt').waitFor();
  await window.look('receipt');
  const url = new URL(page.url());
  const id = Number(url.pathname.split('/').at(-1));
  const shown = await page.getByTestId('receipt').innerText();
  const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
  const got = await sender.message(id);
  assert.equal(got.electronic.body, body);
  assert.deepEqual(got.electronic.thread, { rootMessageId: id });
  assert.equal(got.electronic.attachments.length, 1);
  assert.deepEqual(await sender.attachment(got.electronic.attachments[0].attachmentId), file);
  for (const told of [String(id), digest(body), digest(file)]) assert.ok(shown.includes(told), `${told} is not in ${shown}`);
  assert.match(shown, /\d{1,2}\.\d{1,2}\.\d{4} klo \d{1,2}\.\d{2}\.\d{2}/);
  assert.match(await page.getByTestId('seal').textContent(), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  await page.emulateMedia({ media: 'print' });
  await window.picture('print');
  assert.ok((await page.getByTestId('seal').boundingBox()).height > 20, 'the seal is printed too');
  await page.emulateMedia({ media: null });
  // Going back and sending again leads to the same message.
  await page.goto(address);
  assert.equal(page.url(), url.href);
}
