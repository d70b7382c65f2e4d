/** What the plugin reads of a build target's options; nothing is certain about them yet. */
export interface RawOptions {
  type?: unknown;
  platform?: unknown;
  env?: unknown;
  build_runner_config?: { docker?: unknown };
  build_runner_opts?: { make_args?: unknown };
}
