import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOP } from '../dependencies.mjs';
import { UNUSED } from './unused.mjs';

const RULE = '-'.repeat(80);

/**
 * The licences of the packages that a bundle has code of, each with its text, as all of them ask for (MIT and ISC: the
 * notice; Apache-2.0: the text, a NOTICE, and what was changed; BlueOak-1.0.0: the text or its address).
 * @param {string[]} modules their absolute paths
 */
export function licenses(modules) {
  const packages = [...new Set(modules.map(packageOf).filter((path) => path !== undefined))];
  const texts = packages.map(licenseOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  const head = `nx-docker-artifact has code of these packages in its dist directory, in one file with others, without comments,
and without these parts: ${Object.keys(UNUSED).join(', ')}.
`;
  return [head, ...texts.map(({ text }) => text)].join(`\n${RULE}\n\n`);
}

/** The directory of the package that a module belongs to, Rolldown's for what it adds itself; undefined for one of src. */
function packageOf(module) {
  if (module.startsWith('\0rolldown/')) return join(TOP, 'node_modules/rolldown');
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0];
}

function licenseOf(directory) {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const files = readdirSync(directory).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file));
  if (!license || !files.some((file) => !/^notice/i.test(file)))
    throw new Error(`${name} cannot be bundled: it has no text of its licence (${license})`);
  const texts = files.sort().map((file) => readFileSync(join(directory, file), 'utf8').trim());
  return { name, text: `${[`${name} ${version} (${license})`, ...texts].join('\n\n')}\n` };
}
