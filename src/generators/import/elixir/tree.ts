import type { PlainToken, Span, Token } from './tokens.js';

/** Tokens between two brackets, or between `do` or `fn` and `end`. */
export interface Group extends Span {
  kind: 'group';
  open: string;
  children: Node[];
  /** Its closing bracket is missing, or it contains an unmatched one. */
  broken: boolean;
}

export type Node = Token | Group;

const OPENED_BY: Record<string, string[]> = {
  ...{ ')': ['('], ']': ['['], '}': ['{'], '>>': ['<<'] },
  end: ['do', 'fn'],
};
/** Operators that an expression can begin with: a line that does so is a new one. */
const PREFIXES = ['+', '-', '!', '^', '&', '@', '%', '~~~'];

/**
 * Puts tokens into the brackets that they stand in. Line ends are kept only where they end an expression: in blocks
 * and at the top. However the brackets are, this is one pass.
 */
export function treeOf(tokens: readonly Token[]): Node[] {
  const top: Group = { kind: 'group', open: '', children: [], broken: false, start: 0, end: 0 };
  const stack = [top];
  const depths = new Map<string, number>(); // how many of a kind are open
  const count = (open: string, by: number) => depths.set(open, (depths.get(open) ?? 0) + by);

  const open = ({ text, start, end }: PlainToken) => {
    const group: Group = { kind: 'group', open: text, children: [], broken: false, start, end };
    addTo(stack.at(-1)!, group);
    stack.push(group);
    count(text, 1);
  };
  const close = ({ text, end }: PlainToken) => {
    const wanted = OPENED_BY[text] ?? [];
    if (!wanted.some((kind) => depths.get(kind))) stack.at(-1)!.broken = true;
    else while (!wanted.includes(pop(end))) stack.at(-1)!.broken = true;
  };
  const pop = (end: number) => {
    const group = stack.pop()!;
    group.end = end;
    count(group.open, -1);
    return group.open;
  };
  for (const token of tokens) {
    if (token.kind === 'open') open(token);
    else if (token.kind === 'close') close(token);
    else addTo(stack.at(-1)!, token);
  }
  for (const group of stack) group.broken = true; // those that are still open
  return top.children;
}

function addTo({ open, children }: Group, node: Node): void {
  if (node.kind === 'newline') {
    const isBlock = open === '' || open === 'do' || open === 'fn';
    if (isBlock && !isOperator(children.at(-1))) children.push(node);
    return;
  }
  const continues = isOperator(node) && !PREFIXES.includes(node.text);
  while (continues && children.at(-1)?.kind === 'newline') children.pop();
  children.push(node);
}

export function isOperator(node: Node | undefined, text?: string): node is PlainToken {
  return node?.kind === 'operator' && (text === undefined || node.text === text);
}

/** The parts of a sequence between its separators; an empty part before the first or after the last does not count. */
export function split(nodes: readonly Node[], isSeparator: (node: Node) => boolean): Node[][] {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (isSeparator(node)) parts.push([]);
    else parts.at(-1)!.push(node);
  }
  return parts.filter((part) => part.length > 0);
}

export const isComma = (node: Node) => isOperator(node, ',');
export const isLineEnd = (node: Node) => node.kind === 'newline';
