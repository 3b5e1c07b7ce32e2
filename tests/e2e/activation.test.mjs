// Activation, address, choices and their history, as a person does them: in a real browser without JavaScript, at the size of a phone and a
// desktop; in the consent regime and in the one by law. What is typed wrong is said where it stands, and can be put right.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openWindow } from './browser.mjs';
import { eventually } from './eventually.mjs';
import { startHub, verify } from './hub.mjs';
import { persons } from './idp.mjs';
import { codeFor, mailsTo } from './mailbox.mjs';

async function logIn(hub, page, person) {
  await page.goto(`${hub.baseUrl}/`);
  await page.getByTestId('login').click();
  await page.getByRole('button', { name: person.name }).click();
}

/** A window whose complaints about refused forms (422) are expected and looked at. */
async function refused(window, step, act) {
  await act();
  // The answer itself, and the browser's own line about it, which may come later.
  const found = await eventually('two complaints', async () => (window.complaints.length >= 2 ? window.complaints.splice(0) : undefined));
  assert.ok(found.every((line) => line.includes('422')), `${step}: ${found}`);
  await window.look(step);
  const summary = window.page.locator('.summary');
  await summary.waitFor();
  assert.match(await window.page.title(), /^Virhe:/);
  const field = (await summary.getByRole('link').first().getAttribute('href')).slice(1);
  assert.equal(await window.page.locator(`#${field}`).getAttribute('aria-invalid'), 'true');
}

test('activation by consent', { timeout: 240_000 }, async (t) => {
  const hub = await startHub('sqlite');
  t.after(() => hub.close());
  const browser = await launch();
  t.after(() => browser.close());
  for (const [screen, person] of [['phone', persons[0]], ['desktop', persons[1]]]) {
    await t.test(`at ${screen} size`, async () => {
      const window = await openWindow(browser, { screen, prefix: `activation-${screen}` });
      try {
        await byConsent(hub, window, person, screen);
      } catch (error) {
        console.error(`at ${window.page.url()}:\n${await window.page.content()}\nthe hub's log ends:\n${(await hub.log()).slice(-4000)}`);
        throw error;
      } finally {
        await window.close();
      }
    });
  }
});

