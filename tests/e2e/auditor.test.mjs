// Two auditors at work, in a real browser, with a provider that states their role: one finds a delivery, reads its time line and asks for its
// content, the other grants it; the citizen sees all of it. At the size of a phone without JavaScript, and of a desktop with it.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { launch, openWindow } from './browser.mjs';
import { eventually } from './eventually.mjs';
import { startHub, verify } from './hub.mjs';
import { persons } from './idp.mjs';
import { activate } from './mailbox.mjs';
import { pdf } from './pdf.mjs';
import { Sender } from './sender.mjs';

const [citizen, , onni, lyyli] = persons;

test('two auditors and a citizen', { timeout: 240_000 }, async (t) => {
  const hub = await startHub('sqlite', { auditors: true });
  t.after(() => hub.close());
  const browser = await launch();
  t.after(() => browser.close());
  const open = async (person, screen) => {
    const window = await openWindow(browser, { screen, scripts: screen === 'desktop', prefix: `auditor-${screen}-${person.given.split(' ')[0].toLowerCase()}` });
    await window.page.goto(`${hub.baseUrl}/`);
    await window.page.getByTestId('login').click();
    await window.page.getByRole('button', { name: person.name }).click();
    return window;
  };
  const sender = new Sender(hub);
  await sender.logIn();
  const owner = await open(citizen, 'desktop');
  await activate(hub, owner.page);
  const send = async (name, kind) => {
    const file = await sender.upload('salainen.pdf', pdf('Salainen'));
    const sent = await sender.send({
      externalId: name, recipient: citizen.hetu, title: 'Salainen otsikko', body: 'Salainen teksti', kind, attachmentId: file,
    });
    assert.equal(sent.status, 200, JSON.stringify(sent.answer));
    return sent.answer.messageId;
  };
  for (const screen of ['desktop', 'phone']) {
    const run = randomBytes(4).toString('hex');
    const opened = await send(`avoin-${run}`, 'Normal');
    const waiting = await send(`suljettu-${run}`, 'Verifiable');
    await owner.page.goto(`${hub.baseUrl}/messages/${opened}`);
    const first = await open(onni, screen);
    try {
      await t.test(`find, ask and look at ${screen} size`, () => work({ hub, screen, first, second: () => open(lyyli, screen), opened, waiting, run }));
    } catch (error) {
      console.error(`at ${first.page.url()}:\n${await first.page.content()}\nthe hub's log ends:\n${(await hub.log()).slice(-4000)}`);
      throw error;
    } finally {
      await first.close();
    }
  }
  await t.test('the owner sees each step', async () => {
    await owner.page.goto(`${hub.baseUrl}/access-log`);
    await owner.look('access-log');
    const rows = owner.page.getByTestId('access');
    for (const [text, name] of [
      ['Valvoja pyysi nähdä sisällön', onni], ['lupa nähdä sisältö 24 tunnin ajan', lyyli], ['Henkilökunta katsonut tietoja', onni],
      ['Todiste toimituksesta annettu', onni],
    ]) {
      assert.equal(await rows.filter({ hasText: text }).filter({ hasText: name.name }).count(), 2, text);
    }
  });
  await owner.close();
});

