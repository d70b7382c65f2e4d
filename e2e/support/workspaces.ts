import { below, json } from './systems.js';

const mixfile = `defmodule Camera.MixProject do
  use Mix.Project

  @version Path.join(__DIR__, "VERSION") |> File.read!() |> String.trim()

  def project do
    [app: :camera_system, version: @version, nerves_package: nerves_package(), deps: deps()]
  end

  defp nerves_package do
    [
      type: :system,
      platform: Nerves.System.BR,
      platform_config: [defconfig: "nerves_defconfig"],
      build_runner_opts: [make_args: site() ++ ["V=1"]],
      checksum: ~w(nerves_defconfig source.txt VERSION)
    ]
  end

  defp deps, do: [{:nerves_system_br, path: "../../platform"}]
  defp site, do: System.get_env("SITE") |> List.wrap()
end
`;

/** A Nerves system that Mix builds: nothing of Nx is in it. */
export const camera = below('systems/camera', {
  'mix.exs': mixfile,
  VERSION: '0.3.0\n',
  nerves_defconfig: '',
  'source.txt': 'camera\n',
});

/** A workspace that the plugin was not added to. */
export const bare = {
  'nx.json': json({ analytics: false, neverConnectToCloud: true }),
  '.gitignore': 'node_modules\n.nx\n',
};
