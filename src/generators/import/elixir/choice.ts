import type { QuotedToken } from './tokens.js';
import { type Group, isLineEnd, isOperator, type Node, split } from './tree.js';

/** A list that has something where a variable of the caller is set, and nothing where it is not. */
export interface Choice {
  /** The variable: "BR2_PRIMARY_SITE". */
  variable: string;
  /** What its value is called in the expression. */
  name: string;
  /** The expression of the list. */
  value: readonly Node[];
}

/**
 * The idiom of the official systems:
 * `case System.get_env("X") do nil -> []; x -> ["X=#{x}"] end`, `if x = System.get_env("X") do ["X=#{x}"] else [] end`.
 */
export function choiceOf(nodes: readonly Node[]): Choice | undefined {
  const [keyword, ...rest] = nodes;
  const block = rest.pop();
  if (keyword?.kind !== 'name' || block?.kind !== 'group' || block.open !== 'do' || block.broken)
    return undefined;
  if (keyword.text === 'case') return ofCase(rest, block);
  return keyword.text === 'if' ? ofIf(rest, block) : undefined;
}

/** Names that no value gets. */
const LITERALS = ['nil', 'true', 'false', '_'];

function ofCase(subject: readonly Node[], { children }: Group): Choice | undefined {
  const variable = variableOf(subject);
  const clauses = split(children, isLineEnd).map(clauseOf);
  const last = clauses.pop();
  const name =
    last?.pattern.kind === 'name' && !LITERALS.includes(last.pattern.text) ? last.pattern.text : undefined;
  const isElseNothing = clauses.length > 0 && clauses.every((clause) => clause && isUnset(clause));
  if (variable === undefined || name === undefined || !last || !isElseNothing) return undefined;
  return { variable, name, value: last.value };
}

interface Clause {
  pattern: Node;
  value: readonly Node[];
}

/** `pattern -> value` */
function clauseOf([pattern, arrow, ...value]: readonly Node[]): Clause | undefined {
  const isPlain = pattern && isOperator(arrow, '->') && value.length > 0;
  return isPlain && !value.some((node) => isOperator(node, '->')) ? { pattern, value } : undefined;
}

/** `nil -> []`; `"" -> []` is what we do anyway. */
function isUnset({ pattern, value }: Clause): boolean {
  const isNothing = pattern.kind === 'name' ? pattern.text === 'nil' : textOf(pattern) === '';
  return isNothing && isEmptyList(value);
}

function ofIf([name, equals, ...subject]: readonly Node[], { children }: Group): Choice | undefined {
  const variable = variableOf(subject);
  const at = children.findIndex((node) => node.kind === 'name' && node.text === 'else');
  const [value, ...more] = split(children.slice(0, at), isLineEnd);
  const otherwise = split(children.slice(at + 1), isLineEnd);
  const isElseNothing = at > 0 && otherwise.length === 1 && isEmptyList(otherwise[0] ?? []);
  if (name?.kind !== 'name' || !isOperator(equals, '=') || variable === undefined) return undefined;
  return isElseNothing && value && more.length === 0 ? { variable, name: name.text, value } : undefined;
}

/** `System.get_env("X")` */
function variableOf(nodes: readonly Node[]): string | undefined {
  const [module, dot, call, parentheses, ...more] = nodes;
  const isCall = module?.kind === 'alias' && module.text === 'System' && isOperator(dot, '.');
  if (!isCall || call?.kind !== 'name' || call.text !== 'get_env' || more.length > 0) return undefined;
  if (parentheses?.kind !== 'group' || parentheses.open !== '(' || parentheses.children.length !== 1)
    return undefined;
  const text = textOf(parentheses.children[0]!);
  return text !== undefined && /^[A-Za-z_]\w*$/.test(text) ? text : undefined;
}

function textOf(node: Node): string | undefined {
  if (node.kind !== 'quoted' || node.form !== 'text') return undefined;
  const { parts }: QuotedToken = node;
  return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
}

function isEmptyList([list, ...more]: readonly Node[]): boolean {
  return list?.kind === 'group' && list.open === '[' && list.children.length === 0 && more.length === 0;
}
