// A real browser, Debian's Chromium, without JavaScript, and watched: whatever leaves this machine, any complaint of the
// browser (policy violations among them) and any page wider than its screen, or than 320 px (WCAG 1.4.10), fails the test.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const SCREENSHOTS = resolve(process.env.TIEDOKSI_SCREENSHOTS ?? '../../target/e2e-screenshots');

export const screens = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
};

export const launch = () => chromium.launch({
  executablePath: process.env.TIEDOKSI_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-quic', '--disable-sync', '--no-first-run'],
});

/** One citizen's window. `prefix` begins the names of its screenshots; `scripts` switches JavaScript on; `proxy` is what all requests go through. */
export async function openWindow(browser, { screen, prefix, scripts = false, proxy }) {
  const context = await browser.newContext({ ...screens[screen], javaScriptEnabled: scripts, locale: 'fi-FI', proxy });
  context.setDefaultTimeout(15_000);
  const complaints = [];
  const tolerated = [];
  const complain = (what) => {
    if (!tolerated.some((pattern) => pattern.test(what))) complaints.push(what);
  };
  context.on('request', (request) => {
    const url = new URL(request.url());
    // The browser's own PDF viewer is loaded from the browser itself; a file is on this machine.
    if (!['data:', 'file:', 'chrome:', 'chrome-extension:'].includes(url.protocol) && !/^127\.0\.0\.[12]$/.test(url.hostname)) complain(`leaves the machine: ${url}`);
  });
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complain(String(error.error())));
  context.on('response', (response) => {
    if (response.status() >= 400) complain(`${response.status()} ${response.url()}`);
  });
  const page = await context.newPage();
  let shots = 0;

  return {
    page,
    context,
    complaints,
    /** From now on the browser may complain of this: the step that comes provokes it. Complaints come some time after what they are about. */
    tolerate: (pattern) => { tolerated.push(pattern); },
    /** Takes the page's picture. */
    async picture(step) {
      await mkdir(SCREENSHOTS, { recursive: true });
      shots += 1;
      await page.screenshot({
        path: join(SCREENSHOTS, `${prefix}-${String(shots).padStart(2, '0')}-${step}.png`), fullPage: true,
      });
    },
    /** Looks at the page as a whole and takes its picture. */
    async look(step, language = 'fi') {
      await this.picture(step);
      const seen = await page.evaluate(() => ({
        lang: document.documentElement.lang,
        title: document.title,
        headings: document.querySelectorAll('h1').length,
        unlabelled: [...document.querySelectorAll('input:not([type=hidden], [type=submit]), textarea, select')]
          .filter((field) => !field.labels?.length && !field.getAttribute('aria-label')).map((field) => field.name),
      }));
      assert.equal(seen.lang, language, step);
      assert.ok(seen.title, `${step}: a page has a title`);
      assert.equal(seen.headings, 1, `${step}: a page has one first heading`);
      for (const width of [screens[screen].viewport.width, 320]) {
        await page.setViewportSize({ ...screens[screen].viewport, width });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `${step}: ${wide} px wider than a screen of ${width} px`);
      }
      await page.setViewportSize(screens[screen].viewport);
      assert.deepEqual(seen.unlabelled, [], `${step}: fields without a label`);
      assert.deepEqual(complaints, [], step);
    },
    /** Saves what a link leads to, as a person does with the browser's "save link" (here: Alt and click). */
    async save(link) {
      const [download] = await Promise.all([page.waitForEvent('download'), link.click({ modifiers: ['Alt'] })]);
      return { name: download.suggestedFilename(), path: await download.path() };
    },
    close: () => context.close(),
  };
}
