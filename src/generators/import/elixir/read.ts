import { readCall } from './calls.js';
import { choiceOf } from './choice.js';
import type { Module } from './definitions.js';
import { type Found, findAttribute, findFunction } from './lookup.js';
import { readQuoted } from './read-quoted.js';
import { isSingle, nameOf, spanOf } from './shape.js';
import { isMadeOf, sizeOf, type Term, unread } from './terms.js';
import type { Span, Token } from './tokens.js';
import { type Group, isComma, isOperator, type Node, split, treeOf } from './tree.js';

/** What a reading of terms needs to know, and what it may cost. */
export interface Scope {
  module: Module;
  /** Trimmed content of a file, by its path from the source's directory. */
  contentOf: (path: string) => string | undefined;
  /** How much more is read: attributes that use each other could make any amount of it. */
  budget: { left: number };
  depth: number;
  /** The definitions that are being read. */
  inside: readonly Found[];
  /** A name without parentheses may be a variable, not a function. */
  hasVariables?: boolean;
  /** The name that stands for the value of a variable of the caller. */
  bound?: { name: string; variable: string };
}

const MAX_DEPTH = 60;

/**
 * Reads an expression as far as it is literal. It never throws; what it cannot read is `unread`.
 * @param nodes at least one
 */
export function read(nodes: readonly Node[], outer: Scope): Term {
  const scope = { ...outer, depth: outer.depth + 1 };
  if (scope.depth > MAX_DEPTH || scope.budget.left <= 0) return unread(spanOf(nodes), 'too much to read');
  const term = readAny(nodes, scope);
  scope.budget.left -= sizeOf(term);
  return term;
}

function readAny(nodes: readonly Node[], scope: Scope): Term {
  if (nodes.some((node) => isOperator(node, '|>'))) return readPipe(nodes, scope);
  if (nodes.some((node) => isOperator(node, '++'))) return readConcatenation(nodes, scope);
  return readSingle(nodes, scope);
}

function readSingle(nodes: readonly Node[], scope: Scope): Term {
  const span = spanOf(nodes);
  const [first, second] = nodes;
  if (isChoice(first)) return readChoice(nodes, scope);
  if (!isSingle(nodes)) return unread(span, 'not a literal');
  if (first?.kind === 'group') return readGroup(first, scope);
  if (first?.kind === 'quoted') return readQuoted(first, (tokens) => readInterpolated(tokens, scope));
  if (first?.kind === 'atom' || first?.kind === 'number')
    return { kind: first.kind, value: first.text, ...span };
  if (second?.kind === 'name' && isOperator(first, '@'))
    return readFound(findAttribute(scope.module, second.text, span.start), span, scope);
  return readNamed(nodes, [], scope);
}

const CHOICES = ['case', 'cond', 'if', 'unless', 'with', 'for', 'try'];

function isChoice(first: Node | undefined): boolean {
  return first?.kind === 'name' && CHOICES.includes(first.text);
}

/** Where a variable of the caller is not set, nothing is left of what is read: each part of it needs the value. */
function readChoice(nodes: readonly Node[], scope: Scope): Term {
  const choice = choiceOf(nodes);
  const term = choice && read(choice.value, { ...scope, bound: choice });
  return term && isMadeOf(term, choice.variable) ? term : unread(spanOf(nodes), 'decided when Mix runs');
}

function readInterpolated(tokens: readonly Token[], scope: Scope): Term | undefined {
  const nodes = treeOf(tokens).filter(({ kind }) => kind !== 'newline');
  const term = nodes.length > 0 ? read(nodes, scope) : undefined;
  if (term?.kind !== 'content') return term;
  const value = scope.contentOf(term.path);
  if (value === undefined) return unread(term, `there is no version in ${term.path}`);
  return { kind: 'text', value, file: term.path, ...spanOf(nodes) };
}

