import { describe, expect, test } from 'vitest';
import { applyRules, ignoreRules, type Matched } from '../../../src/sources/context/ignore-rules.js';

/** Whether a path is left out, with the directories above it looked at first, as the walk does. */
function ignores(text: string, path: string): boolean {
  const rules = ignoreRules(text);
  let result: { ignored: boolean; matched?: Matched } = { ignored: false };
  const names = path.split('/');
  for (const index of names.keys()) {
    result = applyRules(rules, names.slice(0, index + 1).join('/'), result.matched);
  }
  return result.ignored;
}

// What the BuildKit of Docker 20.10 takes is another matter; compared with a real one in dockerignore.engine.test.ts.
describe('applyRules(): as BuildKit from 0.10 on', () => {
  test.each<[rules: string, path: string, ignored: boolean]>([
    ['*\n!**/README.md', 'docs/README.md', false],
    ['*\n!**/README.md', 'docs/api/index.html', true],
    ['**\n!**/*.c', 'a/b/x.c', false],
    ['a\n!a/*/keep', 'a/b/keep/x.o', false],
    ['a\n!a/b\na', 'a/b/x.c', false],
    ['**/b\n!a/b/keep', 'a/b/keep/x.o', false],
    ['**/node_modules', 'a/node_modules/m/index.js', true],
    ['**.o', 'a/b/x.o', true],
    ['**.o', 'x.c', false],
    ['**o?', 'a/bo1', false],
    ['a+b.c', 'a+b.c', true],
    ['a+b.c', 'aab.c', false],
    ['../a', 'a', false],
    ['*\n!../a', 'a', true],
    ['a/**', 'a', false],
    ['a/**', 'a/b', true],
    ['a**', 'ab/c', true],
    ['?', '😀', true],
    ['\\d', '7', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['[!a]', 'a', true],
    ['x]*', 'x]y', true],
  ])('%j on %s: %s', (rules, path, ignored) => {
    expect(ignores(rules, path)).toBe(ignored);
  });
});

test.each(['[', 'a[', '[]a]', '[-a]', '[a-]', 'a\\', '!', '!/', '[z-a]'])(
  'ignoreRules(): %j is an error, as it stops `docker build`',
  (rules) => {
    expect(() => ignoreRules(`x\n${rules}\n`)).toThrow(SyntaxError);
  },
);
