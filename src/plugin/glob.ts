/** A path as a glob that matches it and nothing else. Nx takes every path in inputs and outputs for a glob. */
export function escaped(path: string): string {
  return path.replace(/[[\]{}()*?!]/g, '\\$&');
}

/** Files (a glob) below a directory of the workspace, which is a path. */
export function fileset(directory: string, files: string): string {
  const path = directory.replace(/\/$/, '');
  return path === '.' ? `{workspaceRoot}/${files}` : `{workspaceRoot}/${escaped(path)}/${files}`;
}
