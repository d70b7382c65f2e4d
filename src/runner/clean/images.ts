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

/** Why no target needs an image; undefined where one may. `tags`: what the targets of this workspace name. */
export async function whyUnused(
  image: Resource,
  tags: readonly string[],
  others: ReadonlySet<string>,
): Promise<string | undefined> {
  if (isSuperseded(image)) return 'a newer one has its tag';
  const own = tagOf(image) ?? '';
  if (tags.some((tag) => sameImage(tag, own))) return undefined;
  const id = image.name.replace(/^sha256:/, '');
  if (await mentionedIn(others, [own, id])) return undefined;
  return 'no target names it';
}

/** The workspaces on this machine that have something on the engine, but for `own`: any of them may use an image that another one has built. */
export function otherWorkspaces(all: readonly Resource[], own: string, host: string): Set<string> {
  const here = all.filter(({ labels }) => labels[LABEL.host] === host);
  const homes = here.flatMap(({ labels }) => labels[LABEL.workspace] ?? []);
  return new Set(homes.filter((home) => home !== own));
}