async function work({ hub, screen, first, second, opened, waiting, run }) {
  const { page } = first;
  const silent = async () => assert.ok(!/Salainen|salainen/.test(await page.content()), `${page.url()} tells what the message says`);
  await page.goto(`${hub.baseUrl}/auditor`);
  await eventually('the delivery in the list', async () => {
    await page.goto(`${hub.baseUrl}/auditor?outcome=opened&external=`);
    return (await page.getByTestId('audit-row').filter({ hasText: `avoin-${run}` }).count()) === 1 || undefined;
  });
  await first.look('list');
  await silent();
  await page.getByLabel('Viestin numero').fill(String(waiting));
  await page.locator('select[name=outcome]').selectOption('');
  await page.getByTestId('find').click();
  assert.equal(await page.getByTestId('audit-row').count(), 1);
  await page.getByTestId('audit-row').getByRole('link').click();
  await first.look('time-line');
  await silent();
  const picture = page.getByTestId('line');
  assert.equal(await picture.locator('circle').count(), 2);
  assert.match(await picture.locator('title').textContent(), /Aikajana: 2 tapahtumaa/);
  const { width } = await picture.boundingBox();
  assert.ok(width > 250, `the picture is ${width} px wide`);
  assert.equal(await page.getByTestId('step').count(), 2);

  const proof = await first.save(page.getByTestId('proof'));
  assert.equal((await verify(proof.path, hub.trust)).code, 0);

  // Asked by one, granted by the other.
  first.tolerate(/400/);
  await page.getByTestId('ask').click();
  await page.getByTestId('problems').waitFor();
  await page.getByLabel('Perustelu').fill('Kantelu 2026/17');
  await page.getByTestId('ask').click();
  await first.look('asked');
  assert.equal(await page.getByTestId('grant').count(), 0);
  const other = await second();
  await other.page.goto(`${hub.baseUrl}/auditor`);
  await other.page.getByTestId('requests').click();
  await other.look('requests');
  await other.page.getByTestId('request').filter({ hasText: String(waiting) }).getByTestId('grant').click();
  await other.look('granted');
  assert.equal(await other.page.getByTestId('look').count(), 0, 'who granted sees nothing');
  await other.close();

  await page.reload();
  await page.getByTestId('look').click();
  await first.look('content');
  assert.match(await page.getByTestId('body').innerText(), /Salainen teksti/);
  const file = await first.save(page.getByTestId('attachment'));
  assert.equal(file.name, 'salainen.pdf');
  await page.goBack();
  await page.reload();
  await first.look('time-line-after');
  assert.equal(await page.getByTestId('step').count(), 5);

  // The numbers, drawn and as a table.
  await page.goto(`${hub.baseUrl}/auditor/counts`);
  await first.look('numbers');
  await silent();
  const total = Number(await page.getByTestId('total-accepted').innerText());
  assert.ok(total >= 2, `${total} accepted`);
  assert.equal(Number(await page.getByTestId('services').locator('td').first().innerText()), total);
  assert.equal(await page.getByTestId('plot').locator('polyline').count(), 4);
  assert.equal(await page.getByTestId('numbers').locator('tbody tr').count(), 30);
  await exported({ hub, first, scripts: screen === 'desktop' });
  await page.goto(`${hub.baseUrl}/auditor/counts`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await first.picture('numbers-dark');
  await page.goto(`${hub.baseUrl}/auditor/deliveries/${waiting}`);
  await first.picture('time-line-dark');
  await page.emulateMedia({ colorScheme: 'light' });
}

// The evidence of a day as one file: asked for, waited for on the page whose list renews itself, fetched, checked, removed.
async function exported({ hub, first, scripts }) {
  const { page } = first;
  await page.goto(`${hub.baseUrl}/auditor`);
  await page.getByTestId('exports').click();
  await page.getByTestId('export-ask').click();
  await page.getByTestId('problems').waitFor();
  await first.look('exports-wrong');
  const day = await page.evaluate(() => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Helsinki' }).format(new Date()));
  await page.getByLabel('Ensimmäinen päivä').fill(day);
  await page.getByLabel('Viimeinen päivä').fill(day);
  const authority = page.locator('select[name=organisation]');
  if (await authority.count()) await authority.selectOption({ index: 1 });
  await page.getByLabel('Perustelu').fill('Tarkastus 17/2026');
  await page.getByTestId('export-ask').click();
  const row = page.getByTestId('export-row').first();
  await row.waitFor();
  await first.look('exports');
  if (scripts) {
    // Nothing but the page itself asks again, and it leaves alone what is being typed.
    await page.getByLabel('Perustelu').fill('Seuraava tarkastus');
    await row.getByTestId('export-file').waitFor({ timeout: 60_000 });
    assert.equal(await page.getByLabel('Perustelu').inputValue(), 'Seuraava tarkastus');
  } else {
    await eventually('the export', async () => {
      if (await row.getByTestId('export-file').count()) return true;
      await page.getByTestId('renew').click();
      return undefined;
    }, 60_000);
  }
  await first.look('exports-ready');
  const file = await first.save(row.getByTestId('export-file'));
  const verdict = await verify(file.path, hub.trust);
  assert.equal(verdict.code, 0, JSON.stringify(verdict));
  await row.getByTestId('export-cancel').click();
  await page.getByTestId('export-row').first().waitFor();
  assert.equal(await page.getByTestId('export-row').first().getByTestId('export-file').count(), 0);
}
