import type { Tree } from '@nx/devkit';
import * as jsonc from 'jsonc-parser';
import { ArtifactError } from '../../errors.js';
import { isObject } from '../../util/is-object.js';

export type JsonObject = Record<string, unknown>;

/** A value, and where it goes: keys from the top; the index -1 appends to a list. */
export interface JsonEdit {
  path: (string | number)[];
  value: unknown;
}

/**
 * Reads a JSON file with comments, as Nx's files may be.
 * @returns undefined when there is none
 * @throws ArtifactError FILE_ACCESS when it is not a JSON object
 */
export function readJsonFile(tree: Tree, file: string): JsonObject | undefined {
  const text = tree.read(file, 'utf8');
  if (text === null) return undefined;
  const errors: jsonc.ParseError[] = [];
  const value: unknown = jsonc.parse(text, errors, { allowTrailingComma: true });
  if (errors.length === 0 && isObject(value)) return value;
  const line = text.slice(0, errors[0]?.offset ?? 0).split('\n').length;
  const cause = errors[0]
    ? `line ${line}: ${jsonc.printParseErrorCode(errors[0].error)}`
    : 'it is not an object';
  throw new ArtifactError('FILE_ACCESS', { tried: `read ${file}`, cause, hint: 'Correct that file.' });
}

/** Makes a JSON file. */
export function writeJsonFile(tree: Tree, file: string, value: JsonObject): void {
  tree.write(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Changes values of a JSON file; all else in it, comments too, stays as it is. */
export function editJsonFile(tree: Tree, file: string, edits: readonly JsonEdit[]): void {
  const before = tree.read(file, 'utf8') ?? '{}\n';
  const formattingOptions = { ...indentationOf(before), eol: before.includes('\r\n') ? '\r\n' : '\n' };
  const after = edits.reduce((text, { path, value }) => {
    return jsonc.applyEdits(text, jsonc.modify(text, path, value, { formattingOptions }));
  }, before);
  tree.write(file, after);
}

/** By the first line that is indented. */
function indentationOf(text: string): { insertSpaces: boolean; tabSize: number } {
  const [, indentation = '  '] = /^([ \t]+)\S/m.exec(text) ?? [];
  return { insertSpaces: !indentation.startsWith('\t'), tabSize: indentation.length };
}
