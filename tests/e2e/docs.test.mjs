// The sender API in a browser: every operation of the description is shown, a token is tried out against this hub alone, and the
// browser has nothing to complain of.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openWindow } from './browser.mjs';
import { demoFolder, startDemo } from './demo.mjs';

/** Method and path of each operation, as the generated file lists them. */
function operationsIn(yaml) {
  const found = [];
  let path;
  for (const line of yaml.split('\n')) {
    path = /^  (\/\S*):$/.exec(line)?.[1] ?? path;
    const method = /^    (get|post|put|patch|delete):$/.exec(line)?.[1];
    if (method) found.push(`${method.toUpperCase()} ${path}`);
  }
  return found.sort();
}

test('the sender API in a browser', { timeout: 120_000 }, async (t) => {
  const folder = await demoFolder();
  t.after(folder.remove);
  const demo = await startDemo(folder.data);
  t.after(() => demo.stop());
  const record = JSON.parse(await readFile(join(folder.data, 'demo.json'), 'utf8'));
  const browser = await launch();
  t.after(() => browser.close());
  const { page, context, complaints, picture } = await openWindow(browser, { screen: 'desktop', prefix: 'docs', scripts: true });
  const asked = [];
  context.on('request', (request) => {
    if (!request.url().startsWith('data:')) asked.push(request.url());
  });

  await page.goto(`${record.baseUrl}/api-docs/`);
  await page.locator('.opblock').first().waitFor();
  await picture('operations');
  const shown = await page.locator('.opblock-summary').evaluateAll((rows) => rows.map((row) => {
    const method = row.querySelector('.opblock-summary-method').textContent;
    return `${method} ${row.querySelector('[data-path]').dataset.path}`;
  }));
  const described = operationsIn(await readFile('../../api-spec/messages-api.yaml', 'utf8'));
  assert.ok(described.length >= 9, String(described));
  assert.deepEqual(shown.sort(), described);
  assert.equal(await page.locator('select[id=servers], input.download-url-input, .online-validator-badge, img[alt="Online validator badge"]').count(), 0);

  // A token, and with it the feed: both from this hub.
  const [system] = record.systems;
  const tried = async (path, fill) => {
    const block = page.locator('.opblock').filter({ has: page.locator(`[data-path="${path}"]`) });
    await block.locator('.opblock-summary-control').click();
    await block.getByRole('button', { name: 'Try it out' }).click();
    await fill?.(block);
    await block.getByRole('button', { name: 'Execute' }).click();
    const answer = block.locator('.live-responses-table');
    await answer.waitFor();
    assert.match(await answer.locator('.response-col_status').last().innerText(), /^200/);
    return answer.innerText();
  };
  const answer = await tried('/v1/token', (block) => block.locator('textarea').first().fill(JSON.stringify({
    username: system.username, password: system.password,
  })));
  const token = /"access_token": "([^"]+)"/.exec(answer)[1];
  await page.getByRole('button', { name: 'Authorize' }).click();
  const dialog = page.locator('.dialog-ux');
  await dialog.locator('input').fill(token);
  await dialog.getByRole('button', { name: 'Apply credentials' }).click();
  await dialog.getByRole('button', { name: 'Close' }).first().click();
  assert.match(await tried('/v2/events'), /continuationToken/);
  await picture('tried');

  assert.deepEqual(complaints, []);
  assert.ok(asked.length >= 7, String(asked));
  assert.deepEqual(asked.filter((url) => !url.startsWith(`${record.baseUrl}/`)), []);
});
