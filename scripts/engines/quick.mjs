import { debianMirror, hasApt } from '../apt.mjs';
import { canFault } from '../faults-tools.mjs';
import { runRow } from './run-row.mjs';

const ROW = 'docker-28.5-tls';
/** The files that have a test with the tag; one more file takes seconds to load. */
const FILES = ['build', 'image', 'shell', 'users'].map((name) => `test/engines/${name}.test.ts`);

/**
 * The tests with the tag "quick" on an engine that is newer than the machine's own, elsewhere, and reached by TLS; or a line
 * that says why not.
 * @returns {Promise<import('../vitest.mjs').Counts>}
 */
export async function quickRow() {
  const reason = await whyNot();
  if (reason) {
    console.log(`Left out: the tests on a second engine, a newer one behind TLS, which ${reason}.`);
    return {};
  }
  const { counts } = await runRow(ROW, { options: ['--tags-filter=quick', ...FILES], minutes: 5 });
  return { ...counts, skipped: 0 }; // those without the tag
}

async function whyNot() {
  if (!canFault()) return 'is started as root, on Linux';
  const mirror = hasApt() ? await debianMirror().catch(() => undefined) : undefined;
  return mirror ? undefined : 'is made of packages of Debian, whose mirror no apt knows here';
}