async function byConsent(hub, window, person, screen) {
  const { page } = window;
  const first = `${screen}@posti.example`;
  const second = `${screen}.uusi@posti.example`;
  await logIn(hub, page, person);
  await page.locator('a[href="/activate"]').first().click();
  assert.equal(new URL(page.url()).pathname, '/contact');
  await window.look('address');
  assert.equal(await page.locator('#address').getAttribute('autocomplete'), 'email');

  await page.locator('#address').fill('ei osoite');
  await refused(window, 'address-wrong', () => page.getByTestId('send-code').click());
  assert.equal(await page.locator('#address').inputValue(), 'ei osoite');
  await page.locator('#address').fill(first);
  await page.getByTestId('send-code').click();
  await window.look('code');
  assert.equal(await page.locator('#code').getAttribute('autocomplete'), 'one-time-code');
  assert.equal(await page.locator('#code').getAttribute('inputmode'), 'numeric');
  const code = await codeFor(hub.mail, first);
  await page.locator('#code').fill(code === '000000' ? '000001' : '000000');
  await refused(window, 'code-wrong', () => page.getByTestId('verify-code').click());
  await page.getByTestId('send-again').click();
  await window.look('code-again');
  await page.locator('#code').fill(await codeFor(hub.mail, first, 2));
  await page.locator('#code').press('Enter');
  assert.equal(new URL(page.url()).pathname, '/activate');
  await window.look('consent');
  await page.locator('#consent').check();
  await page.getByTestId('activate').click();
  await window.look('activated');
  assert.equal(await page.getByTestId('needs-address').count(), 0);

  // Another address: the one before is used until the code is typed, and told then.
  await page.goto(`${hub.baseUrl}/settings`);
  await window.look('settings');
  await page.getByTestId('contact').click();
  await page.locator('#address').fill(second);
  await page.getByTestId('send-code').click();
  await page.goto(`${hub.baseUrl}/contact`);
  await window.look('address-waits');
  assert.equal(await page.getByTestId('address-in-use').innerText(), first);
  assert.ok((await page.getByTestId('address-waits').innerText()).startsWith(second));
  await page.getByTestId('address-waits').getByRole('link').click();
  await page.locator('#code').fill(await codeFor(hub.mail, second));
  await page.getByTestId('verify-code').click();
  await window.look('address-changed');
  assert.equal(await page.getByTestId('address-in-use').innerText(), second);
  const told = await eventually('the word to the old address', async () => {
    const mails = await mailsTo(hub.mail, first);
    return mails.length === 3 ? mails[2] : undefined;
  });
  for (const mail of [told, ...await mailsTo(hub.mail, second)]) assert.doesNotMatch(mail, /https?:|www\.|127\.0\.0\.1/);

  // One authority, on a page of its own.
  await page.goto(`${hub.baseUrl}/settings`);
  await page.getByTestId('sender').first().getByRole('link').first().click();
  await page.getByTestId('sender-state').waitFor();
  await window.look('authority');

  // The way back to paper; what came stays, and the history tells it all.
  await page.goto(`${hub.baseUrl}/settings`);
  await page.getByTestId('withdraw-ask').click();
  await page.getByTestId('withdraw').click();
  await window.look('withdrawn');
  await page.getByTestId('history').click();
  await window.look('history');
  assert.equal(await page.getByTestId('choice').count(), 6);
  const proof = await eventually('a complete proof', async () => {
    const saved = await window.save(page.getByTestId('history-proof'));
    return JSON.parse(await readFile(saved.path, 'utf8')).incomplete ? undefined : saved;
  });
  assert.equal(proof.name, 'tiedoksi-proof-history.json');
  const good = await verify(proof.path, hub.trust);
  assert.equal(good.code, 0, good.stdout + good.stderr);
  assert.match(good.stdout, /a proof of 6 records/);
  const tampered = join(hub.folder, `${screen}-tampered.json`);
  await writeFile(tampered, (await readFile(proof.path, 'utf8')).replace('"seal":"e', '"seal":"f'));
  assert.equal((await verify(tampered, hub.trust)).code, 1);
  assert.deepEqual(window.complaints, []);
}

test('by law', { timeout: 240_000 }, async (t) => {
  const hub = await startHub('sqlite', { regime: 'statutory' });
  t.after(() => hub.close());
  const browser = await launch();
  t.after(() => browser.close());
  for (const [screen, person] of [['phone', persons[0]], ['desktop', persons[1]]]) {
    await t.test(`at ${screen} size`, async () => {
      const window = await openWindow(browser, { screen, prefix: `activation-by-law-${screen}` });
      try {
        await byLaw(hub, window, person, `laki.${screen}@posti.example`);
      } finally {
        await window.close();
      }
    });
  }
});

async function byLaw(hub, window, person, address) {
  const { page } = window;
  await logIn(hub, page, person);
  assert.equal(new URL(page.url()).pathname, '/opened');
  await window.look('opened');
  await page.getByTestId('continue').click();
  await page.getByTestId('needs-address').waitFor();
  await window.look('banner');
  await page.getByTestId('needs-address').getByRole('link').click();
  await page.locator('#address').fill(address);
  await page.getByTestId('send-code').click();
  await page.locator('#code').fill(await codeFor(hub.mail, address));
  await page.getByTestId('verify-code').click();
  await page.goto(`${hub.baseUrl}/inbox`);
  assert.equal(await page.getByTestId('needs-address').count(), 0);
  await page.goto(`${hub.baseUrl}/settings`);
  await page.getByTestId('withdraw-ask').click();
  await page.getByTestId('withdraw').click();
  await page.getByTestId('paper-until').waitFor();
  await window.look('on-paper');
  await page.goto(`${hub.baseUrl}/settings/history`);
  await window.look('history');
  assert.equal(await page.getByTestId('choice').count(), 4);
}
