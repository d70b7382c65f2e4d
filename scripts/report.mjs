/** Sums up steps, and fails the process when a test or a step failed. The counts stand alone on the last line. */
export function report(results) {
  const sum = (name) => results.reduce((total, result) => total + (result[name] ?? 0), 0);
  const problems = results.flatMap(({ problem }) => problem ?? []);
  for (const problem of problems) console.log(`Failed: ${problem}`);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
  if (problems.length > 0 || sum('failed') > 0) process.exitCode = 1;
}
