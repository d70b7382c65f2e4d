/** What an image was made for: "linux/arm64", "linux/arm/v7". */
interface Platform {
  os: string;
  architecture: string;
  variant: string;
}

/** Other names of an architecture, as containerd's platforms package knows them. */
const ALIASES: Record<string, { architecture: string; variant?: string }> = {
  aarch64: { architecture: 'arm64' },
  x86_64: { architecture: 'amd64' },
  'x86-64': { architecture: 'amd64' },
  i386: { architecture: '386' },
  armhf: { architecture: 'arm', variant: 'v7' },
  armel: { architecture: 'arm', variant: 'v6' },
};
/** What a name without a variant means. */
const DEFAULT_VARIANT: Record<string, string> = { arm: 'v7', arm64: 'v8' };

/** Whether an image is of the platform that `--platform` would ask for: "arm64", "linux/arm64", "linux/arm/v7". */
export function isOfPlatform(
  image: { Os: string; Architecture: string; Variant?: string },
  wanted: string,
): boolean {
  const is = normalized({ os: image.Os, architecture: image.Architecture, variant: image.Variant ?? '' });
  const parts = wanted.toLowerCase().split('/');
  const [os = 'linux', architecture = '', variant = ''] = parts.length === 1 ? ['linux', ...parts] : parts;
  const asked = normalized({ os, architecture, variant });
  return is.os === asked.os && is.architecture === asked.architecture && is.variant === asked.variant;
}

function normalized({ os, architecture, variant }: Platform): Platform {
  const alias = ALIASES[architecture] ?? { architecture };
  const found = variant || alias.variant || DEFAULT_VARIANT[alias.architecture] || '';
  return { os: os || 'linux', architecture: alias.architecture, variant: found };
}
