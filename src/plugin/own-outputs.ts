/** What this tool writes into a package: never an input. */
export const OWN_OUTPUTS = ['.nerves', 'build.log', 'build.log.1'];
