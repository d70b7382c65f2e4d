import type { BuildContainer } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { nameFrom } from '../../sources/path-bytes.js';
import { PACK_DIR } from '../plan/pack.js';

/** Each ended by a NUL byte: all entries, an empty one, and those that are not files, directories or links. */
const LIST = `set -e
rm -rf ${PACK_DIR}
for path; do
  shift
  if [ -e "$path" ] || [ -L "$path" ]; then set -- "$@" "$path"; fi
done
[ $# -gt 0 ] || exit 0
find "$@" -print0
printf '\\000'
find "$@" ! -type f ! -type d ! -type l -print0`;

/**
 * Lists what is in a build directory, as root.
 * @param searched paths in it; there may be nothing at them
 * @param onEntry called for each entry, a directory directly before all that is below it; `isSpecial` once more for each that
 *   is a device, a FIFO or a socket, after all others
 * @throws ArtifactError FILE_ACCESS
 */
export async function listEntries(
  container: BuildContainer,
  workdir: string,
  searched: readonly string[],
  onEntry: (path: string, isSpecial: boolean) => void,
): Promise<void> {
  const errors: Buffer[] = [];
  let rest = Buffer.alloc(0);
  let isSpecial = false;
  const take = (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    let start = 0;
    for (let end = rest.indexOf(0); end >= 0; start = end + 1, end = rest.indexOf(0, start)) {
      const path = nameFrom(rest.subarray(start, end)).replace(/^\.\//, '');
      if (path === '') isSpecial = true;
      else if (path !== '.') onEntry(path, isSpecial);
    }
    rest = rest.subarray(start);
  };
  const argv = ['sh', '-c', LIST, 'sh', ...searched.map((path) => (path === '.' ? path : `./${path}`))];
  const tried = `list what is in ${workdir}`;
  const code = await container.exec({ argv, tried, workdir, user: '0' }, (chunks) => {
    for (const { source, data } of chunks) source === 1 ? take(data) : errors.push(data);
  });
  if (code === 0) return;
  throw new ArtifactError('FILE_ACCESS', {
    tried,
    cause: `a script in the container ended with exit code ${code}`,
    details: Buffer.concat(errors).toString().trim().split('\n').slice(-5),
    hint: 'The image needs a POSIX shell with a find that has -print0.',
  });
}
