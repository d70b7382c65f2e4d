import type { Span } from './tokens.js';
import type { Group, Node } from './tree.js';

const GROUPS: Record<string, string> = { '[': 'l', '{': 'u' };
const KINDS: Partial<Record<Node['kind'], string>> = {
  ...{ quoted: 'q', name: 'n', alias: 'A', atom: 'a', number: 'd' },
};

/**
 * A sequence as a string with one letter for each node: q quoted, n name, A alias, a atom, d number, l list, u tuple,
 * p parentheses directly after a name, g other parentheses, `.` and `@` themselves, `?` anything else.
 */
function shapeOf(nodes: readonly Node[]): string {
  return nodes.map((node, index) => letterOf(node, nodes[index - 1])).join('');
}

function letterOf(node: Node, before: Node | undefined): string {
  if (node.kind === 'group') {
    if (node.open !== '(') return GROUPS[node.open] ?? '?';
    return before?.kind === 'name' && before.end === node.start ? 'p' : 'g';
  }
  if (node.kind === 'operator') return '.@'.includes(node.text) ? node.text : '?';
  return KINDS[node.kind] ?? '?';
}

/** Whether it is one value by itself, whatever stands around it: no operator, no call without parentheses. */
export function isSingle(nodes: readonly Node[]): boolean {
  return /^(?:[qadlug]|@n|np?|A(?:\.A)*(?:\.np?)?)$/.test(shapeOf(nodes));
}

interface Named {
  /** As it is written: `f`, `Nerves.System.BR`, `Path.join`. */
  name: string;
  kind: 'local' | 'module' | 'call';
  /** Those of its arguments. */
  parentheses?: Group;
}

/** A name, the name of a module, or a call of either; undefined for anything else. */
export function nameOf(nodes: readonly Node[]): Named | undefined {
  const shape = shapeOf(nodes);
  if (!/^(?:np?|A(?:\.A)*(?:\.np?)?)$/.test(shape)) return undefined;
  const last = nodes.at(-1);
  const parentheses = last?.kind === 'group' ? last : undefined;
  const name = nodes.map((node) => ('text' in node ? node.text : '')).join('');
  const kind = shape.startsWith('n') ? 'local' : shape.includes('n') ? 'call' : 'module';
  return { name, kind, parentheses };
}

/** @param nodes at least one */
export function spanOf(nodes: readonly Node[]): Span {
  return { start: nodes[0]!.start, end: nodes.at(-1)!.end };
}
