// Acting for another in a real browser: choosing after login, the strip that says for whom, granting and revoking, and sessions.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { launch, openWindow } from './browser.mjs';
import { demoFolder, startDemo } from './demo.mjs';

const LIISA = '030694W9024';
const KAARLO = '010594Y9032';
const AINO = '010594Y9021';
const EINO = '020594X903P';

test('acting for a company, a child and another person', { timeout: 180_000 }, async (t) => {
  const folder = await demoFolder();
  t.after(folder.remove);
  const demo = await startDemo(folder.data);
  t.after(() => demo.stop());
  assert.match(demo.printed, /guardian of a child/);
  const { baseUrl } = JSON.parse(await readFile(join(folder.data, 'demo.json'), 'utf8'));
  const browser = await launch();
  t.after(() => browser.close());

  for (const screen of ['phone', 'desktop']) {
    const enter = async (id, name) => {
      const window = await openWindow(browser, { screen, prefix: `agents-${screen}-${name}` });
      await window.page.goto(`${baseUrl}/auth/login?login_hint=${id}`);
      return window;
    };

    // Who may act for others chooses first; the strip says for whom, on every page.
    const liisa = await enter(LIISA, 'liisa');
    assert.equal(new URL(liisa.page.url()).pathname, '/acting');
    await liisa.look('choice');
    assert.equal(await liisa.page.getByTestId('acting-choice').count(), 2);
    await liisa.page.getByTestId('acting-choice').filter({ hasText: 'Laineen Puu Oy' }).getByTestId('act-for').click();
    assert.equal(new URL(liisa.page.url()).pathname, '/inbox');
    await liisa.look('company-inbox');
    assert.match(await liisa.page.getByTestId('acting-for').innerText(), /Laineen Puu Oy/);
    await liisa.page.getByTestId('inbox-row').getByRole('link').first().click();
    await liisa.look('company-message');
    await liisa.page.getByTestId('reply').click();
    await liisa.page.locator('[name=title]').fill('Mittaukset');
    await liisa.page.locator('[name=body]').fill('Tulokset toimitetaan marraskuussa.');
    await liisa.page.getByTestId('reply-send').click();
    await liisa.page.getByTestId('receipt').first().waitFor();

    // Switched to another person: the owner decides, so there are no settings.
    await liisa.page.getByTestId('switch').click();
    await liisa.look('switch');
    await liisa.page.getByTestId('acting-choice').filter({ hasText: 'Helmi Nieminen' }).getByTestId('act-for').click();
    await liisa.look('mandate-inbox');
    assert.equal(await liisa.page.locator('a[href="/settings"]').count(), 0);
    await liisa.page.getByTestId('switch').click();
    await liisa.page.getByTestId('act-for-own').click();
    assert.equal(await liisa.page.getByTestId('acting-for').count(), 0);
    for (const language of ['sv', 'en', 'fi']) {
      await liisa.page.goto(`${baseUrl}/acting?lang=${language}`);
      await liisa.look(`choice-${language}`, language);
    }
    await liisa.close();

    const kaarlo = await enter(KAARLO, 'kaarlo');
    await kaarlo.page.getByTestId('acting-choice').filter({ hasText: 'Väinö Salo' }).getByTestId('act-for').click();
    await kaarlo.page.getByTestId('inbox-row').getByRole('link').first().click();
    await kaarlo.look('child-message');
    await kaarlo.close();

    // An owner grants: first with something to mend, then well; and revokes.
    const aino = await enter(AINO, 'aino');
    await aino.page.goto(`${baseUrl}/settings`);
    await aino.look('settings');
    await aino.page.getByTestId('mandates').click();
    await aino.look('mandates-before');
    await aino.page.getByTestId('grant').click();
    await aino.look('grant');
    // The answer to a form with something to mend is 422, which this browser writes to its console.
    aino.tolerate(/\b422\b/);
    await aino.page.locator('[name=agent]').fill('x');
    await aino.page.getByTestId('grant-send').click();
    await aino.picture('grant-wrong');
    assert.equal(await aino.page.locator('.summary a').count(), 3);
    await aino.page.locator('[name=agent]').fill(EINO);
    await aino.page.locator('[name=name]').fill('Eino Korhonen');
    await aino.page.locator('#scope-some').check();
    await aino.page.locator('#organisation-1').check();
    await aino.page.locator('[name=until]').fill('2099-12-31');
    await aino.page.getByTestId('grant-send').click();
    await aino.look('granted');
    await aino.page.getByTestId('mandate').filter({ hasText: 'Eino Korhonen' }).waitFor();

    // While the agent has a page open, the mandate is revoked: nothing more is shown.
    const eino = await enter(EINO, 'eino');
    await eino.page.getByTestId('acting-choice').filter({ hasText: 'Aino Virtanen' }).getByTestId('act-for').click();
    await eino.look('limited-inbox');
    await aino.page.getByTestId('revoke').click();
    await aino.look('revoked');
    await eino.page.getByTestId('inbox-row').getByRole('link').first().click();
    await eino.page.getByTestId('acting-ended').waitFor();
    await eino.look('ended');
    await eino.close();

    const second = await enter(AINO, 'aino-again');
    await aino.page.goto(`${baseUrl}/sessions`);
    await aino.look('sessions');
    assert.equal(await aino.page.getByTestId('this-session').count(), 1);
    await aino.page.getByTestId('end-others').click();
    await aino.look('sessions-ended');
    await second.page.goto(`${baseUrl}/inbox`);
    assert.notEqual(new URL(second.page.url()).pathname, '/inbox');
    await second.close();
    await aino.close();
  }

  // A mandate that the holder does not want: given up, after a page that says what that means.
  const liisa = await openWindow(browser, { screen: 'phone', prefix: 'agents-renounce' });
  await liisa.page.goto(`${baseUrl}/auth/login?login_hint=${LIISA}`);
  assert.equal(await liisa.page.getByTestId('renounce').count(), 1);
  const helmi = liisa.page.getByTestId('acting-choice').filter({ hasText: 'Helmi Nieminen' });
  await helmi.getByTestId('act-for').click();
  await liisa.page.getByTestId('switch').click();
  await helmi.getByTestId('renounce').click();
  const address = liisa.page.url();
  for (const language of ['sv', 'en', 'fi']) {
    await liisa.page.goto(`${address}&lang=${language}`);
    await liisa.look(`ask-${language}`, language);
  }
  await liisa.page.getByTestId('confirm-renounce').click();
  await liisa.look('done');
  assert.equal(await helmi.count(), 0);
  assert.equal(await liisa.page.getByTestId('acting-for').count(), 0);
  await liisa.close();
});
