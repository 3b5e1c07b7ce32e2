// What a person takes along and sees of their own mailbox, in a real browser without JavaScript: all files of a message, who opened what, the
// proofs, and the whole mailbox; at the size of a phone and a desktop.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { launch, openWindow } from './browser.mjs';
import { activate as takeIntoUse } from './mailbox.mjs';
import { startHub, verify } from './hub.mjs';
import { persons } from './idp.mjs';
import { pdf } from './pdf.mjs';
import { Sender } from './sender.mjs';

const unzip = async (...args) => (await promisify(execFile)('unzip', args)).stdout;

test('what a person sees and takes along', { timeout: 240_000 }, async (t) => {
  const hub = await startHub('sqlite');
  t.after(() => hub.close());
  const browser = await launch();
  t.after(() => browser.close());
  for (const [screen, person] of [['phone', persons[0]], ['desktop', persons[1]]]) {
    await t.test(`at ${screen} size`, async () => {
      const window = await openWindow(browser, { screen, prefix: `openness-${screen}` });
      try {
        await takeAlong({ hub, window, person });
      } catch (error) {
        console.error(`at ${window.page.url()}:\n${await window.page.content()}\nthe hub's log ends:\n${(await hub.log()).slice(-4000)}`);
        throw error;
      } finally {
        await window.close();
      }
    });
  }
});

async function takeAlong({ hub, window, person }) {
  const { page } = window;
  const run = randomBytes(4).toString('hex');
  const phrase = `Salainen ${run}`;
  await page.goto(`${hub.baseUrl}/`);
  await page.getByTestId('login').click();
  await page.getByRole('button', { name: person.name }).click();
  await takeIntoUse(hub, page);

  const sender = new Sender(hub);
  await sender.logIn();
  const send = async (name, kind, files) => {
    const sent = await sender.send({
      externalId: `${name}-${run}`, recipient: person.hetu, title: `Päätös ${name}`, body: phrase, kind,
      attachments: files.map((attachmentId) => ({ attachmentId })),
    });
    assert.equal(sent.status, 200, JSON.stringify(sent.answer));
    return sent.answer.messageId;
  };
  const files = [await sender.upload('päätös.pdf', pdf('Paatos')), await sender.upload('päätös.pdf', pdf('Liite'))];
  const open = await send('avoin', 'Normal', files);
  const closed = await send('suljettu', 'Verifiable', [files[0]]);

  // All files of a message at once.
  await page.goto(`${hub.baseUrl}/messages/${open}`);
  await window.look('message');
  const zip = await window.save(page.getByTestId('attachments-zip'));
  assert.equal(zip.name, `Liitteet ${open}.zip`);
  assert.match(await unzip('-t', zip.path), /No errors detected/);
  const listed = await unzip('-Z1', zip.path);
  assert.deepEqual(listed.trim().split('\n'), ['päätös.pdf', 'päätös (2).pdf']);
  window.tolerate(/404.*attachments\.zip/);
  const before = await page.request.get(`${hub.baseUrl}/messages/${closed}/attachments.zip`);
  assert.equal(before.status(), 404);

  // The proofs.
  await page.goto(`${hub.baseUrl}/settings`);
  await page.locator('a[href="/proofs"]').click();
  await window.look('proofs');
  assert.equal(await page.getByTestId('proof-row').count(), 2);
  const proof = await window.save(page.getByTestId('proof').last());
  assert.equal(proof.name, `tiedoksi-proof-${open}.json`);

  // The whole mailbox.
  await page.goto(`${hub.baseUrl}/settings`);
  await window.look('settings');
  await page.locator('a[href="/export"]').click();
  await window.look('export');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export').click()]);
  assert.match(download.suggestedFilename(), /^Viestit \d{4}-\d\d-\d\d\.zip$/);
  const path = await download.path();
  assert.match(await unzip('-t', path), /No errors detected/);
  const names = (await unzip('-Z1', path)).trim().split('\n');
  assert.equal(names.filter((name) => name.endsWith('/message.eml')).length, 2);
  assert.ok(names.includes('index.html') && names.includes('index.csv') && names.includes('README.txt'));
  await unzip('-q', path, '-d', join(hub.folder, `export-${run}`));
  for (const name of names.filter((it) => it.endsWith('/proof.json'))) {
    const { code, stdout } = await verify(join(hub.folder, `export-${run}`, name), hub.trust);
    assert.equal(code, 0, stdout);
  }
  await page.goto(`file://${join(hub.folder, `export-${run}`, 'index.html')}`);
  await window.picture('index');
  assert.equal(await page.locator('tbody tr').count(), 2);
  await page.goto(`${hub.baseUrl}/inbox`);

  // Who did all this.
  await page.goto(`${hub.baseUrl}/access-log`);
  await window.look('access-log');
  const rows = page.getByTestId('access');
  // What was opened before within the hour is opened no second time by the export.
  assert.match(await rows.first().innerText(), /Kaikki viestit ladattu/);
  assert.equal(await rows.filter({ hasText: 'Päätös avoin' }).count(), 1);
  assert.equal(await rows.filter({ hasText: 'Kaikki viestit ladattu' }).count(), 1);
  assert.ok((await rows.first().innerText()).includes(person.name));
  assert.equal(await rows.filter({ hasText: 'Päätös suljettu' }).count(), 0);
  assert.match(await rows.first().locator('time').innerText(), /\d{1,2}\.\d{1,2}\.\d{4} klo \d{1,2}\.\d{2}\.\d{2}/);
}
