/** The file of a package or platform that has its version. */
export const VERSION_FILE = 'VERSION';
/** The version of what has none. */
const NO_VERSION = '0.0.0';

/** A version is made of letters, digits, `.`, `+`, `_`, `~` and `-`, as it is part of names of files and images. */
export function isVersion(version: string): boolean {
  return /^[0-9A-Za-z][0-9A-Za-z.+_~-]*$/.test(version);
}

/** The version of a directory: the file VERSION, else the one in package.json, else "0.0.0". `undefined`: no such file. */
export function versionFrom(versionFile: string | undefined, packageJson: string | undefined): string {
  if (versionFile?.trim()) return versionFile.trim();
  try {
    const { version } = JSON.parse(packageJson ?? '{}') as { version?: unknown };
    return typeof version === 'string' && version !== '' ? version : NO_VERSION;
  } catch {
    return NO_VERSION; // a package.json that is not ours to judge
  }
}
