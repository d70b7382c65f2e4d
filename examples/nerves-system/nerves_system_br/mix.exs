defmodule Nerves.System.BR.Mixfile do
  use Mix.Project

  def project do
    [
      app: :nerves_system_br,
      version: File.read!("VERSION") |> String.trim(),
      nerves_package: [type: :system_platform]
    ]
  end
end
