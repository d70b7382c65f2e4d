// Row 16: the step that makes the archive, of 300 MB that compress like a root file system: by gzip, against pigz and zstd.
import { ensureToolboxImage } from '../../scripts/images.mjs';
import { benchPackage, benchRun } from '../support/package.mjs';
import { comparePair } from '../support/pairs.mjs';

/** Programs and libraries, as a system has them; made once, in the volume. */
const CONTENT = `mkdir -p content; [ -e content/done ] || {
  for n in 1 2 3; do tar c -C / usr | head -c 100000000 >content/$n; done; touch content/done; }`;
/** As nerves_system_br's `make system` packs. */
const PACK = 'ln -sfn content $1; tar -c -z -h -f $1.tar.gz --exclude=done $1; rm $1';

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure({ long }) {
  const image = await ensureToolboxImage();
  const plain = await builder(image);
  try {
    await plain.build();
    for (const compress of /** @type {const} */ (['pigz', 'zstd'])) {
      const other = await builder(image, compress);
      try {
        await other.build();
        yield await comparePair({
          ...{ row: '16', what: `a build whose archive of 300 MB is made by ${compress}`, peer: 'gzip' },
          ...{ rounds: long ? 5 : 3, ours: other.build, theirs: plain.build },
        });
      } finally {
        other.remove();
      }
    }
  } finally {
    plain.remove();
  }
}

/**
 * A build of nothing but that archive, on the toolbox image.
 * @param {string} image
 * @param {'pigz' | 'zstd'} [compress]
 */
async function builder(image, compress) {
  const { archive } = await import('../../build/runner/archive.js');
  const { pkg, remove } = await benchPackage({ make: CONTENT, archive: PACK });
  pkg.options.build_runner_config.docker = { tag: image, pull: 'never' };
  pkg.options.build_runner_opts.compress = compress;
  return { build: async () => archive(pkg, await benchRun()), remove };
}
