import type { Files } from './workspace.js';

/** The compiler that it pretends to build. */
export const TUPLE = 'riscv64-example-linux-gnu';

/**
 * As crosstool-NG does, it ends as root. It removes its work directory first, wants what it downloads to be in the
 * user's home, and takes VERSION from beside the defconfig.
 */
const BUILD = `#!/usr/bin/env bash
set -e
[ $# = 2 ] || { echo "build.sh <defconfig> <work directory>"; exit 1; }
[ "$(id -u)" != 0 ] || { echo "[ERROR]  You must NOT be root to run crosstool-NG"; exit 1; }
config=$(readlink -f "$1"); package=$(dirname "$config"); mkdir -p "$2"; work=$(readlink -f "$2")
[ -e "$package/VERSION" ] || { echo "Can't find $package/VERSION"; exit 1; }
chmod -R u+w "$work"; rm -fr "$work"; mkdir -p "$work/x-tools" "$HOME/.nerves/dl"
ln -sf "$HOME/.nerves/dl" "$work/dl"
source=$work/dl/crosstool-ng-$(cksum <"$config" | cut -d ' ' -f 1).tar.xz
if [ -e "$source" ]; then echo "downloaded before"; else echo source >"$source"; fi
echo "[INFO ]  Installing C compiler for \${HOST_OS:-$(uname -s)} as $(id -un)"
tools="$work/x-tools/${TUPLE}"
mkdir -p "$tools/bin"; printf '#!/bin/sh\\necho "${TUPLE} %s"\\n' "$(cat "$package/VERSION")" >"$tools/bin/${TUPLE}-gcc"
chmod 755 "$tools/bin/${TUPLE}-gcc"; cp "$config" "$tools/ct-ng.defconfig"
`;

/** One directory, called as the artifact is, without the checksum. */
const ARCHIVE = `#!/usr/bin/env bash
set -e
tools=$1/x-tools; tar=\${2%.xz}; name=$(basename "$2" .tar.xz); name=\${name%-*}
rm -f "$2" "$tar"
mv "$tools/${TUPLE}" "$tools/$name"
tar c -C "$tools" -f "$tar" "$name"
mv "$tools/$name" "$tools/${TUPLE}"
xz "$tar"
`;

/** A platform with the habits of nerves_toolchain_ctng 1.x (its build.sh, scripts/archive.sh and mix.exs). */
export const toolchainPlatform = {
  VERSION: '1.12.0\n',
  'mix.exs': `defmodule Ctng.MixProject do
  use Mix.Project
  @app :nerves_toolchain_ctng
  @version Path.join(__DIR__, "VERSION") |> File.read!() |> String.trim()

  def project do
    [app: @app, version: @version, nerves_package: [type: :toolchain_platform], deps: []]
  end
end
`,
  'build.sh': { mode: 0o755, content: BUILD },
  'scripts/archive.sh': { mode: 0o755, content: ARCHIVE },
} satisfies Files;
