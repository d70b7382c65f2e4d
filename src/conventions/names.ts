/** "scope-x" for "@scope/x": a project's name where a slash cannot stand, in paths and in names of images. */
export function withoutScope(project: string): string {
  return project.replace(/^@/, '').replaceAll('/', '-');
}

/** A package's name made of its project's, as far as it can be. */
export function packageNameOf(project: string): string {
  return withoutScope(project).replaceAll(/[^A-Za-z0-9_.-]+/g, '-');
}

/** Docker's volume names and the container's paths are made of it: letters, digits, `_`, `.`, `-`. */
export function isPackageName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name) && name !== 'platform';
}
