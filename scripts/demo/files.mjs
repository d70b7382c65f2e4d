import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Shows what is where in a workspace, with its size: what each directory has, and each file.
 * @param {import('./session.mjs').Session} demo
 * @param {string[]} paths from its top
 */
export function showFiles(demo, paths) {
  demo.title('What is where');
  for (const path of paths) {
    const entries = isDirectory(demo.path(path)) ? readdirSync(demo.path(path)).sort() : [''];
    for (const name of entries) line(demo, join(path, name));
  }
}

function line(demo, path) {
  console.log(`${size(demo.path(path)).toLocaleString('en').padStart(12)} bytes  ${path}`);
}

function size(path) {
  if (!isDirectory(path)) return lstatSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + size(join(path, name)), 0);
}

function isDirectory(path) {
  return lstatSync(path).isDirectory();
}
