import { VERSION_FILE } from '../../../conventions/versions.js';
import { readProject } from '../elixir/project.js';
import type { Term } from '../elixir/terms.js';
import { pathDependencies } from './dependencies.js';
import { mixfileError, noNervesPackage, noProject } from './errors.js';
import { type Findings, findingsIn } from './findings.js';
import { type NervesPackage, readNervesPackage } from './nerves-package.js';
import { addNotRead, keywordsOf, textOf } from './values.js';

/** What a mix.exs says literally. */
export interface Mixfile {
  app?: string;
  /** Undefined also when it comes from the file VERSION, which is our default. */
  version?: string;
  nervesPackage: NervesPackage;
  /** Where dependencies with a path lie, by name, from the mix.exs. */
  pathDependencies: Map<string, string>;
  /** Where the others are fetched to, from the mix.exs. */
  depsPath: string;
  findings: Findings;
}

/** The files beside a mix.exs, by their paths from there. */
interface SiblingFiles {
  /** Trimmed; undefined when there is none, or more in it than a version. */
  contentOf(path: string): string | undefined;
  exists(path: string): boolean;
}

const READ = ['app', 'version', 'nerves_package', 'deps', 'deps_path'];

/**
 * Reads the literal parts of a mix.exs; nothing is evaluated.
 * @param file its path, for messages
 * @throws ArtifactError MIXFILE_BAD when it is not that of a Nerves package
 */
export function readMixfile(source: string, file: string, siblings: SiblingFiles): Mixfile {
  const text = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const findings = findingsIn(text);
  const project = readProject(text, (path) => siblings.contentOf(path));
  if (project?.kind !== 'list') throw noProject(file, project, findings);
  const pairs = keywordsOf(project, 'project', findings);
  const nerves = pairs.get('nerves_package');
  if (!nerves) throw noNervesPackage(file, siblings.exists('nerves.exs'), findings);
  const nervesPackage = readNervesPackage(nerves, findings);
  if (nervesPackage.isPlatform)
    throw mixfileError(file, 'it is a platform, which has no artifact', 'Import the packages that use it.');

  const others = [...pairs.keys()].filter((key) => !READ.includes(key));
  if (others.length > 0) findings.addNotImported(others.join(', '), project, "Mix's own");
  const deps = pairs.get('deps');
  if (deps) findings.addNotImported('deps', deps, "Mix's own, except for the path of the platform");
  return {
    app: atomOf(pairs.get('app'), findings),
    version: versionOf(pairs.get('version'), findings),
    nervesPackage,
    pathDependencies: pathDependencies(deps),
    depsPath: pathOf(pairs.get('deps_path'), findings) ?? 'deps',
    findings,
  };
}

function atomOf(app: Term | undefined, findings: Findings): string | undefined {
  if (app?.kind === 'atom') return app.value;
  if (app) addNotRead(app, 'app', 'not an atom', findings);
  return undefined;
}

function versionOf(version: Term | undefined, findings: Findings): string | undefined {
  if (version?.kind !== 'content') return version && textOf(version, 'version', findings);
  if (version.path !== VERSION_FILE)
    findings.addNotRead('version', version, `it is in ${version.path}; here it can be in the file VERSION`);
  return undefined;
}

function pathOf(path: Term | undefined, findings: Findings): string | undefined {
  return path?.kind === 'path' ? path.value : path && textOf(path, 'deps_path', findings);
}
