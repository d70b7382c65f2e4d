// Row 6: `build-artifact` where the artifact is there: the executor's own time in a fresh process, from its import to its result.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchPackage, benchRun, TRIVIAL_ARCHIVE } from '../support/package.mjs';
import { median } from '../support/pairs.mjs';

const EXECUTOR = new URL('../../dist/executors/build/executor.js', import.meta.url);

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure() {
  const { build } = await import('../../build/runner/build.js');
  const { pkg, context, workspaceRoot, remove } = await benchPackage({ archive: TRIVIAL_ARCHIVE });
  try {
    await build(pkg, { ...(await benchRun()), archived: false });
    const script = join(workspaceRoot, 'run.mjs');
    const options = context.projectsConfigurations.projects.bench?.targets?.['build-artifact']?.options;
    writeFileSync(script, scriptOf(options, { ...context, targetName: 'build-artifact' }));
    const times = Array.from({ length: 9 }, () => {
      const printed = execFileSync(process.execPath, [script], { encoding: 'utf8' });
      if (!printed.includes('already there')) throw new Error(printed);
      return Number(printed.trim().split('\n').at(-1));
    });
    yield {
      ...{
        row: '6',
        what: '`build-artifact` on a valid artifact, from import to result',
        peer: '',
        unit: 'ms',
      },
      ...{ ours: median(times), bar: { by: 'value', most: 100 } },
    };
  } finally {
    remove();
  }
}

function scriptOf(options, context) {
  return `const start = performance.now();
const { default: executor } = await import(${JSON.stringify(EXECUTOR)});
await executor(${JSON.stringify(options)}, ${JSON.stringify(context)});
console.log(performance.now() - start);
`;
}
