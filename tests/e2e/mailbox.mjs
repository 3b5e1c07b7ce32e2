// What the hub would have sent: it lays its mail into a folder, a file each.

import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from './eventually.mjs';

/** The mails to one address, oldest first. */
export async function mailsTo(folder, address) {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'));
  const mails = await Promise.all(names.map(async (name) => {
    const path = join(folder, name);
    return { at: (await stat(path)).mtimeMs, text: await readFile(path, 'utf8') };
  }));
  return mails.sort((a, b) => a.at - b.at).map(({ text }) => text).filter((text) => text.includes(`\r\nTo: ${address}\r\n`));
}

/** The code in the newest mail to an address, of which there are this many. */
export async function codeFor(folder, address, count = 1) {
  const mails = await eventually(`mail ${count} to ${address}`, async () => {
    const found = await mailsTo(folder, address);
    return found.length >= count ? found : undefined;
  });
  const mail = mails.at(-1);
  return /(?<!\d)\d{6}(?!\d)/.exec(mail.slice(mail.indexOf('\r\n\r\n')))[0];
}

/** Takes the mailbox of the person who is logged in into use: an address, the code that was mailed to it, the consent. */
export async function activate(hub, page) {
  if (new URL(page.url()).pathname !== '/activate') await page.goto(`${hub.baseUrl}/activate`);
  const address = `asukas-${randomBytes(4).toString('hex')}@posti.example`;
  await page.locator('[name=address]').last().fill(address);
  await page.getByTestId('send-code').click();
  await page.locator('[name=code]').fill(await codeFor(hub.mail, address));
  await page.getByTestId('verify-code').click();
  for (const box of await page.locator('input[type=checkbox][required]').all()) await box.check();
  await page.getByTestId('activate').click();
}
