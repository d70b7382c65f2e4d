defmodule MySystem.MixProject do
  use Mix.Project

  @app :my_system
  @version Path.join(__DIR__, "VERSION")
           |> File.read!()
           |> String.trim()

  def project do
    [
      app: @app,
      version: @version,
      elixir: "~> 1.11",
      compilers: Mix.compilers() ++ [:nerves_package],
      nerves_package: nerves_package(),
      deps: deps()
    ]
  end

  defp nerves_package do
    [
      type: :system,
      platform: Nerves.System.BR,
      platform_config: [defconfig: "nerves_defconfig"],
      build_runner_config: [docker: {"Dockerfile", "my_system:0.1.0"}],
      build_runner_opts: [make_args: ["PARALLEL_JOBS=4"] ++ debian_mirror()],
      checksum: package_files()
    ]
  end

  # For whoever cannot reach deb.debian.org
  defp debian_mirror() do
    case System.get_env("DEBIAN_MIRROR") do
      nil -> []
      mirror -> ["DEBIAN_MIRROR=#{mirror}"]
    end
  end

  defp deps do
    [
      {:nerves, "~> 1.11", runtime: false},
      {:nerves_system_br, path: "../../nerves_system_br", runtime: false}
    ]
  end

  defp package_files do
    ["Dockerfile", "VERSION", "mix.exs", "nerves_defconfig", "rootfs_overlay"]
  end
end
