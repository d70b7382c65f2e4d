/**
 * Sums up steps, and fails the process when a test or a step failed. What failed is told again here, as of a long
 * log often the end alone is kept. The counts stand alone on the last line.
 * @param {import('./vitest.mjs').Counts[]} results
 */
export function report(results) {
  const sum = (name) => results.reduce((total, result) => total + (result[name] ?? 0), 0);
  const all = (name) => results.flatMap((result) => result[name] ?? []);
  for (const { test, message } of all('failures')) console.log(`Failed: ${test}\n${indent(message)}`);
  for (const problem of all('problem')) console.log(`Failed: ${problem}`);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
  if (all('problem').length > 0 || sum('failed') > 0) process.exitCode = 1;
}

/** The message of an error, and where in our own files it was thrown. */
function indent(text) {
  const lines = text.trim().split('\n');
  return lines
    .filter((line) => !/^ +at .*(node_modules|<anonymous>)/.test(line))
    .slice(0, 20)
    .map((line) => `    ${line}`)
    .join('\n');
}
