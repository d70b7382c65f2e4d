import { expect, test } from 'vitest';
import type { BuildEvent } from '../../../src/runner/output/events.js';
import { StepNotes } from '../../../src/runner/output/step-notes.js';

const SAID = [
  'Detected a difference in the Buildroot source tree either due',
  'to an change in Buildroot or a change in the patches that Nerves',
  'It is highly recommended to rebuild clean.',
];

/** What is shown of the lines of a step, and what helps when it fails. */
function notesOf(step: 'create-build' | 'make', ...lines: string[]) {
  const shown: string[] = [];
  const report = { emit: (event: BuildEvent) => void ('text' in event && shown.push(event.text ?? '')) };
  const notes = new StepNotes(step, 'alpha:build-artifact', report);
  for (const line of lines) notes.add(line);
  return { shown, hints: notes.hints() };
}

test('StepNotes shows several lines on one matter as one line, with the command that helps', () => {
  const { shown, hints } = notesOf('create-build', ...SAID, ...SAID);
  expect(shown).toEqual([
    expect.stringMatching(
      /^note: create-build replaced .*; `nx run alpha:build-artifact --fresh` builds .*$/,
    ),
  ]);
  expect(hints).toEqual(['`nx run alpha:build-artifact --fresh` builds from an empty build directory.']);
});

test('StepNotes knows a coloured line', () => {
  expect(notesOf('create-build', `\x1b[33m${SAID[0]}\x1b[0m`).shown).toHaveLength(1);
});

test('StepNotes shows nothing of other lines, and nothing of another step', () => {
  expect(notesOf('create-build', '>>> buildroot Extracting', 'Build directory created.').shown).toEqual([]);
  expect(notesOf('make', ...SAID)).toEqual({ shown: [], hints: [] });
});
