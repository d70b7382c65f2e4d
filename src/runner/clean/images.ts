import type { Resource } from '../../backend/types.js';
import { sameImage } from '../../conventions/image-reference.js';
import { LABEL } from '../../conventions/labels.js';
import { mentionedIn } from './mentions.js';

/** The tag that an image of ours was built for. */
const tagOf = ({ labels }: Resource): string | undefined => labels[LABEL.tag];

/** Whether an image has lost its name to a newer one. */
export const isSuperseded = ({ tags = [] }: Resource): boolean => tags.length === 0;

/**
 * Whether an image is only ours. Images that are built on one of ours have its labels, too, but names of their own; and who
 * gives one of ours another name wants to keep it.
 */
export function isOwnImage(image: Resource): boolean {
  const { kind, tags = [] } = image;
  const own = tagOf(image);
  return kind === 'image' && tags.every((tag) => own !== undefined && sameImage(tag, own));
}

/** Who else may use an image that a workspace has built: those that have something on the engine. */
export interface Others {
  /** Workspaces on this machine, with their mount points. */
  homes: ReadonlyMap<string, string | undefined>;
  /** The packages that other machines build, whose workspaces nobody here can look into. */
  packages: ReadonlySet<string>;
}

export function othersAmong(all: readonly Resource[], own: string, host: string): Others {
  const [homes, packages] = [new Map<string, string | undefined>(), new Set<string>()];
  for (const { kind, labels } of all) {
    const home = labels[LABEL.workspace];
    if (home === undefined || kind === 'image') continue; // an image that was pulled may say anything
    if (labels[LABEL.host] !== host) packages.add(labels[LABEL.package] ?? '');
    else if (home !== own) homes.set(home, labels[LABEL.mount]);
  }
  return { homes, packages };
}

/** Why no target needs an image; undefined where one may. `tags`: what the targets of this workspace name. */
export async function whyUnused(
  image: Resource,
  tags: readonly string[],
  { homes, packages }: Others,
): Promise<string | undefined> {
  if (isSuperseded(image)) return 'a newer one has its tag';
  const own = tagOf(image) ?? '';
  if (tags.some((tag) => sameImage(tag, own))) return undefined;
  if (packages.has(image.labels[LABEL.package] ?? '')) return undefined;
  const id = image.name.replace(/^sha256:/, '');
  return (await mentionedIn(homes, [own, id])) ? undefined : 'no target names it';
}
