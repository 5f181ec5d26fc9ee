import { diskView } from '../disks.ts';
import { imageNamed, imageView } from '../images.ts';
import { instanceView } from '../instances.ts';
import type { Json } from '../json.ts';
import { aggregatedAnswer, listAnswer, type Listed } from '../lists.ts';
import { machineTypesIn } from '../machineTypes.ts';
import { refusals } from '../refusal.ts';
import { firewallViews, machineTypeView, networkView, projectView, regionView, subnetworkView, zoneView } from '../views.ts';
import { networkName, regionIn, subnetworkName, type World, zoneIn } from '../world.ts';
import { type Call, given, type Handler } from './call.ts';
import { instanceOf } from './find.ts';

type InZone = (world: World, zone: string) => readonly Listed[];

const instancesIn: InZone = ({ instances, project }, zone) =>
  [...instances.values()].filter((each) => each.zone === `projects/${project}/zones/${zone}`).map((each) => ({ name: each.name, view: instanceView(each) }));
const disksIn: InZone = ({ disks, project }, zone) =>
  [...disks.values()].filter((each) => each.zone === `projects/${project}/zones/${zone}`).map((each) => ({ name: each.name, view: diskView(each) }));
const typesIn: InZone = ({ project, zones }, zone) => {
  const scope = `projects/${project}/zones/${zone}`;
  return machineTypesIn(zone, zones).map((type) => ({ name: `${scope}/machineTypes/${type.name}`, view: machineTypeView(scope, type) }));
};

function list(kind: string, field: string, schema: string, inZone: InZone): Handler {
  return (call) => {
    const zone = given(call, 'zone');
    return listAnswer(`compute#${kind}List`, `${zoneIn(call.world, zone)}/${field}`, inZone(call.world, zone), schema, call.parameters);
  };
}

function aggregated(kind: string, field: string, schema: string, inZone: InZone): Handler {
  return (call) => {
    const { world, parameters } = call;
    const scopes = world.zones.map((zone) => ({ key: `zones/${zone}`, items: inZone(world, zone), reachable: !isDown(call, zone) }));
    const down = scopes.find(({ reachable }) => !reachable);
    if (down && parameters.returnPartialSuccess !== 'true') throw refusals.unreachable(down.key);
    return aggregatedAnswer(`compute#${kind}AggregatedList`, field, world.project, scopes, schema, parameters);
  };
}

function isDown(call: Call, zone: string): boolean {
  const how = call.meetIn(zone);
  return how?.kind === 'cut' || how?.kind === 'refuse' || how?.kind === 'throttle';
}

function one(collection: string, parameter: string, inZone: InZone): Handler {
  return (call) => {
    const zone = given(call, 'zone');
    return found(inZone(call.world, zone), `${zoneIn(call.world, zone)}/${collection}/${given(call, parameter)}`);
  };
}

function found(all: readonly Listed[], name: string): Json {
  const view = all.find((each) => each.name === name || `${name.replace(/[^/]+$/, '')}${String(each.view.id)}` === name)?.view;
  if (!view) throw refusals.notFound(name);
  return view;
}

const images = ({ images: all }: World): Listed[] => all.map((image) => ({ name: image.name, view: imageView(image) }));
const zones = (world: World): Listed[] => world.zones.map((zone) => ({ name: `projects/${world.project}/zones/${zone}`, view: zoneView(world, zone) }));

export const reads = {
  'compute.instances.get': (call) => instanceView(instanceOf(call)),
  'compute.instances.list': list('instance', 'instances', 'Instance', instancesIn),
  'compute.instances.aggregatedList': aggregated('instance', 'instances', 'Instance', instancesIn),
  'compute.disks.get': one('disks', 'disk', disksIn),
  'compute.disks.list': list('disk', 'disks', 'Disk', disksIn),
  'compute.disks.aggregatedList': aggregated('disk', 'disks', 'Disk', disksIn),
  'compute.machineTypes.get': one('machineTypes', 'machineType', typesIn),
  'compute.machineTypes.list': list('machineType', 'machineTypes', 'MachineType', typesIn),
  'compute.machineTypes.aggregatedList': aggregated('machineType', 'machineTypes', 'MachineType', typesIn),
  'compute.images.get': (call) => found(images(call.world), `projects/${call.world.project}/global/images/${given(call, 'image')}`),
  'compute.images.getFromFamily': (call) =>
    imageView(imageNamed(call.world.images, `projects/${call.world.project}/global/images/family/${given(call, 'family')}`)),
  'compute.images.list': ({ world, parameters }) =>
    listAnswer('compute#imageList', `projects/${world.project}/global/images`, images(world), 'Image', parameters),
  'compute.zones.get': (call) => found(zones(call.world), `projects/${call.world.project}/zones/${given(call, 'zone')}`),
  'compute.zones.list': ({ world, parameters }) => listAnswer('compute#zoneList', `projects/${world.project}/zones`, zones(world), 'Zone', parameters),
  'compute.regions.get': (call) => {
    regionIn(call.world, given(call, 'region'));
    return regionView(call.world);
  },
  'compute.networks.get': (call) =>
    found([{ name: networkName(call.world), view: networkView(call.world) }], `projects/${call.world.project}/global/networks/${given(call, 'network')}`),
  'compute.subnetworks.get': (call) =>
    found(
      [{ name: subnetworkName(call.world), view: subnetworkView(call.world, call.parameters['views']) }],
      `${regionIn(call.world, given(call, 'region'))}/subnetworks/${given(call, 'subnetwork')}`,
    ),
  'compute.firewalls.get': (call) => found(firewallViews(call.world), `projects/${call.world.project}/global/firewalls/${given(call, 'firewall')}`),
  'compute.firewalls.list': ({ world, parameters }) =>
    listAnswer('compute#firewallList', `projects/${world.project}/global/firewalls`, firewallViews(world), 'Firewall', parameters),
  'compute.projects.get': ({ world }) => projectView(world),
} satisfies Readonly<Record<string, Handler>>;
