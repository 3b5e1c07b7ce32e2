// The mailbox as a person keeps it in order: pages, archive, deleted messages and back, threads, the gate with a hidden title, a PDF beside
// its message, and paper. A real browser without JavaScript, at the size of a phone and a desktop.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { launch, openWindow } from './browser.mjs';
import { eventually } from './eventually.mjs';
import { activate as takeIntoUse } from './mailbox.mjs';
import { startHub } from './hub.mjs';
import { persons } from './idp.mjs';
import { pdf } from './pdf.mjs';
import { Sender } from './sender.mjs';

const SCREENSHOTS = resolve(process.env.TIEDOKSI_SCREENSHOTS ?? '../../target/e2e-screenshots');

test('the mailbox in order', { timeout: 240_000 }, async (t) => {
  const hub = await startHub('sqlite');
  t.after(() => hub.close());
  const browser = await launch();
  t.after(() => browser.close());
  for (const [screen, person] of [['phone', persons[0]], ['desktop', persons[1]]]) {
    await t.test(`at ${screen} size`, async () => {
      const window = await openWindow(browser, { screen, prefix: `mailbox-${screen}` });
      try {
        await keepInOrder({ hub, window, person, screen });
      } catch (error) {
        console.error(`at ${window.page.url()}:\n${await window.page.content()}\nthe hub's log ends:\n${(await hub.log()).slice(-4000)}`);
        throw error;
      } finally {
        await window.close();
      }
    });
  }
});

async function activate({ hub, page, person }) {
  await page.goto(`${hub.baseUrl}/`);
  await page.getByTestId('login').click();
  await page.getByRole('button', { name: person.name }).click();
  await takeIntoUse(hub, page);
}

