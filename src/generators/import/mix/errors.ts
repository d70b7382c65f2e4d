import { ArtifactError } from '../../../errors.js';
import type { Term } from '../elixir/terms.js';
import type { Findings } from './findings.js';
import { addNotRead } from './values.js';

/** The one error of a mix.exs that cannot be imported. */
export function mixfileError(file: string, cause: string, hint: string): ArtifactError {
  return new ArtifactError('MIXFILE_BAD', { tried: `import ${file}`, cause, hint });
}

/** There is no function `project`, or no list in it. */
export function noProject(file: string, project: Term | undefined, findings: Findings): ArtifactError {
  if (!project) {
    const hint = 'Name the mix.exs of a Nerves system or toolchain with --mixfile.';
    return mixfileError(file, 'there is no Mix project in it (a module with a function "project")', hint);
  }
  addNotRead(project, 'project', 'not a keyword list', findings);
  return mixfileError(file, `could not read its function "project" (${first(findings)})`, WRITE_OUT);
}

export function noNervesPackage(file: string, hasNervesExs: boolean, findings: Findings): ArtifactError {
  if (findings.notRead.length > 0)
    return mixfileError(
      file,
      `found no nerves_package, and could not read everything (${first(findings)})`,
      WRITE_OUT,
    );
  if (!hasNervesExs) {
    const hint = 'Nerves systems and toolchains have the key "nerves_package" in their function "project".';
    return mixfileError(file, 'it is not a Nerves package: its project has no nerves_package', hint);
  }
  const hint =
    'Write it into mix.exs as "nerves_package: [...]" in the function "project", and import again.';
  return mixfileError(
    file,
    'its package is described in nerves.exs, the old form, which is not supported',
    hint,
  );
}

const WRITE_OUT = 'Write the list with "nerves_package:" out in the function "project", and import again.';

function first({ notRead: [finding] }: Findings): string {
  return `line ${finding?.line}: ${finding?.why}`;
}
