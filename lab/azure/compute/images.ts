import type { Answer, Ask } from '../ask.ts';
import { type Cloud, notFound } from '../cloud.ts';
import { paged } from '../paged.ts';
import { head, newEtag, type Thing } from '../things.ts';

export interface Image extends Thing {
  readonly osType: 'Linux' | 'Windows';
  readonly sizeGiB: number;
}

/** An image that stands there, generalized, as an operator puts one. */
export function standingImage(cloud: Cloud, group: string, name: string): Image {
  const kind = 'Microsoft.Compute/images';
  return cloud.images.put({
    kind,
    id: cloud.id(group, kind, name),
    name,
    group,
    location: cloud.location,
    createdAt: new Date(),
    state: 'Succeeded',
    etag: newEtag(),
    osType: 'Linux',
    sizeGiB: 30,
  });
}

export function getImage({ cloud, params: { resourceGroupName, imageName = '' } }: Ask): Answer {
  const group = cloud.group(resourceGroupName);
  const image = cloud.images.get(cloud.id(group, 'Microsoft.Compute/images', imageName));
  if (!image) throw notFound('Microsoft.Compute/images', imageName, group);
  return { status: 200, body: view(image) };
}

export function listImages({ cloud, params: { resourceGroupName }, url }: Ask): Answer {
  const group = resourceGroupName === undefined ? undefined : cloud.group(resourceGroupName);
  return paged(cloud.images.list(group).map(view), cloud.pageSize, url);
}

function view(image: Image): object {
  return {
    ...head(image),
    properties: {
      storageProfile: {
        osDisk: { osType: image.osType, osState: 'Generalized', diskSizeGB: image.sizeGiB, caching: 'ReadWrite' },
        dataDisks: [],
        zoneResilient: true,
      },
      provisioningState: image.state,
      hyperVGeneration: 'V2',
    },
  };
}
