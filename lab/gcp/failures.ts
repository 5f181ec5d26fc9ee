import { jsonOf } from './json.ts';
import type { Failure } from './operations.ts';

/** No room in a zone: https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-resource-availability */
export function exhausted(project: string, zone: string, machineType: string): Failure {
  return {
    code: 'ZONE_RESOURCE_POOL_EXHAUSTED',
    message: `The zone 'projects/${project}/zones/${zone}' does not have enough resources available to fulfill the request.  Try a different zone, or try again later.`,
    status: 503,
    statusText: 'SERVICE UNAVAILABLE',
    details: [
      {
        errorInfo: {
          reason: 'resource_availability',
          domain: 'compute.googleapis.com',
          metadatas: { zone, vmType: machineType, zonesAvailable: '', attachment: '' },
        },
      },
      { help: { links: [{ description: 'Troubleshooting documentation', url: 'https://cloud.google.com/compute/docs/resource-error' }] } },
      { localizedMessage: { locale: 'en-US', message: `A ${machineType} VM instance is currently unavailable in the ${zone} zone.` } },
    ],
  };
}

/** https://cloud.google.com/compute/resource-usage and the discovery document's QuotaExceededInfo. */
export function quotaExceeded(metric: string, limit: number, region: string): Failure {
  return {
    code: 'QUOTA_EXCEEDED',
    message: `Quota '${metric}' exceeded.  Limit: ${limit.toFixed(1)} in region ${region}.`,
    status: 403,
    statusText: 'FORBIDDEN',
    details: [
      {
        quotaInfo: {
          metricName: `compute.googleapis.com/${metric.toLowerCase()}`,
          limitName: `${metric}-per-project-region`,
          dimensions: jsonOf({ region }),
          limit,
        },
      },
    ],
  };
}

export function goneMeanwhile(name: string): Failure {
  return { code: 'RESOURCE_NOT_FOUND', message: `The resource '${name}' was not found`, status: 404, statusText: 'NOT FOUND' };
}

export function notReadyFailure(name: string): Failure {
  return { code: 'RESOURCE_NOT_READY', message: `The resource '${name}' is not ready`, status: 400, statusText: 'BAD REQUEST' };
}

export function staleFailure(message: string): Failure {
  return { code: 'CONDITION_NOT_MET', message, status: 412, statusText: 'PRECONDITION FAILED' };
}
