/** Where an image lies: in the site's own subscription, in a gallery, or at the marketplace. */
export type ImagePlace =
  | { readonly kind: 'managed'; readonly id: string; readonly group: string; readonly name: string }
  | {
      readonly kind: 'gallery';
      readonly id: string;
      readonly subscription: string;
      readonly group: string;
      readonly gallery: string;
      readonly image: string;
      readonly version: string;
    }
  | { readonly kind: 'marketplace'; readonly publisher: string; readonly offer: string; readonly sku: string; readonly version: string };

export const IMAGE_FORMS =
  'an image: the resource id of an image or of a version in a gallery, or publisher:offer:sku:version such as Canonical:ubuntu-24_04-lts:server:24.04.202611010';

const MANAGED = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/images\/([^/]+)$/i;
const GALLERY =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Compute\/galleries\/([^/]+)\/images\/([^/]+)\/versions\/(\d+\.\d+\.\d+)$/i;
/** No `latest`: the same drill would boot another image tomorrow. */
const MARKETPLACE = /^([\w.-]+):([\w.-]+):([\w.-]+):(\d+\.\d+\.\d+)$/;

/** Undefined when it is none of these. */
export function imageOf(ref: string): ImagePlace | undefined {
  const [, group, name] = MANAGED.exec(ref) ?? [];
  if (group && name) return { kind: 'managed', id: ref, group, name };
  const [, subscription, galleryGroup, gallery, image, galleryVersion] = GALLERY.exec(ref) ?? [];
  if (subscription && galleryGroup && gallery && image && galleryVersion)
    return { kind: 'gallery', id: ref, subscription, group: galleryGroup, gallery, image, version: galleryVersion };
  const [, publisher, offer, sku, version] = MARKETPLACE.exec(ref) ?? [];
  if (publisher && offer && sku && version) return { kind: 'marketplace', publisher, offer, sku, version };
  return undefined;
}
