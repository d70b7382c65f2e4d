import { z } from 'zod';

/** An option of a schema, as its path from the top; "[]" is an element of a list. */
type OptionPath = readonly string[];

/**
 * The options that a user may have meant by an unknown one: of the names most like it those of the same object, else those
 * that are the least deep.
 * @param path that of the object that has the unknown option
 * @returns empty where no name is like it: where more than a third of the letters differ
 */
export function nearestOptions(schema: z.ZodType, path: OptionPath, unknown: string): string[] {
  const alike = optionsOf(schema).flatMap((option) => {
    const name = option.at(-1) ?? '';
    const parent = option.slice(0, -1);
    const isNear = parent.length === path.length && parent.every((key, index) => key === path[index]);
    const changes = changesFrom(unknown, name);
    const depth = option.filter((key) => key !== '[]').length;
    return changes === undefined ? [] : [{ option, changes, depth: isNear ? 0 : depth }];
  });
  const [best] = alike.toSorted((a, b) => a.changes - b.changes || a.depth - b.depth);
  return alike
    .filter(({ changes, depth }) => changes === best?.changes && depth === best.depth)
    .map(({ option }) => option.join('.').replaceAll('.[]', '[]'));
}

/** Every option of a schema, those of nested objects too. */
function optionsOf(schema: unknown, path: OptionPath = []): OptionPath[] {
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, inner]) => {
      return [[...path, key], ...optionsOf(inner, [...path, key])];
    });
  if (schema instanceof z.ZodArray) return optionsOf(schema.element, [...path, '[]']);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => optionsOf(option, path));
  if (schema instanceof z.ZodPipe) return optionsOf(schema.in, path);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return optionsOf(schema.unwrap(), path);
  return [];
}

/** How many letters make one name of the other; undefined when the names are not alike. */
function changesFrom(unknown: string, name: string): number | undefined {
  const limit = Math.floor(Math.max(name.length, unknown.length) / 3);
  if (Math.abs(name.length - unknown.length) > limit) return undefined;
  const changes = distance(letters(unknown), letters(name));
  return changes <= limit ? changes : undefined;
}

/** Without what camelCase, kebab-case and snake_case differ in. */
function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

/** How many letters have to be added, removed or changed (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (letter === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
