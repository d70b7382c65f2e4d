/** A reference to an image in its parts: `name[:tag][@digest]` (distribution/reference, the grammar of the docker CLI). */
export interface ImageReference {
  /** With its registry, where that is named: "host:5000/a/b". */
  name: string;
  tag?: string;
  /** "sha256:..."; with one, the tag says nothing to an engine. */
  digest?: string;
}

export function parseReference(reference: string): ImageReference {
  const [rest = '', digest] = reference.split('@', 2);
  const colon = rest.lastIndexOf(':');
  const hasTag = colon > rest.lastIndexOf('/'); // else it is that of a registry's port
  return {
    name: hasTag ? rest.slice(0, colon) : rest,
    ...(hasTag && { tag: rest.slice(colon + 1) }),
    ...(digest !== undefined && { digest }),
  };
}

/** As an engine is asked for it: not every one takes both a tag and a digest. */
export function engineReference(reference: string): string {
  const { name, digest } = parseReference(reference);
  return digest === undefined ? reference : `${name}@${digest}`;
}

/** `name:tag@digest`: the digest is what an engine goes by, the tag is for people, and for pinning it anew. */
export function pinnedReference({ name, tag = 'latest' }: ImageReference, digest: string): string {
  return `${name}:${tag}@${digest}`;
}

/** Whether two names are of one repository: Docker leaves out what Podman writes, the registry and the user of an image. */
export function sameRepository(one: string, other: string): boolean {
  return shortName(one) === shortName(other);
}

/** Whether two references without a digest name one image. */
export function sameImage(one: string, other: string): boolean {
  const [a, b] = [parseReference(one), parseReference(other)];
  return sameRepository(a.name, b.name) && (a.tag ?? 'latest') === (b.tag ?? 'latest');
}

function shortName(name: string): string {
  return name.replace(/^(?:(?:index\.)?docker\.io\/(?:library\/)?|localhost\/)/, '');
}
