import { lstatSync, realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';

/** The `files` (absolute, existing) that lie outside the directory `root` on disk: by `..`, or behind a link. */
export function escapingFiles(root: string, files: readonly string[]): string[] {
  const home = realpathSync(root);
  const directories = new Map<string, boolean>();
  const isDirectoryOutside = (directory: string): boolean => {
    const known = directories.get(directory) ?? isOutside(home, realpathSync(directory));
    directories.set(directory, known);
    return known;
  };
  return files.filter((file) =>
    lstatSync(file).isSymbolicLink()
      ? isOutside(home, realpathSync(file))
      : isDirectoryOutside(dirname(file)),
  );
}

function isOutside(home: string, path: string): boolean {
  const way = relative(home, path);
  return way === '..' || way.startsWith(`..${sep}`);
}
