import type { z } from 'zod';
import { ArtifactError, reason } from '../errors.js';
import { nearestOptions } from './nearest.js';

/**
 * Parses the options of a target.
 * @param where the target they stand in, for the message: "alpha:build-artifact"
 * @throws ArtifactError BAD_OPTION with one line that names every bad option
 */
export function parseOptions<S extends z.ZodType>(schema: S, input: unknown, where: string): z.output<S> {
  const parsed = tryToParse(schema, input);
  if (parsed.success) return parsed.data;
  throw new ArtifactError('BAD_OPTION', {
    tried: `read the options of ${where}`,
    cause: parsed.why,
    hint: 'Correct them in project.json or on the command line; docs/options.md lists every option.',
  });
}

/** Else zod first writes and compiles a function, which takes longer than one parse. */
const ONCE = { jitless: true };

type Parsed<T> = { success: true; data: T } | { success: false; why: string };

/** zod compares the length of whatever has one, also of an object that stands for a string, and may throw at that. */
function tryToParse<S extends z.ZodType>(schema: S, input: unknown): Parsed<z.output<S>> {
  try {
    const parsed = schema.safeParse(input, ONCE);
    if (parsed.success) return parsed;
    const clauses = parsed.error.issues.flatMap((issue) => describe(issue, [], schema));
    return { success: false, why: clauses.join('; ') };
  } catch (error) {
    return { success: false, why: `an object stands where none can (${reason(error)})` };
  }
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** A clause for each option that is wrong. */
function describe(issue: Issue, parent: Path, schema: z.ZodType): string[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (key) => `unknown option "${nameOf([...path, key])}"${suggestion(path, key, schema)}`,
    );
  if (issue.code === 'invalid_union') return describeUnion(issue.errors, path, schema);
  if (issue.message.endsWith('received undefined')) return [`"${nameOf(path)}" is missing`];
  return [`"${nameOf(path)}": ${issue.message.replace(/^Invalid input: /, '')}`];
}

function suggestion(path: Path, key: string, schema: z.ZodType): string {
  const inSchema = path.map((part) => (typeof part === 'number' ? '[]' : String(part)));
  const meant = nearestOptions(schema, inSchema, key).map((option) => `"${option}"`);
  return meant.length > 0 ? ` (did you mean ${meant.join(' or ')}?)` : '';
}

/** Of a union's alternatives, which differ in kind, the one of the value's kind is what the user meant. */
function describeUnion(alternatives: Issue[][], path: Path, schema: z.ZodType): string[] {
  const meant = alternatives.find((issues) => !issues.some(isOtherType));
  if (meant) return meant.flatMap((issue) => describe(issue, path, schema));
  const wrong = alternatives.flat().filter(isOtherType);
  const kinds = wrong.map(({ expected }) => (expected === 'tuple' ? 'array' : expected)).join(' or ');
  return describe(
    { ...wrong[0]!, message: wrong[0]!.message.replace(/expected \w+/, `expected ${kinds}`) },
    path,
    schema,
  );
}

/** Whether the value is not even of the alternative's kind, say a string where an object may be. */
function isOtherType(issue: Issue): issue is z.core.$ZodIssueInvalidType {
  return issue.code === 'invalid_type' && issue.path.length === 0;
}

function nameOf(path: Path): string {
  return path.map(String).join('.') || 'the options';
}
