// Every page, in every language, held to axe-core and html-validate: each page in each of its states (the samples that the program's own
// tests render, TIEDOKSI_PAGE_SAMPLES), and whatever the links of a running demo lead to.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { launch, openWindow } from './browser.mjs';
import { accessibilityFaults, markupFaults } from './checks.mjs';
import { demoFolder, startDemo } from './demo.mjs';

const SAMPLES = resolve(process.env.TIEDOKSI_PAGE_SAMPLES ?? '../../target/page-samples');
const LANGUAGES = ['fi', 'sv', 'en'];

/** Where a link of a page leads that a person reads as a page: no file, no way in or out, no switch of the language. */
const isPage = (path) => !/^\/(auth|docs|api-docs|demo-idp|assets|log|health)\b|\.(zip|json|yaml|pdf)$|\/(proof|bundle|receipt|attachments)\b|\/export\/|[?&]lang=/.test(path);
/** Addresses that differ only by what they name are one kind of page. */
const kindOf = (path) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}').replace(/\d+/g, '{n}').replace(/=[^&]*/g, '=');
const MOST_OF_A_KIND = 2;

test('every page in the browser', { timeout: 900_000 }, async (t) => {
  const folder = await demoFolder();
  t.after(folder.remove);
  const demo = await startDemo(folder.data);
  t.after(() => demo.stop());
  const record = JSON.parse(await readFile(join(folder.data, 'demo.json'), 'utf8'));
  const browser = await launch();
  t.after(() => browser.close());

  await t.test('with a style sheet that is whole', async () => {
    const window = await openWindow(browser, { screen: 'phone', prefix: 'style', scripts: true });
    await window.page.goto(`${record.baseUrl}/`);
    // Nothing is nested in a rule, so that one whose end was lost, and with it all that follows, is seen.
    const { rules, nested } = await window.page.evaluate(() => {
      const all = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
      const styles = (rule) => (rule instanceof CSSStyleRule ? [rule] : [...(rule.cssRules ?? [])].flatMap(styles));
      return { rules: all.length, nested: all.flatMap(styles).filter((rule) => rule.cssRules.length > 0).map((rule) => rule.selectorText) };
    });
    await window.close();
    assert.deepEqual(nested, []);
    assert.ok(rules > 100, `${rules} rules`);
  });

  await t.test('in every state', async () => {
    const names = (await readdir(SAMPLES)).filter((name) => name.endsWith('.html')).sort();
    for (const language of LANGUAGES) {
      assert.ok(names.filter((name) => name.endsWith(`.${language}.html`)).length >= 30, `samples in ${language}`);
    }
    for (const colorScheme of ['light', 'dark']) {
      const window = await openWindow(browser, { screen: 'phone', prefix: `sample-${colorScheme}`, scripts: true });
      await window.page.emulateMedia({ colorScheme });
      await window.page.route('**/samples/*', async (route) => {
        const name = new URL(route.request().url()).pathname.split('/').at(-1);
        await route.fulfill({ contentType: 'text/html; charset=utf-8', body: await readFile(join(SAMPLES, name), 'utf8') });
      });
      const faults = [];
      // The colours do not depend on the language.
      for (const name of names.filter((it) => colorScheme === 'light' || it.endsWith('.fi.html'))) {
        if (colorScheme === 'light') {
          faults.push(...(await markupFaults(await readFile(join(SAMPLES, name), 'utf8'))).map((fault) => `${name}: ${fault}`));
        }
        await window.page.goto(`${record.baseUrl}/samples/${name}`);
        faults.push(...(await accessibilityFaults(window.page)).map((fault) => `${name} (${colorScheme}): ${fault}`));
      }
      await window.close();
      assert.deepEqual(faults, []);
    }
  });

  await t.test('wherever the links lead', async () => {
    const faults = [];
    const kinds = new Set();
    for (const person of record.persons) {
      const window = await openWindow(browser, { screen: 'desktop', prefix: `crawl-${record.persons.indexOf(person)}`, scripts: true });
      const { page } = window;
      // What differs by language is in the samples; here one person walks in all three.
      for (const language of person === record.persons[0] ? LANGUAGES : ['fi']) {
        await page.goto(`${record.baseUrl}/auth/login?login_hint=${encodeURIComponent(person.id)}&lang=${language}`);
        await page.goto(`${record.baseUrl}/inbox?lang=${language}`);
        await walk(page, record.baseUrl, { language, faults, kinds });
        assert.deepEqual(window.complaints.splice(0), [], `${person.name}, ${language}`);
      }
      await window.close();
    }
    assert.deepEqual(faults, []);
    t.diagnostic(`${kinds.size} kinds of pages: ${[...kinds].sort().join(' ')}`);
  });
});

/** Opens every page that can be reached by links from the one shown, at most a few of a kind. */
async function walk(page, base, { language, faults, kinds }) {
  const counts = new Map();
  const seen = new Set();
  const waiting = [page.url().slice(base.length).replace(/\?.*/, '')];
  while (waiting.length > 0) {
    const path = waiting.shift();
    if (seen.has(path)) continue;
    seen.add(path);
    const kind = kindOf(path);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (counts.get(kind) > MOST_OF_A_KIND) continue;
    kinds.add(kind);
    const response = await page.goto(base + path);
    const where = `${path} (${language})`;
    if (response.status() !== 200 || !response.headers()['content-type'].startsWith('text/html')) {
      faults.push(`${where}: ${response.status()} ${response.headers()['content-type']}`);
      continue;
    }
    const lang = await page.evaluate(() => document.documentElement.lang);
    if (lang !== language) faults.push(`${where}: in ${lang}`);
    faults.push(...(await markupFaults(await response.text())).map((fault) => `${where}: ${fault}`));
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${where}: ${fault}`));
    const links = await page.evaluate(() => [...document.links].map((link) => link.href));
    for (const link of links.filter((it) => it.startsWith(`${base}/`))) {
      const next = link.slice(base.length).replace(/#.*/, '');
      if (isPage(next)) waiting.push(next);
    }
  }
}
