import { realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';

/**
 * The `files` (absolute, existing) that lie outside the directory `root` on disk: by `..`, or behind a link.
 * @param links which of them are links themselves
 */
export function escapingFiles(root: string, files: readonly string[], links: ReadonlySet<string>): string[] {
  const home = realpathSync(root);
  const directories = new Map<string, boolean>();
  const isDirectoryOutside = (directory: string): boolean => {
    const known = directories.get(directory) ?? isOutside(home, realpathSync(directory));
    directories.set(directory, known);
    return known;
  };
  return files.filter((file) =>
    links.has(file) ? isOutside(home, realpathSync(file)) : isDirectoryOutside(dirname(file)),
  );
}

function isOutside(home: string, path: string): boolean {
  const way = relative(home, path);
  return way === '..' || way.startsWith(`..${sep}`);
}
