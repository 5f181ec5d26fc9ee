import type { Answer, Ask } from '../ask.ts';
import type { Cloud } from '../cloud.ts';
import { paged } from '../paged.ts';

/** https://learn.microsoft.com/rest/api/resources/resource-groups/get */
export function getGroup({ cloud, params }: Ask): Answer {
  return { status: 200, body: view(cloud, cloud.group(params.resourceGroupName)) };
}

export function checkGroup({ cloud, params }: Ask): Answer {
  const there = cloud.groups.some((each) => each.toLowerCase() === params.resourceGroupName?.toLowerCase());
  return { status: there ? 204 : 404 };
}

export function listGroups({ cloud, url }: Ask): Answer {
  return paged(
    cloud.groups.map((name) => view(cloud, name)),
    cloud.pageSize,
    url,
  );
}

function view({ subscription, location }: Cloud, name: string): object {
  return {
    id: `/subscriptions/${subscription}/resourceGroups/${name}`,
    name,
    type: 'Microsoft.Resources/resourceGroups',
    location,
    properties: { provisioningState: 'Succeeded' },
  };
}
