import type { _InstanceType } from '@aws-sdk/client-ec2';
import { smallestShape } from '../nearestShape.ts';
import { idOf, instances, stateOf } from './instances.ts';
import type { Site } from './site.ts';
import { literally, TAG, tagsOf } from './tags.ts';

/** Of a thing that is never made. */
const NOBODY = { role: 'permitted', generation: 1 };

/**
 * Asks EC2 whether the credentials for changing may start an instance here, and stop one of ours where there is any, without doing it
 * (DryRun: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html). Throws what EC2 says when not.
 */
export async function checkPermitted(site: Site, signal: AbortSignal): Promise<void> {
  const { ec2, config, catalogue, installation } = site;
  const [image] = Object.values(config.images);
  if (image !== undefined) {
    const { arch } = await catalogue.image(ec2, image, signal);
    const owner = { installation, run: 'permitted', expires: 'never' };
    const Tags = tagsOf({ id: { owner, ...NOBODY }, digest: '', ports: {}, replicas: 1, share: 0 });
    await dryRun(
      ec2.runInstances(
        {
          DryRun: true,
          ImageId: image,
          InstanceType: smallestShape(await catalogue.shapes(ec2, config, signal), arch) as _InstanceType,
          SubnetId: config.subnets[0],
          MinCount: 1,
          MaxCount: 1,
          MetadataOptions: { HttpTokens: 'required', HttpEndpoint: 'enabled' },
          TagSpecifications: (['instance', 'volume'] as const).map((ResourceType) => ({ ResourceType, Tags })),
          ...(config.securityGroups && { SecurityGroupIds: config.securityGroups }),
          ...(config.keyName !== undefined && { KeyName: config.keyName }),
          ...(config.instanceProfile !== undefined && { IamInstanceProfile: { Name: config.instanceProfile } }),
        },
        signal,
      ),
    );
  }
  for await (const instance of instances(site, [{ Name: `tag:${TAG.installation}`, Values: [literally(installation)] }], signal)) {
    if (stateOf(instance) !== 'running') continue;
    await dryRun(ec2.stopInstances({ DryRun: true, InstanceIds: [idOf(instance)] }, signal));
    return;
  }
}

/** What would have been done is told as an error too. */
async function dryRun(asked: Promise<unknown>): Promise<void> {
  await asked.catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'DryRunOperation')) throw error;
  });
}
