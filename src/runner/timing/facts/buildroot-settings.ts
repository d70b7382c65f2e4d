import type { BuildrootSettings } from '../record.js';

/** Of a Buildroot .config (Config.in, toolchain/Config.in); null of another one. */
export function buildrootSettings(config: string): BuildrootSettings | null {
  if (!/^BR2_/m.test(config)) return null;
  const isSet = (name: string) => new RegExp(`^${name}=y$`, 'm').test(config);
  return {
    ccache: isSet('BR2_CCACHE'),
    per_package_directories: isSet('BR2_PER_PACKAGE_DIRECTORIES'),
    internal_toolchain: isSet('BR2_TOOLCHAIN_BUILDROOT'),
    mirror: /^BR2_PRIMARY_SITE="[^"]/m.test(config),
  };
}
