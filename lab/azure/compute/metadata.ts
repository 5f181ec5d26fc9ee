import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cloud } from '../cloud.ts';
import { isObject } from '../json.ts';
import type { Vm } from './vm.ts';

/** What a machine may ask about itself: https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service */
export function metadataHandler(cloud: Cloud, vm: Vm): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://metadata');
    const refuse = (status: number, error: string): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    if (request.method !== 'GET') return refuse(405, 'Method not allowed');
    if (request.headers.metadata?.toString().toLowerCase() !== 'true') return refuse(400, 'Bad request. Required metadata header not specified or not correct');
    if (request.headers['x-forwarded-for'] !== undefined) return refuse(400, 'Bad request. A forwarded request is not answered');
    const version = url.searchParams.get('api-version');
    if (version === null) return refuse(400, 'Bad request. api-version was not specified in the request');
    if (!VERSIONS.includes(version))
      return refuse(400, `Bad request. api-version is invalid or was not specified in the request. The newest are ${VERSIONS.join(', ')}`);
    const [first, second, ...path] = url.pathname.split('/').filter((part) => part !== '');
    if (first !== 'metadata' || second !== 'instance') return refuse(404, 'Not found');
    const found = path.reduce<unknown>(
      (value, name) => (Array.isArray(value) ? value[Number(name)] : isObject(value) ? value[name] : undefined),
      instance(cloud, vm),
    );
    if (found === undefined) return refuse(404, 'Not found');
    const text = url.searchParams.get('format') === 'text';
    if (isObject(found) || Array.isArray(found)) {
      if (text) return refuse(400, 'Bad request. The format text is for single values');
      return void response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(found));
    }
    if (!text) return refuse(404, 'Not found. A single value is read with format=text');
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(String(found));
  };
}

const VERSIONS = ['2021-01-01', '2021-02-01', '2021-05-01', '2021-10-01', '2021-11-15', '2021-12-13', '2023-07-01', '2023-11-15', '2025-04-07'];

function instance(cloud: Cloud, vm: Vm): object {
  const nics = vm.nics.map((id) => cloud.nics.get(id)).filter((nic) => nic !== undefined);
  return {
    compute: {
      azEnvironment: 'AzurePublicCloud',
      location: cloud.location,
      name: vm.name,
      osType: 'Linux',
      provider: 'Microsoft.Compute',
      resourceGroupName: vm.group,
      resourceId: vm.id,
      subscriptionId: cloud.subscription,
      tags: Object.entries(vm.tags ?? {})
        .map(([name, value]) => `${name}:${value}`)
        .join(';'),
      tagsList: Object.entries(vm.tags ?? {}).map(([name, value]) => ({ name, value })),
      userData: vm.properties.userData ?? '',
      // Taken away from this service: https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service#custom-data
      customData: '',
      vmId: vm.vmId,
      vmSize: vm.size,
      zone: vm.zones?.[0] ?? '',
    },
    network: {
      interface: nics.map(({ mac, ipConfigurations }) => ({
        ipv4: {
          ipAddress: ipConfigurations.map(({ address, publicIp }) => ({
            privateIpAddress: address,
            publicIpAddress: cloud.publicIps.get(publicIp)?.address ?? '',
          })),
        },
        ipv6: { ipAddress: [] },
        macAddress: mac.replaceAll('-', ''),
      })),
    },
  };
}
