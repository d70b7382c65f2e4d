import { type Group, isComma, isLineEnd, isOperator, type Node, split } from './tree.js';

/** What an attribute or a function without arguments stands for. */
export interface Definition {
  start: number;
  /** The expression of its value; undefined where it has none that can be read. */
  value: readonly Node[] | undefined;
  /** Why there is none. */
  why?: string;
  /** Other expressions come before that of the value: a bare name in it may be a variable of theirs. */
  hasVariables?: boolean;
}

/** The attributes and the functions of a module by name, each in the order of the source. */
export interface Module {
  attributes: Map<string, Definition[]>;
  functions: Map<string, Definition[]>;
}

/** Nobody nests blocks deeper. */
const MAX_DEPTH = 20;

/** The first module at the top of a source that has the function `project`: what Mix takes. */
export function findProject(nodes: readonly Node[]): Module | undefined {
  for (const statement of split(nodes, isLineEnd)) {
    const block = blockOf(statement);
    if (!isName(statement[0], 'defmodule') || !block) continue;
    const module: Module = { attributes: new Map(), functions: new Map() };
    collect(block.children, module, 0);
    if (module.functions.has('project')) return module;
  }
  return undefined;
}

/** What stands in a block (`if ... do`) is defined conditionally. */
function collect(nodes: readonly Node[], module: Module, depth: number): void {
  for (const statement of split(nodes, isLineEnd)) {
    const found = attribute(statement) ?? definedFunction(statement);
    if (found) {
      const on = depth === 0 ? {} : { value: undefined, why: 'defined conditionally' };
      const known = module[found.kind].get(found.name);
      if (!known) module[found.kind].set(found.name, [{ ...found.definition, ...on }]);
      else known.push({ ...found.definition, ...on });
      continue;
    }
    const block = isName(statement[0], 'defmodule') ? undefined : blockOf(statement);
    if (block && depth < MAX_DEPTH) collect(block.children, module, depth + 1);
  }
}

interface Found {
  kind: keyof Module;
  name: string;
  definition: Definition;
}

/** `@name value` */
function attribute([at, name, ...value]: readonly Node[]): Found | undefined {
  if (!isOperator(at, '@') || name?.kind !== 'name' || value.length === 0) return undefined;
  if (value[0]!.start === name.end && value[0]!.kind === 'group' && value[0]!.open === '[') return undefined;
  return { kind: 'attributes', name: name.text, definition: { start: at.start, value } };
}

/** `def name do ... end`, `defp name(), do: ...`; one with arguments goes by `name(...)`, as it is another function. */
function definedFunction(statement: readonly Node[]): Found | undefined {
  const [keyword, name, ...rest] = statement;
  if (!['def', 'defp'].some((text) => isName(keyword, text)) || name?.kind !== 'name') return undefined;
  const parentheses = rest[0]?.kind === 'group' && rest[0].open === '(' ? rest[0] : undefined;
  const hasArguments = parentheses !== undefined && parentheses.children.length > 0;
  const definition = { start: keyword!.start, ...bodyOf(parentheses ? rest.slice(1) : rest) };
  return { kind: 'functions', name: hasArguments ? `${name.text}(...)` : name.text, definition };
}

function bodyOf(rest: readonly Node[]): Omit<Definition, 'start'> {
  const [first, second, ...value] = rest;
  if (first && isComma(first) && second?.kind === 'key' && second.text === 'do') return { value };
  if (rest.length !== 1 || first?.kind !== 'group' || first.open !== 'do')
    return { value: undefined, why: 'a function in an unsupported form' };
  if (first.broken) return { value: undefined, why: 'a function whose brackets do not match' };
  if (first.children.some((node) => CLAUSES.some((text) => isName(node, text))))
    return { value: undefined, why: 'a function that may fail' };
  const statements = split(first.children, isLineEnd);
  return { value: statements.at(-1) ?? [], hasVariables: statements.length > 1 };
}

const CLAUSES = ['rescue', 'catch', 'else', 'after'];

function blockOf(statement: readonly Node[]): Group | undefined {
  const last = statement.at(-1);
  return last?.kind === 'group' && last.open === 'do' ? last : undefined;
}

function isName(node: Node | undefined, text: string): boolean {
  return node?.kind === 'name' && node.text === text;
}
