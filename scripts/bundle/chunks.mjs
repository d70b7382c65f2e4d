import { join } from 'node:path';

/**
 * Which modules lie in one file: what the plugin loads, as every command of Nx does; of what several executors load that of
 * `build`, which mostly finds all done, and the rest, of those that ask the engine. A file takes about as long to open and link
 * as 20 kB take to compile, so that one with a little too much is better than ten.
 * All else gets a chunk for each set of entries that load it.
 * @param {{ top: string, entries: string[] }} of the directory of the modules
 * @returns {import('rolldown').CodeSplittingOptions}
 */
export function chunks({ top, entries }) {
  const path = (entry) => join(top, `${entry}.ts`);
  const plugin = path('plugin');
  const executors = entries.filter((entry) => entry.startsWith('executors/')).map(path);
  const build = path('executors/build/executor');
  const ofPlugin = (id, reach) => id !== plugin && reach(plugin).has(id);
  const uses = (id, reach) => executors.filter((entry) => reach(entry).has(id)).length;
  return {
    groups: [
      group('common', 3, (id, reach) => ofPlugin(id, reach) && uses(id, reach) > 0),
      group('plugin', 2, ofPlugin),
      group('build', 1, (id, reach) => id !== build && reach(build).has(id) && uses(id, reach) > 1),
      group('engine', 0, (id, reach) => uses(id, reach) > 1),
    ],
  };
}

/** @param {(id: string, reach: (entry: string) => Set<string>) => boolean} isIn */
function group(chunk, priority, isIn) {
  /** @type {Map<string, Set<string>>} */
  const known = new Map();
  return {
    ...{ debugName: chunk, priority },
    name(id, modules) {
      const reach = (entry) => {
        const found = known.get(entry) ?? staticImports(entry, modules);
        known.set(entry, found);
        return found;
      };
      return isIn(id, reach) ? chunk : null;
    },
  };
}

/** A module, and all that it loads when it is loaded. */
function staticImports(entry, modules) {
  const found = new Set([entry]);
  for (const id of found)
    for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}
