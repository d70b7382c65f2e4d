import type { PackPlan, PackRule } from '../plan/pack.js';

/** An entry of the build directory that a rule matches; what is below it comes with it. */
export interface Selected {
  path: string;
  rule: PackRule;
}

/**
 * What a plan selects of the build directory. It is shown every path, a directory directly before all that is below it, as
 * find(1) lists them, and keeps only where a selection begins, and what is left out of it.
 */
export class Selection {
  readonly selected: Selected[] = [];
  /** What lies below a selected directory and is not part of it. */
  readonly leftOut: string[] = [];
  /** Of each rule, the selected entry that it was last seen in. */
  private readonly within = new Map<PackRule, string>();
  private without: string | undefined;

  constructor(private readonly plan: Pick<PackPlan, 'rules' | 'leftOut' | 'searched'>) {}

  add(path: string): void {
    if (this.without !== undefined && isIn(path, this.without)) return;
    if (this.isLeftOut(path)) {
      this.without = path;
      if ([...this.within.values()].some((above) => isIn(path, above))) this.leftOut.push(path);
      return;
    }
    for (const rule of this.plan.rules) {
      const above = this.within.get(rule);
      if ((above !== undefined && isIn(path, above)) || !rule.matches(path)) continue;
      this.within.set(rule, path);
      this.selected.push({ path, rule });
    }
  }

  /** What is above a path where the search begins is not shown. */
  private isLeftOut(path: string): boolean {
    const paths = this.plan.searched.includes(path) ? [path, ...above(path)] : [path];
    return this.plan.leftOut.some((matches) => paths.some((one) => one !== '.' && matches(one)));
  }

  /** Whether a path that was shown is part of it. */
  has(path: string): boolean {
    const isAbove = (above: string) => isIn(path, above);
    return this.selected.some((one) => isAbove(one.path)) && !this.leftOut.some(isAbove);
  }

  /** The rules that match nothing. */
  get unmatched(): PackRule[] {
    const matched = new Set(this.selected.map(({ rule }) => rule));
    return this.plan.rules.filter((rule) => !matched.has(rule));
  }
}

/** Whether a path is another one, or below it. */
export function isIn(path: string, other: string): boolean {
  return path === other || path.startsWith(`${other}/`);
}

/** The directories above a path: "a/b/c" is in "a/b", "a" and ".". */
export function above(path: string): string[] {
  const components = path.split('/');
  const directories = components.slice(1).map((_, index) => components.slice(0, index + 1).join('/'));
  return [...directories.reverse(), '.'];
}
