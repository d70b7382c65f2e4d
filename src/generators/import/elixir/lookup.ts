import type { Definition, Module } from './definitions.js';

/** The definition that a name leads to, or why there is none that counts. */
export type Found = Definition | { why: string };

/** The last value that an attribute got before it is used. */
export function findAttribute({ attributes }: Module, name: string, usedAt: number): Found {
  const definition = attributes.get(name)?.findLast(({ start }) => start < usedAt);
  return definition ?? { why: 'not defined here' };
}

/** A function without arguments. */
export function findFunction({ functions }: Module, name: string): Found {
  const [definition, ...more] = functions.get(name) ?? [];
  if (more.length > 0) return { why: 'defined more than once' };
  if (definition) return definition;
  const isOther = functions.has(`${name}(...)`);
  return { why: isOther ? 'a function with arguments' : 'not defined here' };
}
