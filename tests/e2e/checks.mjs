// What every page is held to by tools that nobody here wrote: axe-core for accessibility, html-validate for the markup.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { HtmlValidate } from 'html-validate';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// The standard rules, but for three matters of taste in which the templates differ: white space, the spelling of void elements and of the
// type of buttons that send their form.
const markup = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: {
    'no-trailing-whitespace': 'off', 'void-style': 'off', 'no-implicit-button-type': 'off', 'long-title': 'off', 'no-raw-characters': 'off',
  },
});

/** What the markup of a page breaks, a line each. */
export async function markupFaults(html) {
  const { results } = await markup.validateString(html);
  return results.flatMap((result) => result.messages.map((one) => `${one.ruleId}: ${one.message} (line ${one.line})`));
}

/** What axe-core finds on the page that the browser shows: every rule of WCAG 2.0 to 2.2 A and AA, the one that is off by default too, and the best practices. */
export async function accessibilityFaults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
    resultTypes: ['violations'], rules: { 'target-size': { enabled: true } },
  }));
  return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)} ${node.any[0]?.message ?? ''}`));
}
