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

/** Which run of a target it is. */
interface Task {
  project: string;
  /** The target: "archive". */
  task: string;
  pid: number | string;
  /** Nx's configuration, where it is another than the default one. */
  configuration?: string;
}

/** Who works, and since when: "alpha:archive (pid 123, since 2026-01-01T10:00:00Z)" */
export function workerText(task: Task, since: Date): string {
  return taskText(task, `, since ${since.toISOString().replace(/\.\d+Z$/, 'Z')}`);
}

/** "alpha:archive (configuration debug, pid 123)" */
export function taskText({ project, task, configuration, pid }: Task, more = ''): string {
  const which = configuration ? `configuration ${configuration}, ` : '';
  return `${project}:${task} (${which}pid ${pid}${more})`;
}
