import type { Package } from '../artifact/package.js';
import type { BuildContainer } from '../backend/types.js';
import { ArtifactError } from '../errors.js';
import { treeOf } from '../sources/tree-builder.js';
import { type Configuration, configurationOf } from './configure.js';
import { onOneLine, shortened } from './copy/returned-lines.js';
import { emptyVolume, setUp, type VolumeState } from './copy/set-up.js';
import { type Synced, syncSources } from './copy/sync-sources.js';
import type { BuildPlan } from './plan/build-plan.js';
import { copyDir, PLATFORM_NAME, type Source } from './plan/sources.js';
import type { BuildUser } from './plan/user.js';
import { named } from './recipe/differences.js';
import { type SourceTree, treeName } from './recipe/source-trees.js';

/** What differs between a build and a shell. */
interface Preparing {
  pkg: Package;
  /** What the host has. */
  trees: readonly SourceTree[];
  /** The artifact's name, by which archives of earlier builds are known; '' leaves them where they are. */
  artifact: string;
  /** Whether the volume is to be emptied, by what it has. */
  startsFresh?: (volume: VolumeState) => boolean;
  /** Called when the user has a name and a home. */
  onUser?: () => void;
  signal: AbortSignal;
}

/** A container in which the steps may run. */
interface Ready {
  /** Whether the build directory is configured for the copies. */
  configuration: Configuration;
  volume: VolumeState;
  /** Of each copy that something in a container had changed: what was put right, as a line. */
  undone: string[];
  /** How many files were copied. */
  copied: number;
  /** Nothing of the host was read for the copies: they had all of it. */
  isSame: boolean;
  /**
   * Says of the copies that they have what the host had, as far as nothing has touched it since.
   * @param now gives what the host has, listed since this container was made ready; it is called where something was copied
   * @returns of what that is not so, a line for each tree
   */
  settle(now: () => Promise<readonly SourceTree[]>): Promise<string[]>;
}

/**
 * Makes a container ready to build in: user and directories, then the writable copies of package and platform.
 * @throws ArtifactError CONTAINER_START, FILE_ACCESS
 */
export async function prepareContainer(
  container: BuildContainer,
  { plan, user }: { plan: BuildPlan; user: BuildUser },
  { pkg, trees, artifact, startsFresh = () => false, onUser, signal }: Preparing,
): Promise<Ready> {
  const listingOf = (name: string, all = trees) =>
    all.find((one) => one.name === name)?.listing ?? { tree: treeOf([]), digest: '', copyDigest: '' };
  const digests = plan.sources.map((source) => listingOf(treeName(source, pkg)).copyDigest);
  let volume = await setUp(container, user, plan, artifact, digests);
  onUser?.();
  const unsaved = plan.sources.find((_, index) => volume.copies[index]?.hasChangesOfShell);
  if (unsaved) throw changesOfShell(pkg, unsaved);
  if (startsFresh(volume)) {
    await emptyVolume(container, plan);
    volume = await setUp(container, user, plan, artifact, digests);
  }
  const copies: [name: string, copy: Synced][] = [];
  const undone: string[] = [];
  let isIncomplete = false;
  let copied = 0;
  for (const [index, source] of plan.sources.entries()) {
    const { manifest = '', doubts = '', touched, byShell } = volume.copies[index] ?? {};
    const name = treeName(source, pkg);
    const fresh = volume.fresh && manifest === '';
    const { tree, copyDigest } = listingOf(name);
    const copy = { ...source, ...user, manifest, doubts, touched, byShell, fresh, tree, copyDigest };
    const synced = await syncSources(container, copy, signal);
    copies.push([name, synced]);
    copied += synced.copied;
    isIncomplete ||= synced.isIncomplete;
    if (synced.undone.length > 0) undone.push(undoneLine(source, synced.undone));
  }
  const platform = listingOf(PLATFORM_NAME).digest;
  const { configured, fresh } = volume;
  const recorded = isIncomplete ? '' : configured; // what create-build made is gone
  return {
    configuration: await configurationOf(pkg, plan, { platform, recorded, fresh }),
    volume,
    undone,
    copied,
    isSame: copies.every(([, { isSame }]) => isSame),
    settle: async (now) => {
      const lines: (string | undefined)[] = [];
      for (const [name, copy] of copies)
        lines.push(named(name, await copy.settle(async () => listingOf(name, await now()).tree)));
      return lines.filter((line) => line !== undefined);
    },
  };
}

/** Its first names are enough to know who it was. */
const MOST_NAMES = 3;

function undoneLine(source: Source, paths: readonly string[]): string {
  const names = shortened(paths.map(onOneLine), '', MOST_NAMES).join(', ');
  return `Undone in ${copyDir(source)}, a copy that was changed in the container: ${names}`;
}

/** What nobody has but the volume is not overwritten. */
function changesOfShell({ project }: Package, source: Source): ArtifactError {
  return new ArtifactError('SOURCES_CHANGED', {
    tried: `copy ${source.from} into the build volume`,
    cause: `a shell that was cut off has changed the copy there, and its changes have not come back`,
    hint: `\`nx run ${project}:shell --command true\` brings them back; \`nx run ${project}:clean\` discards them.`,
  });
}

/**
 * Gives what a build as root left in directories of the host to the caller, where the caller is not root.
 * A build does not fail for it: the files are there, and readable.
 */
export async function restoreOwnership(
  container: BuildContainer,
  user: BuildUser,
  { caller, hostDirectories }: Pick<BuildPlan, 'caller' | 'hostDirectories'>,
): Promise<void> {
  if (user.uid !== 0 || caller.uid === 0 || hostDirectories.length === 0) return;
  const script = `find "$@" -user 0 -exec chown -h ${caller.uid}:${caller.gid} {} +`;
  const argv = ['sh', '-c', script, 'sh', ...hostDirectories];
  await container.exec(
    { argv, tried: 'give the caller what the build downloaded', user: '0', series: 'scripts' },
    () => {},
  );
}
