// Row 12: what the plugin's inference adds to Nx's own start, without the daemon, for 10 to 1,000 projects; and what any plugin
// does, even one that does nothing: Nx starts a process for each.
import { benchOptions, TRIVIAL_ARCHIVE } from '../support/package.mjs';
import { compareAll } from '../support/pairs.mjs';
import { benchWorkspace } from '../support/workspace.mjs';

const SIZES = [
  { size: 10, most: 5 },
  { size: 100, most: undefined },
  { size: 1_000, most: 0.3 },
];

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure({ long }) {
  for (const { size, most } of SIZES) {
    const files = projects(size);
    const own = benchWorkspace(files);
    const idle = benchWorkspace(files, { plugin: 'idle' });
    const none = benchWorkspace(files, { plugin: 'none' });
    const list = async ({ nx }) => {
      const { stdout } = await nx('show', 'projects', '--json');
      if (JSON.parse(stdout).length !== size) throw new Error(stdout);
    };
    try {
      for (const workspace of [own, idle, none]) await list(workspace);
      const ours = {
        ...{ row: '12', what: `\`nx show projects\`, ${size} projects`, peer: 'without the plugin' },
        ...{ series: 'nx show projects', size, ours: () => list(own) },
        bar: most === undefined ? undefined : { by: /** @type {const} */ ('more for each'), most },
      };
      const any = {
        ...{ row: '12', what: `of which any plugin, ${size} projects: one that does nothing` },
        ...{ peer: 'without a plugin', ours: () => list(idle) },
      };
      yield* await compareAll([ours, any], { rounds: long ? 11 : 5, theirs: () => list(none) });
    } finally {
      for (const workspace of [own, idle, none]) workspace.remove();
    }
  }
}

function projects(count) {
  const options = benchOptions('/', { archive: TRIVIAL_ARCHIVE });
  const targets = { 'build-artifact': { executor: 'nx-docker-artifact:build', options } };
  const entries = Array.from({ length: count }, (_, index) => [
    [`systems/s${index}/project.json`, { name: `s${index}`, targets }],
    [`systems/s${index}/VERSION`, '1.0.0'],
  ]);
  return Object.fromEntries(entries.flat());
}
