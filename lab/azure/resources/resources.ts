import type { Answer, Ask } from '../ask.ts';
import type { Cloud } from '../cloud.ts';
import { paged } from '../paged.ts';
import type { Thing } from '../things.ts';
import { filterOf } from './filter.ts';

/** Everything, of all kinds, or what fits a filter: https://learn.microsoft.com/rest/api/resources/resources/list */
export function listResources({ cloud, params: { resourceGroupName }, query, url }: Ask): Answer {
  const group = resourceGroupName === undefined ? undefined : cloud.group(resourceGroupName);
  const { fits, byTag } = filterOf(query.get('$filter'));
  const expand = query.get('$expand')?.split(',') ?? [];
  const top = Number(query.get('$top') ?? cloud.pageSize);
  return paged(
    things(cloud, group)
      .filter(fits)
      .map((thing) => view(thing, byTag, expand)),
    Math.min(top, cloud.pageSize),
    url,
  );
}

export function things(cloud: Cloud, group?: string): Thing[] {
  return [cloud.vms, cloud.nics, cloud.disks, cloud.publicIps, cloud.securityGroups, cloud.networks, cloud.images].flatMap((each): Thing[] => each.list(group));
}

function view({ kind, id, name, location, tags, zones, createdAt, state }: Thing, byTag: boolean, expand: readonly string[]): object {
  return {
    id,
    name,
    type: kind,
    location,
    ...(tags && !byTag && { tags }),
    ...(zones && { zones }),
    ...(expand.includes('createdTime') && { createdTime: createdAt.toISOString() }),
    ...(expand.includes('provisioningState') && { provisioningState: state }),
  };
}
