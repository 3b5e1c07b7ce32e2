// Keeps the list of an auditor's exports true while one is being made: every five seconds the rows that changed are replaced, and a changed state is
// said aloud once. What is being typed and where the focus is stay as they are. Without this script a link shows the newest state.
'use strict';

(() => {
  const find = (id) => document.getElementById(id);
  const [list, said] = ['exports', 'exports-said'].map(find);
  const words = (row) => `${row.querySelector('h3').textContent}: ${row.querySelector('.state').textContent}`;

  /** Puts the newer row in the place of the shown one; the focus stays on what it was on, if that is still there. */
  function replace(shown, newer) {
    if (words(shown) !== words(newer)) said.textContent = words(newer);
    const focused = shown.contains(document.activeElement) && document.activeElement.dataset.testid;
    shown.replaceWith(newer);
    if (focused) (newer.querySelector(`[data-testid="${focused}"]`) ?? newer).focus();
  }

  /** Asks for the page once more. Answers whether to ask again. */
  async function renew() {
    if (document.visibilityState === 'hidden') return true;
    const answer = await fetch(location.href, { redirect: 'manual' }).catch(() => undefined);
    if (!answer || answer.status >= 500) return true;
    // Logged out: the rows stay as they are, and so does what is being typed.
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const newer of page.querySelectorAll('#exports > li')) {
      const shown = find(newer.id);
      if (shown && !shown.isEqualNode(newer)) replace(shown, document.importNode(newer, true));
    }
    return page.getElementById('renew') !== null;
  }

  function later() {
    setTimeout(async () => {
      if (await renew()) later();
      else find('renews').hidden = true;
    }, 5000);
  }

  if (!list || !find('renew')) return;
  find('renew').hidden = true;
  find('renews').hidden = false;
  later();
})();
