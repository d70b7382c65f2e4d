import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROWS = join(import.meta.dirname, '../rows');

/** The files of rows by their names, with the numbers of their rows, which their first line has: "Rows 1, 2 and 11: ...". */
export function rowFiles() {
  const names = readdirSync(ROWS).filter((file) => file.endsWith('.mjs'));
  return Object.fromEntries(
    names.map((file) => {
      const [line = ''] = readFileSync(join(ROWS, file), 'utf8').split('\n');
      const [, numbers] = /^\/\/ Rows? ([\w, ]+):/.exec(line) ?? [];
      if (!numbers) throw new Error(`bench/rows/${file} does not begin with the numbers of its rows`);
      return [file.replace('.mjs', ''), numbers.split(/, | and /)];
    }),
  );
}

/**
 * The files that are asked for, by their names or by the numbers of rows in them; all of them where none is.
 * @param {string[]} asked
 * @param {Record<string, string[]>} files
 */
export function chosen(asked, files = rowFiles()) {
  const isAsked = (word, name) => word === name || files[name]?.includes(word);
  const names = Object.keys(files);
  const unknown = asked.filter((word) => !names.some((name) => isAsked(word, name)));
  if (unknown.length > 0) throw new Error(`No row ${unknown.join(', ')}: there are ${listed(files)}.`);
  return asked.length === 0 ? names : names.filter((name) => asked.some((word) => isAsked(word, name)));
}

/** "no-op (6), archive (4, 5, 11)", by their first numbers. */
export function listed(files = rowFiles()) {
  const first = (numbers) => numbers[0] ?? '';
  return Object.entries(files)
    .sort(([, a], [, b]) => first(a).localeCompare(first(b), 'en', { numeric: true }))
    .map(([name, numbers]) => `${name} (${numbers.join(', ')})`)
    .join(', ');
}