async function keepInOrder({ hub, window, person, screen }) {
  const { page } = window;
  await hub.hideTitles(false);
  await activate({ hub, page, person });
  const sender = new Sender(hub);
  await sender.logIn();
  const send = async (number, rest) => {
    const sent = await sender.send({
      externalId: `${screen}-${number}`, recipient: person.hetu, title: `Tiedote ${number}`, body: 'Katutöitä keskustassa.', kind: 'Normal', ...rest,
    });
    assert.equal(sent.status, 200, JSON.stringify(sent.answer));
    return sent.answer.messageId;
  };
  for (let number = 1; number <= 23; number += 1) await send(number);
  const decision = await send(24, {
    title: 'Rakennuslupapäätös 2026-114', body: 'Lupa myönnetään.', kind: 'Verifiable',
    attachmentId: await sender.upload('Rakennuslupapäätös 2026-114.pdf', pdf('Paatos 2026-114')),
  });
  const rows = () => page.getByTestId('inbox-row');
  const titles = () => page.locator('.subject a').allInnerTexts();

  // Pages, forward and back.
  await page.goto(`${hub.baseUrl}/inbox`);
  await window.look('inbox');
  assert.equal(await rows().count(), 20);
  const first = await titles();
  await page.getByTestId('next-page').click();
  assert.equal(await rows().count(), 4);
  await window.look('second-page');
  await page.getByTestId('previous-page').click();
  assert.deepEqual(await titles(), first);

  // Two are archived by their boxes, with the keyboard; and that is undone.
  for (const number of [23, 22]) {
    await page.getByLabel(`Valitse viesti: Tiedote ${number}`).focus();
    await page.keyboard.press('Space');
  }
  await window.picture('ticked');
  await page.getByTestId('file-archive').click();
  await window.look('archived');
  assert.match(await page.getByTestId('filed').innerText(), /2 viestiä on siirretty arkistoon/);
  await page.getByRole('link', { name: 'Arkisto', exact: true }).click();
  assert.deepEqual(await titles(), ['Tiedote 23', 'Tiedote 22']);
  await window.look('archive');
  await page.goBack();
  await page.getByTestId('undo').click();
  assert.match(await page.getByTestId('filed').innerText(), /2 viestiä on palautettu arkistosta/);
  assert.deepEqual(await titles(), first);

  // Nothing ticked is told; everything ticked is deleted, all but what waits for its receipt.
  await page.goto(`${hub.baseUrl}/inbox`);
  await page.getByTestId('file-delete').click();
  assert.match(await page.getByTestId('not-filed').innerText(), /Valitse ensin/);
  await page.getByTestId('select-all').click();
  assert.equal(await page.locator('.pick input:checked').count(), 20);
  await page.getByTestId('file-delete').click();
  await window.look('all-deleted');
  assert.match(await page.getByTestId('filed').innerText(), /19 viestiä on poistettu/);
  assert.match(await page.getByTestId('not-filed').innerText(), /Yhtä viestiä ei poistettu/);
  assert.equal(await rows().count(), 5);
  await page.getByRole('link', { name: 'Poistetut', exact: true }).click();
  assert.equal(await page.getByTestId('removed-on').count(), 19);
  await window.look('deleted');
  await page.locator('.subject a').first().click();
  await page.getByTestId('in-deleted').waitFor();
  await window.look('deleted-message');
  await page.getByTestId('file-restore').click();
  assert.match(await page.getByTestId('filed').innerText(), /palautettu sinne, missä se oli/);

  // The gate hides the title when its service wishes so.
  await hub.hideTitles(true);
  await page.goto(`${hub.baseUrl}/inbox`);
  await eventually('the title is hidden', async () => {
    await page.reload();
    return !(await page.content()).includes('Rakennuslupapäätös') || undefined;
  });
  await window.look('hidden-title');
  await page.getByRole('link', { name: 'Todisteellisesti tiedoksi annettava asiakirja' }).click();
  await window.look('gate');
  assert.ok(!(await page.content()).includes('Rakennuslupapäätös'));
  await page.getByTestId('confirm').click();
  await window.look('confirmed');
  assert.equal(await page.locator('h1').innerText(), 'Rakennuslupapäätös 2026-114');
  await page.getByTestId('last-day').waitFor();
  await page.goto(`${hub.baseUrl}/inbox`);
  assert.equal(await page.getByTestId('row-last-day').count(), 6);

  // A thread: answered, and answered again.
  await page.goto(`${hub.baseUrl}/messages/${decision}`);
  await page.getByTestId('reply').click();
  await page.locator('[name=body]').fill('Milloin työt saa aloittaa?');
  await page.getByTestId('reply-send').click();
  const question = Number(new URL(page.url()).pathname.split('/').at(-1));
  await send(25, { title: 'Vastaus kysymykseesi', body: 'Heti.', inReplyTo: question });
  await page.goto(`${hub.baseUrl}/messages/${decision}`);
  await page.getByTestId('thread').locator('summary').click();
  assert.equal(await page.getByTestId('thread-row').count(), 3);
  await window.look('thread');
  await page.goto(`${hub.baseUrl}/messages/${decision}/thread`);
  await window.look('thread-page');

  // The PDF beside the message, where there is room for both.
  await page.goto(`${hub.baseUrl}/messages/${decision}`);
  const link = page.getByTestId('open-beside');
  assert.equal(await link.isVisible(), screen === 'desktop');
  if (screen === 'desktop') {
    await link.click();
    const frame = page.getByTestId('beside');
    await frame.waitFor();
    const message = await page.locator('article').boundingBox();
    const file = await frame.boundingBox();
    assert.ok(file.x >= message.x + message.width && file.width > 400, 'they stand side by side');
    assert.ok((await page.getByTestId('body').innerText()).includes('Lupa myönnetään.'));
    const address = page.url();
    await page.getByTestId('close-beside').click();
    assert.equal(await page.getByTestId('beside').count(), 0);
    await pdfIsDrawn({ window, address });
  }

  // On paper: the message, its receipt and its dates with their reasons; nothing to press.
  await page.emulateMedia({ media: 'print' });
  for (const id of ['receipt', 'body', 'last-day']) assert.ok(await page.getByTestId(id).isVisible(), `${id} is printed`);
  assert.ok(await page.locator('.deadline details ol').first().isVisible(), 'the reasons are printed');
  for (const id of ['proof', 'file-archive', 'thread']) assert.ok(!(await page.getByTestId(id).isVisible()), `${id} is not printed`);
  await page.emulateMedia({ media: null });
  const printed = await page.pdf({ format: 'A4' });
  assert.equal(printed.subarray(0, 5).toString(), '%PDF-');
  await mkdir(SCREENSHOTS, { recursive: true });
  await writeFile(join(SCREENSHOTS, `mailbox-${screen}-printed.pdf`), printed);
  assert.deepEqual(window.complaints, []);
}

/** Switching scripts off by the debugger switches off the browser's own PDF viewer too, which no setting of a person's does: so it is on here. */
async function pdfIsDrawn({ window, address }) {
  const other = await openWindow(window.context.browser(), { screen: 'desktop', prefix: 'mailbox-desktop-viewer', scripts: true });
  try {
    await other.context.addCookies(await window.context.cookies());
    await other.page.goto(address);
    await eventually('the viewer has the file', async () => {
      const files = other.page.frames().filter((one) => one.url().includes('/attachments/'));
      return files.length >= 2 || undefined;
    });
    // The viewer draws after it has the file.
    await new Promise((done) => setTimeout(done, 1_000));
    await other.look('pdf-beside');
  } finally {
    await other.close();
  }
}
