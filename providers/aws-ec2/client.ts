import type {
  CreateTagsCommandInput,
  DeleteTagsCommandInput,
  DescribeImagesCommandInput,
  DescribeImagesCommandOutput,
  DescribeInstanceAttributeCommandInput,
  DescribeInstanceAttributeCommandOutput,
  DescribeInstancesCommandInput,
  DescribeInstancesCommandOutput,
  DescribeInstanceTypesCommandInput,
  DescribeInstanceTypesCommandOutput,
  DescribeSubnetsCommandInput,
  DescribeSubnetsCommandOutput,
  EC2,
  EC2ClientConfig,
  ModifyInstanceAttributeCommandInput,
  RunInstancesCommandInput,
  RunInstancesCommandOutput,
  StartInstancesCommandInput,
  StopInstancesCommandInput,
  TerminateInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import type { AwsEc2Config } from './config.ts';
import type { AwsCredentials } from './credentials.ts';
import { classify } from './errors.ts';
import type { Pace } from '../pace.ts';

/** The calls that the driver makes, and no others. Each is sent once: trying again is for who called. */
export interface Ec2 {
  describeInstances(input: DescribeInstancesCommandInput, signal: AbortSignal): Promise<DescribeInstancesCommandOutput>;
  describeInstanceTypes(input: DescribeInstanceTypesCommandInput, signal: AbortSignal): Promise<DescribeInstanceTypesCommandOutput>;
  describeImages(input: DescribeImagesCommandInput, signal: AbortSignal): Promise<DescribeImagesCommandOutput>;
  describeSubnets(input: DescribeSubnetsCommandInput, signal: AbortSignal): Promise<DescribeSubnetsCommandOutput>;
  /** With the credentials for changing: user-data holds secrets, and who only reads is not to read them. */
  describeInstanceAttribute(input: DescribeInstanceAttributeCommandInput, signal: AbortSignal): Promise<DescribeInstanceAttributeCommandOutput>;
  runInstances(input: RunInstancesCommandInput, signal: AbortSignal): Promise<RunInstancesCommandOutput>;
  terminateInstances(input: TerminateInstancesCommandInput, signal: AbortSignal): Promise<unknown>;
  startInstances(input: StartInstancesCommandInput, signal: AbortSignal): Promise<unknown>;
  stopInstances(input: StopInstancesCommandInput, signal: AbortSignal): Promise<unknown>;
  createTags(input: CreateTagsCommandInput, signal: AbortSignal): Promise<unknown>;
  deleteTags(input: DeleteTagsCommandInput, signal: AbortSignal): Promise<unknown>;
  modifyInstanceAttribute(input: ModifyInstanceAttributeCommandInput, signal: AbortSignal): Promise<unknown>;
  close(): void;
}

/** One for reading, one for changing: each with its own credentials and its own pace. */
export interface Clients {
  readonly read: Pace;
  readonly write: Pace;
  credentials(which: 'read' | 'write'): Promise<AwsCredentials | undefined>;
}

/** Loads the SDK with the first call. */
export function ec2(config: AwsEc2Config, { read, write, credentials }: Clients): Ec2 {
  const lazy = (which: 'read' | 'write') => {
    let client: Promise<EC2> | undefined;
    const open = async (): Promise<EC2> => new (await import('@aws-sdk/client-ec2')).EC2(settings(config, await credentials(which)));
    return {
      get: () =>
        (client ??= open().catch((error: unknown) => {
          client = undefined;
          throw error;
        })),
      close: () =>
        void client?.then(
          (opened) => opened.destroy(),
          () => {},
        ),
    };
  };
  const clients = { read: lazy('read'), write: lazy('write') };
  const paces = { read, write };

  const send = async <T>(
    which: 'read' | 'write',
    signal: AbortSignal,
    call: (client: EC2, options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> => {
    const pace = paces[which];
    await pace.turn(signal);
    const client = await clients[which].get();
    return pace.watch(classify, () => call(client, { abortSignal: signal }));
  };

  return {
    describeInstances: (input, signal) => send('read', signal, (client, options) => client.describeInstances(input, options)),
    describeInstanceTypes: (input, signal) => send('read', signal, (client, options) => client.describeInstanceTypes(input, options)),
    describeImages: (input, signal) => send('read', signal, (client, options) => client.describeImages(input, options)),
    describeSubnets: (input, signal) => send('read', signal, (client, options) => client.describeSubnets(input, options)),
    describeInstanceAttribute: (input, signal) => send('write', signal, (client, options) => client.describeInstanceAttribute(input, options)),
    runInstances: (input, signal) => send('write', signal, (client, options) => client.runInstances(input, options)),
    terminateInstances: (input, signal) => send('write', signal, (client, options) => client.terminateInstances(input, options)),
    startInstances: (input, signal) => send('write', signal, (client, options) => client.startInstances(input, options)),
    stopInstances: (input, signal) => send('write', signal, (client, options) => client.stopInstances(input, options)),
    createTags: (input, signal) => send('write', signal, (client, options) => client.createTags(input, options)),
    deleteTags: (input, signal) => send('write', signal, (client, options) => client.deleteTags(input, options)),
    modifyInstanceAttribute: (input, signal) => send('write', signal, (client, options) => client.modifyInstanceAttribute(input, options)),
    close() {
      clients.read.close();
      clients.write.close();
    },
  };
}

function settings({ region, endpoint }: AwsEc2Config, credentials: AwsCredentials | undefined): EC2ClientConfig {
  return {
    region,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 5000, requestTimeout: 60_000 },
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && ('profile' in credentials ? { profile: credentials.profile } : { credentials })),
  };
}
