import { execa } from 'execa';

const FLAG: Record<string, string> = { gz: '-z', xz: '-J', zst: '--zstd' };

/** The environment for tar: messages in English, no surprises from TAR_OPTIONS or GZIP. */
export function tarEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH: env.PATH, TMPDIR: env.TMPDIR, LC_ALL: 'C' };
}

/**
 * The kind of the system's tar. GNU tar and bsdtar refuse members that lead out of the directory; busybox's does
 * not always, and it lacks options, so that it counts as none: then the tar package does the work, 15 times slower.
 */
export async function systemTar(env: NodeJS.ProcessEnv): Promise<'gnu' | 'bsd' | undefined> {
  const options = { env: tarEnv(env), extendEnv: false, reject: false } as const;
  const { stdout } = await execa('tar', ['--version'], options);
  if (/\(GNU tar\)/.test(stdout ?? '')) return 'gnu';
  return /bsdtar/.test(stdout ?? '') ? 'bsd' : undefined;
}

/** tar's flag for the compression that a file name tells. */
export function compressionFlag(file: string): string {
  return FLAG[/\.tar\.(gz|xz|zst)$/.exec(file)?.[1] ?? 'gz'] ?? '-z';
}
