// Takes the README's pictures of a fresh demo, into docs/: node pictures.mjs, after `cargo build` (TIEDOKSI_BIN names another binary).

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { launch, openWindow } from './browser.mjs';
import { demoFolder, startDemo } from './demo.mjs';
import { pdf } from './pdf.mjs';

const DOCS = resolve('../../docs');

const folder = await demoFolder();
const demo = await startDemo(folder.data);
const browser = await launch();
try {
  const record = JSON.parse(await readFile(join(folder.data, 'demo.json'), 'utf8'));
  const person = record.persons.find((one) => one.mailbox === 'active');
  await onThePhone(record.baseUrl, person);
  await onTheDesk(record.baseUrl, person);
} finally {
  await browser.close();
  await demo.stop();
  await folder.remove();
}

async function enter(page, base, person) {
  await page.goto(`${base}/auth/login?login_hint=${encodeURIComponent(person.id)}`);
  await page.goto(`${base}/inbox?lang=en`);
}

async function onThePhone(base, person) {
  const { page, close } = await openWindow(browser, { screen: 'phone', prefix: 'picture' });
  const take = (name) => page.screenshot({ path: join(DOCS, `${name}.png`) });
  await enter(page, base, person);
  await take('inbox');
  await page.getByTestId('inbox-row').filter({ has: page.getByTestId('needs-confirmation') }).getByRole('link').first().click();
  await page.locator('h1').evaluate((heading) => heading.scrollIntoView());
  await take('gate');
  await page.getByTestId('confirm').click();
  await page.locator('h1').evaluate((heading) => heading.scrollIntoView());
  await take('receipt');
  await page.getByTestId('reply').click();
  await page.locator('[name=body]').fill('Good day,\n\nthe drawings you asked for are attached.');
  await page.locator('[name=files]').setInputFiles([{ name: 'drawings.pdf', mimeType: 'application/pdf', buffer: pdf('Drawings') }]);
  await page.getByTestId('add-files').click();
  await page.locator('h1').evaluate((heading) => heading.scrollIntoView());
  await take('draft');
  await close();
}

async function onTheDesk(base, person) {
  const { page, close } = await openWindow(browser, { screen: 'desktop', prefix: 'picture', scripts: true });
  await enter(page, base, person);
  await page.screenshot({ path: join(DOCS, 'mailbox.png') });
  await close();
}