function readGroup(group: Group, scope: Scope): Term {
  const { start, end, open, children } = group;
  if (group.broken) return unread(group, 'brackets that do not match');
  if (open === '(') return children.length > 0 ? read(children, scope) : unread(group, 'not a literal');
  return { kind: open === '[' ? 'list' : 'tuple', items: readItems(children, scope), start, end };
}

function readItems(nodes: readonly Node[], scope: Scope): Term[] {
  return split(nodes, isComma).map((item) => {
    const [first, ...rest] = item;
    const key = first && keyOf(first, scope);
    if (key === undefined) return read(item, scope);
    const value = rest.length > 0 ? read(rest, scope) : unread(first!, 'a key without a value');
    return { kind: 'pair', key, value, ...spanOf(item) };
  });
}

function keyOf(node: Node, scope: Scope): string | undefined {
  if (node.kind === 'key') return node.text;
  if (node.kind !== 'quoted' || node.form !== 'key') return undefined;
  const term = readQuoted(node, (tokens) => readInterpolated(tokens, scope));
  return term.kind === 'text' ? term.value : undefined;
}

/** `first |> call |> ...`: each call gets what is before it as its first argument. */
function readPipe(nodes: readonly Node[], scope: Scope): Term {
  const [first = [], ...calls] = split(nodes, (node) => isOperator(node, '|>'));
  if (![first, ...calls].every(isSingle)) return unread(spanOf(nodes), 'not a literal');
  const term = calls.reduce((value, call) => readNamed(call, [value], scope), readSingle(first, scope));
  return { ...term, ...spanOf(nodes) };
}

/** What can be read of `list ++ list`; the rest stands in it as unread. */
function readConcatenation(nodes: readonly Node[], scope: Scope): Term {
  const operands = split(nodes, (node) => isOperator(node, '++'));
  const terms = operands.every(isSingle) ? operands.map((operand) => readSingle(operand, scope)) : [];
  if (!terms.some(({ kind }) => kind === 'list')) return unread(spanOf(nodes), 'not a literal');
  const items = terms.flatMap((term) => {
    if (term.kind === 'list') return term.items;
    return term.kind === 'unread' ? term : unread(term, 'not a list');
  });
  return { kind: 'list', items, ...spanOf(nodes) };
}

/** A name, a module or a call; `piped` are arguments from a pipe. */
function readNamed(nodes: readonly Node[], piped: readonly Term[], scope: Scope): Term {
  const span = spanOf(nodes);
  const { name, kind, parentheses } = nameOf(nodes) ?? {};
  if (!name) return unread(span, 'not a literal');
  if (kind === 'module') return { kind, value: name, ...span };
  const args = [...piped, ...readItems(parentheses?.children ?? [], scope)];
  if (kind === 'call') return readCall(name, args, span);
  if (!parentheses && args.length === 0 && name === scope.bound?.name)
    return { kind: 'variable', name: scope.bound.variable, ...span };
  if (args.length > 0)
    return unread(span, isChoice(nodes[0]) ? 'decided when Mix runs' : 'a function with arguments');
  if (!parentheses && ['true', 'false', 'nil'].includes(name)) return { kind: 'atom', value: name, ...span };
  if (!parentheses && name === '__DIR__') return { kind: 'path', value: '.', ...span };
  const mayBeVariable = scope.hasVariables && !parentheses;
  return readFound(mayBeVariable ? { why: 'a variable' } : findFunction(scope.module, name), span, scope);
}

/** What is not read is so where it is used. */
export function readFound(found: Found, span: Span, scope: Scope): Term {
  if (!('value' in found) || !found.value?.length) return unread(span, found.why ?? 'not a literal');
  if (scope.inside.includes(found)) return unread(span, 'defined in terms of itself');
  const inside = [...scope.inside, found];
  const term = read(found.value, { ...scope, inside, hasVariables: found.hasVariables, bound: undefined });
  return term.kind === 'unread' ? unread(span, term.why) : term;
}
