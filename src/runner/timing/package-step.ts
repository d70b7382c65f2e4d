/** A step of a package in a build, as Buildroot names them in build-time.log. */
export interface PackageStep {
  name: string;
  /** '' where it has none. */
  version: string;
  step: string;
}

/** Buildroot's MESSAGE (package/pkg-generic.mk). A package without a version has two spaces there; what is no package's has no name. */
const MESSAGE =
  /^>>> (\S+) (\S*) (Downloading|Extracting|Syncing|Patching|Configuring|Building|Installing)\b(?: to (host|staging|images|target)\b)?/;

const STEPS: Record<string, string> = {
  ...{ Downloading: 'download', Extracting: 'extract', Syncing: 'rsync', Patching: 'patch' },
  ...{ Configuring: 'configure', Building: 'build', Installing: 'install' },
};
const INSTALLS: Record<string, string> = {
  ...{ host: 'install-host', staging: 'install-staging', images: 'install-image', target: 'install-target' },
};

/** The step of a package that a headline is about, if it is about one. */
export function packageStep(headline: string): PackageStep | undefined {
  const [, name, version = '', verb = '', where = ''] = MESSAGE.exec(headline) ?? [];
  const step = INSTALLS[where] ?? STEPS[verb];
  return name === undefined || step === undefined ? undefined : { name, version, step };
}

/** "building", "installing" */
export function stepText(step: string): string {
  const [verb = step] = step.split('-');
  const texts: Record<string, string> = {
    ...{ download: 'downloading', actual: 'downloading', extract: 'extracting', rsync: 'copying' },
    ...{ patch: 'patching', configure: 'configuring', build: 'building', install: 'installing' },
  };
  return texts[verb] ?? step;
}
