// The search as a person uses it: from the inbox, by the beginning of a word, on a phone and on a desktop, without JavaScript.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { launch, openWindow } from './browser.mjs';
import { activate as takeIntoUse } from './mailbox.mjs';
import { startHub } from './hub.mjs';
import { persons } from './idp.mjs';
import { Sender } from './sender.mjs';

test('a message is found by the beginning of a word', { timeout: 240_000 }, async (t) => {
  const hub = await startHub('sqlite');
  let closed = false;
  t.after(() => (closed ? undefined : hub.close()));
  const browser = await launch();
  t.after(() => browser.close());
  const secrets = [];

  for (const [screen, person] of [['phone', persons[0]], ['desktop', persons[1]]]) {
    await t.test(`at ${screen} size`, async () => {
      const window = await openWindow(browser, { screen, prefix: `search-${screen}` });
      try {
        secrets.push(...(await search({ hub, window, person })));
      } finally {
        await window.close();
      }
    });
  }

  await t.test('no log holds what was searched for', async () => {
    const log = await hub.log();
    closed = true;
    await hub.close();
    for (const secret of secrets) assert.ok(!log.includes(secret), `the log holds ${secret}`);
    assert.doesNotMatch(log, /\bERROR\b|panicked/);
  });
});

async function search({ hub, window, person }) {
  const { page } = window;
  await page.goto(`${hub.baseUrl}/`);
  await page.getByTestId('login').click();
  await page.getByRole('button', { name: person.name }).click();
  await takeIntoUse(hub, page);

  const sender = new Sender(hub);
  await sender.logIn();
  const word = `Kuusitiainen${randomBytes(4).toString('hex')}`;
  const title = `Äänekosken ${word}`;
  const recipient = person.hetu;
  const attachmentId = await sender.upload('kartta.pdf', Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'));
  for (const [name, heading] of [['one', title], ['two', 'Muu asia']]) {
    const externalId = `${name}-${randomBytes(6).toString('hex')}`;
    const sent = await sender.send({ externalId, recipient, title: heading, body: 'Salattu sisus.', attachmentId });
    assert.equal(sent.status, 200, JSON.stringify(sent.answer));
  }

  // From the inbox, by the keyboard alone.
  await page.goto(`${hub.baseUrl}/inbox`);
  await window.look('inbox');
  await page.getByRole('searchbox').focus();
  await page.keyboard.type(`aanekosk ${word.slice(0, 16).toUpperCase()}`);
  await page.keyboard.press('Enter');
  const rows = page.getByTestId('found');
  await rows.first().waitFor();
  assert.equal(await rows.count(), 1);
  assert.ok((await rows.first().innerText()).includes(title));
  await rows.first().getByTestId('needs-confirmation').waitFor();
  await window.look('found');

  // Nothing of the body before it is confirmed.
  await page.getByRole('searchbox').fill('salattu');
  await page.getByTestId('search').click();
  await page.getByTestId('nothing-found').waitFor();
  await window.look('nothing');
  await page.getByRole('searchbox').fill(' ?! ');
  await page.getByTestId('search').click();
  await page.getByTestId('no-words').getByRole('link').click();
  assert.equal(new URL(page.url()).hash, '#q');
  await window.look('no-words');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`${hub.baseUrl}/search?q=viitasaari+asia&lang=sv`);
  await window.look('dark', 'sv');
  await page.goto(`${hub.baseUrl}/search?q=aanekosken&lang=fi`);
  await page.getByTestId('found').first().getByRole('link').click();
  await page.getByTestId('confirm').click();
  await page.goto(`${hub.baseUrl}/search?q=salat`);
  assert.equal(await page.getByTestId('found').count(), 1);
  return [word, word.toUpperCase().slice(0, 16), word.toLowerCase(), 'aanekosk', 'salattu'];
}
