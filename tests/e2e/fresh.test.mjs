// Confirming with a login that is too old, or of which nobody knows how old it is: the person logs in again, by the button that the gate offers
// in place of its own, and comes back to the same message. In a real browser without JavaScript, at a real provider.

import assert from 'node:assert/strict';
import test from 'node:test';
import * as jose from 'jose';
import { launch, openWindow } from './browser.mjs';
import { startHub } from './hub.mjs';
import { persons } from './idp.mjs';
import { activate } from './mailbox.mjs';
import { Sender } from './sender.mjs';

const now = () => Math.floor(Date.now() / 1000);

test('confirming takes a fresh login', { timeout: 240_000 }, async (t) => {
  const hub = await startHub('sqlite');
  t.after(() => hub.close());
  const browser = await launch();
  t.after(() => browser.close());
  const { provider } = hub;
  const sender = new Sender(hub);
  await sender.logIn();

  /** From now on the provider states another time of authentication, or none. */
  const stateAuthTime = (time) => provider.deviate(time === 'right' ? undefined : async (answer) => {
    const { auth_time: _, ...claims } = jose.decodeJwt(answer.id_token);
    const token = new jose.SignJWT(time ? { ...claims, auth_time: time } : claims);
    return { ...answer, id_token: await token.setProtectedHeader({ alg: 'RS256', kid: 'e2e-1' }).sign(provider.signingKey) };
  });

  for (const [screen, person, old] of [['phone', persons[0], () => now() - 2 * 3600], ['desktop', persons[1], () => undefined]]) {
    await t.test(`at ${screen} size`, async () => {
      const window = await openWindow(browser, { screen, prefix: `fresh-${screen}` });
      t.after(() => window.close());
      const { page } = window;
      stateAuthTime('right');
      await page.goto(`${hub.baseUrl}/auth/login`);
      await page.getByRole('button', { name: person.name }).click();
      await activate(hub, page);
      const { status, answer } = await sender.send({
        externalId: `fresh-${screen}`, recipient: person.hetu, title: 'Päätös', body: 'Salainen.', attachments: [], kind: 'Verifiable',
      });
      assert.equal(status, 200, JSON.stringify(answer));

      stateAuthTime(old());
      await page.context().clearCookies();
      await page.goto(`${hub.baseUrl}/auth/login`);
      await page.getByRole('button', { name: person.name }).click();
      await page.goto(`${hub.baseUrl}/messages/${answer.messageId}`);
      await window.look('gate');
      assert.equal(await page.getByTestId('confirm').count(), 0, 'no button that would be refused');
      await page.getByTestId('fresh-login').click();

      // A provider that answers from its own old session is not believed.
      window.tolerate(/502/);
      await page.getByRole('button', { name: person.name }).click();
      assert.notEqual(new URL(page.url()).pathname, `/messages/${answer.messageId}`);
      await page.goto(`${hub.baseUrl}/messages/${answer.messageId}`);
      assert.equal(await page.getByTestId('confirm').count(), 0);

      stateAuthTime('right');
      await page.getByTestId('fresh-login').click();
      const asked = provider.asked().at(-1);
      assert.deepEqual([asked.get('prompt'), asked.get('max_age')], ['login', '0']);
      await page.getByRole('button', { name: person.name }).click();
      assert.equal(new URL(page.url()).pathname, `/messages/${answer.messageId}`);
      assert.ok(!(await page.content()).includes('Salainen'));
      await page.getByTestId('confirm').click();
      await page.getByTestId('receipt').waitFor();
      assert.equal(await page.getByTestId('confirmed-by').innerText(), person.name);
      await window.look('confirmed');
    });
  }
});
