// Waiting for what happens after an act's own answer (sealing), and for nothing else.

import assert from 'node:assert/strict';

/** Asks again until there is an answer; `patience` in milliseconds. */
export async function eventually(what, ask, patience = 15_000) {
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    assert.ok(Date.now() < deadline, `waited in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
