import type { Resource, Resources } from '../../backend/types.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import { ago, sizeText } from '../../options/units.js';
import type { Removal } from './selection.js';

/** What a listing shows of resources beyond their labels. */
interface Facts {
  /** Bytes of volumes, by name. */
  sizes: Map<string, number>;
  /** By the id that the volumes of a package share. */
  uses: Map<string, Date>;
}

export const NO_FACTS: Facts = { sizes: new Map(), uses: new Map() };

/** Asks the engine; what it cannot report (it has no space left, a volume is broken) is left out of the listing. */
export async function factsOf(
  resources: Resources,
  removals: readonly Removal[],
  labels: Labels,
): Promise<Facts> {
  const env = removals.filter(
    ({ resource }) => resource.kind === 'volume' && resource.labels[LABEL.role] === 'env',
  );
  if (removals.length === 0) return NO_FACTS;
  const [sizes, uses] = await Promise.all([
    resources.sizes().catch(() => NO_FACTS.sizes),
    env.length === 0
      ? NO_FACTS.uses
      : resources
          .lastUses(
            env.map(({ resource }) => resource.name),
            { ...labels, [LABEL.role]: 'listing' },
          )
          .catch(() => NO_FACTS.uses),
  ]);
  const byId = env.flatMap(({ resource }) => {
    const time = uses.get(resource.name);
    return time ? [[resource.labels[LABEL.id] ?? '', time] as const] : [];
  });
  return { sizes, uses: new Map(byId) };
}

/** "volume alpha-0123456789abcdef (alpha in /ws, configuration debug, version 0.1.0; 1.2 GB; made 3 days ago, last used 2 hours ago; its workspace is gone)" */
export function describe({ resource, why }: Removal, { sizes, uses }: Facts, now: Date): string {
  const { kind, name, labels, state } = resource;
  const shown = kind === 'image' ? imageName(resource) : name;
  const home = labels[LABEL.workspace];
  const size = resource.size ?? sizes.get(name);
  const used = uses.get(labels[LABEL.id] ?? '');
  const made = `made ${ago(new Date(labels[LABEL.created] ?? 0), now)}`;
  const parts = [
    home ? ownerOf(labels, home) : 'of no project',
    size === undefined ? '' : sizeText(size),
    used ? `${made}, last used ${ago(used, now)}` : made,
    state ?? '',
    why ?? '',
  ];
  return `${kind} ${shown} (${parts.filter(Boolean).join('; ')})`;
}

/** "my_system:0.1.0", or of one that has lost its tag "sha256:6131f64d14ed, once my_system:0.1.0" */
function imageName({ name, tags = [], labels }: Resource): string {
  if (tags.length > 0) return tags.join(', ');
  const tag = labels[LABEL.tag];
  return name.slice(0, 'sha256:'.length + 12) + (tag ? `, once ${tag}` : '');
}

function ownerOf(labels: Labels, home: string): string {
  const configuration = labels[LABEL.configuration];
  const which = configuration ? `, configuration ${configuration}` : '';
  return `${labels[LABEL.project]} in ${home}${which}, version ${labels[LABEL.version]}`;
}
