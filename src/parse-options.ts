import type { z } from 'zod';
import { ArtifactError } from './errors.js';

/**
 * Parses the options of a target.
 * @param where the target they stand in, for the message: "alpha:build-artifact"
 * @throws ArtifactError BAD_OPTION with one line that names every bad option
 */
export function parseOptions<S extends z.ZodType>(schema: S, input: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ArtifactError('BAD_OPTION', {
    tried: `read the options of ${where}`,
    cause: parsed.error.issues.map(describe).join('; '),
    hint: 'Correct them in project.json or on the command line; the README lists every option.',
  });
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue): string {
  const inner = issue.code === 'invalid_union' ? closest(issue) : issue;
  const path = [...issue.path, ...(inner === issue ? [] : inner.path)];
  const name = path.map(String).join('.') || 'the options';
  if (inner.code === 'unrecognized_keys') {
    const parent = path.length > 0 ? `${path.map(String).join('.')}.` : '';
    return inner.keys.map((key) => `unknown option "${parent}${key}"`).join('; ');
  }
  return `"${name}": ${inner.message}`;
}

/** Of a union's alternatives the one that got furthest into the value is what the user meant. */
function closest(issue: Extract<Issue, { code: 'invalid_union' }>): Issue {
  const candidates = issue.errors.map((errors) => errors[0]).filter((error) => error !== undefined);
  const best = candidates.reduce<Issue | undefined>((a, b) => (a && rank(a) >= rank(b) ? a : b), undefined);
  return best ?? issue;
}

function rank(issue: Issue): number {
  const unknownKey = issue.code === 'unrecognized_keys' ? 1 : 0;
  return issue.path.length + unknownKey;
}
