import type { ImagePlan } from '../../backend/plans.js';
import type { Backend, ImageRequest } from '../../backend/types.js';
import { parseReference, pinnedReference, sameRepository } from '../../conventions/image-reference.js';
import { ArtifactError } from '../../errors.js';

/** Finds the digest of an image, and writes its reference with it; undefined where it has none. */
export type Pin = (plan: ImagePlan) => Promise<string | undefined>;

/** By an engine, which pulls what it does not have where the plan says so. */
export function pinBy(backend: Pick<Backend, 'ensureImage'>, request: ImageRequest): Pin {
  return async (plan) => {
    const reference = parseReference(plan.tag);
    const { digests } = await backend.ensureImage(plan, request);
    const own = digests.map(parseReference).find(({ name }) => sameRepository(name, reference.name));
    return own?.digest && pinnedReference(reference, own.digest);
  };
}

/** The same for an image that is not needed: undefined also where the engine does not have it. */
export async function pinIfThere(pin: Pin, plan: Omit<ImagePlan, 'pull'>): Promise<string | undefined> {
  try {
    return await pin({ ...plan, pull: 'never' });
  } catch (error) {
    if (error instanceof ArtifactError && error.code === 'IMAGE_MISSING') return undefined;
    throw error;
  }
}
