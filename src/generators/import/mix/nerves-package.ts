import type { Term } from '../elixir/terms.js';
import type { Findings } from './findings.js';
import { addNotRead, argumentsOf, keywordsOf, textOf, textsOf } from './values.js';

/** What `nerves_package` says, in the names of our options. */
export interface NervesPackage {
  type?: 'system' | 'toolchain' | 'package';
  /** The Nerves module of the platform. */
  platform?: Term;
  defconfig?: string;
  checksum?: string[];
  docker?: [string, string];
  make_args?: string[];
  /** What other packages are built with, as nerves_system_br: it has no artifact. */
  isPlatform?: boolean;
}

const NERVES_1_CHECKSUM =
  'Nerves 2 takes source_fingerprint_files, which is imported; Nerves 1 names artifacts by this list';

/** Keys that have no place here, and why. */
const NOT_IMPORTED: Record<string, string> = {
  artifact_sites: "where Nerves downloads archives from; here Nx's cache has them",
  artifact_url: "where Nerves downloads archives from; here Nx's cache has them",
  build_runner: 'builds always run in Docker here',
  compilers: "Mix's own",
  env: 'Nerves passes it to the compilation of applications, not to the container',
  provider: 'an old name for build_runner',
  provider_config: 'an old name for build_runner_config: rename it and import again',
  provider_opts: 'an old name for build_runner_opts: rename it and import again',
};

/** The list of files in Nerves 2, which takes it before the one of Nerves 1 (Nerves.BuildPlan); the rule is the same. */
const NERVES_2_CHECKSUM = 'source_fingerprint_files';
const CHECKSUM_KEYS = [NERVES_2_CHECKSUM, 'checksum'];

/** Reads the keys of `nerves_package` (Nerves: "Customizing Your Own Nerves System"). */
export function readNervesPackage(term: Term, findings: Findings): NervesPackage {
  const known = findings.notRead.length;
  const pairs = keywordsOf(term, 'nerves_package', findings);
  const isComplete = findings.notRead.length === known;
  const result: NervesPackage = {};
  const isNerves2 = pairs.has(NERVES_2_CHECKSUM);
  for (const [key, value] of pairs) {
    if (key === 'checksum' && isNerves2) findings.addNotImported(key, value, NERVES_1_CHECKSUM);
    else readKey(key, value, result, findings);
  }
  // Without the key Nerves takes an empty list
  if (isComplete && !CHECKSUM_KEYS.some((key) => pairs.has(key))) result.checksum = [];
  return result;
}

function readKey(key: string, value: Term, result: NervesPackage, findings: Findings): void {
  if (key === 'type' && value.kind === 'atom' && /_platform$/.test(value.value)) result.isPlatform = true;
  else if (key === 'type') result.type = typeOf(value, findings);
  else if (key === 'platform') result.platform = value;
  else if (CHECKSUM_KEYS.includes(key)) result.checksum = textsOf(value, key, findings);
  else if (key === 'platform_config') result.defconfig = only('defconfig', value, key, findings, textOf);
  else if (key === 'build_runner_opts')
    result.make_args = only('make_args', value, key, findings, argumentsOf);
  else if (key === 'build_runner_config') result.docker = only('docker', value, key, findings, imageOf);
  else findings.addNotImported(key, value, NOT_IMPORTED[key] ?? 'no option here');
}

/** The one key of a keyword list that has a place here. */
function only<T>(
  name: string,
  term: Term,
  key: string,
  findings: Findings,
  readValue: (term: Term, key: string, findings: Findings) => T | undefined,
): T | undefined {
  const pairs = keywordsOf(term, key, findings);
  for (const [other, value] of pairs)
    if (other !== name) findings.addNotImported(`${key}.${other}`, value, 'no option here');
  const value = pairs.get(name);
  return value && readValue(value, `${key}.${name}`, findings);
}

function typeOf(term: Term, findings: Findings): NervesPackage['type'] {
  const found = (['system', 'toolchain', 'package'] as const).find(
    (type) => term.kind === 'atom' && term.value === type,
  );
  if (!found) addNotRead(term, 'type', 'not :system, :toolchain or :package', findings);
  return found;
}

/** `{"Dockerfile", "tag"}` */
function imageOf(term: Term, key: string, findings: Findings): [string, string] | undefined {
  if (term.kind !== 'tuple' || term.items.length !== 2) {
    addNotRead(term, key, 'not {dockerfile, tag}', findings);
    return undefined;
  }
  const [dockerfile, tag] = term.items.map((item) => textOf(item, key, findings));
  return dockerfile === undefined || tag === undefined ? undefined : [dockerfile, tag];
}
