import { chownSync, existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { TOP } from './dependencies.mjs';
import { run } from './process.mjs';
import { withTemporary } from './temporary.mjs';

/**
 * Runs tiers of tests; gives their counts, `failures`, and in `problem` what failed without being a test.
 * @typedef {{ test: string, message: string }} Failure
 * @typedef {{ passed?: number, failed?: number, skipped?: number, failures?: Failure[], problem?: string }} Counts
 * @param {string[]} projects
 * @param {...string} args
 * @returns {Promise<Counts>}
 */
export function vitest(projects, ...args) {
  return vitestAs({}, projects, ...args);
}

/**
 * The same, as another user, in another environment, or by a command that runs it in one.
 * @param {{ uid?: number, gid?: number, env?: NodeJS.ProcessEnv, timeout?: number, within?: string[] }} as
 * @param {string[]} projects
 * @param {...string} args
 * @returns {Promise<Counts>}
 */
export function vitestAs({ within = [], ...as }, projects, ...args) {
  return withTemporary(async (dir) => {
    if (as.uid !== undefined) {
      chownSync(dir, as.uid, as.gid ?? as.uid);
      args.push('--configLoader=runner'); // the other way writes beside the modules
    }
    const report = join(dir, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const selected = projects.flatMap((name) => ['--project', name]);
    const argv = [
      ...within,
      join(TOP, 'node_modules/.bin/vitest'),
      'run',
      ...selected,
      ...reporters,
      ...args,
    ];
    const { code } = await run(argv[0], argv.slice(1), { cwd: TOP, show: true, ...as });
    const results = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
    const counts = { ...count(results), failures: failures(results) };
    const ran = counts.passed + counts.failed;
    const name = `vitest ${projects.join(', ')}`;
    if (ran === 0) return { ...counts, problem: `${name}: no test ran` };
    // A test file that does not load, or an error outside of a test.
    if (code !== 0 && counts.failed === 0) return { ...counts, problem: `${name}: exit code ${code}` };
    return counts;
  });
}

function count({ numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 }) {
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
}

/** The tests that failed, and the files that did not load, or failed in a hook. */
function failures({ testResults = [] }) {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = relative(TOP, name);
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    return [
      ...failed.map((test) => ({
        test: `${file}: ${test.fullName}`,
        message: test.failureMessages.join('\n'),
      })),
      ...(message ? [{ test: file, message }] : []),
    ];
  });
}
