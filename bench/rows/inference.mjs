// Row 12: what the plugin's inference adds to Nx's own start, without the daemon, for 10 to 1,000 projects.
import { benchOptions, TRIVIAL_ARCHIVE } from '../support/package.mjs';
import { comparePair } from '../support/pairs.mjs';
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
    const [own, peer] = [benchWorkspace(files), benchWorkspace(files, { plugin: false })];
    const list = async ({ nx }) => {
      const { stdout } = await nx('show', 'projects', '--json');
      if (JSON.parse(stdout).length !== size) throw new Error(stdout);
    };
    try {
      await list(own);
      await list(peer);
      yield await comparePair({
        ...{ row: '12', what: `\`nx show projects\`, ${size} projects`, peer: 'without the plugin' },
        ...{ series: 'nx show projects', size, rounds: long ? 11 : 5 },
        bar: most === undefined ? undefined : { by: 'more for each', most },
        ours: () => list(own),
        theirs: () => list(peer),
      });
    } finally {
      own.remove();
      peer.remove();
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
