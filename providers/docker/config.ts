import { z } from 'zod';

const path = z.string().regex(/^\//, { error: 'a path from the root on' });

/** A site of muster.yaml whose machines are containers of one Docker or Podman host. Networks and images are made by the operator. */
export const dockerConfig = z.strictObject({
  provider: z.literal('docker'),
  host: z
    .string()
    .regex(/^(unix:\/\/\/.+|tcp:\/\/[^/:]+:\d+)$/, { error: 'a host such as unix:///run/docker.sock or tcp://rack-1:2376' })
    .default('unix:///var/run/docker.sock')
    .describe("Where the API answers: a socket of the worker's own machine, or a host."),
  tls: z
    .strictObject({
      ca: path.describe('Who signed the host.'),
      cert: path.describe('The certificate of who asks.'),
      key: path.describe('Its key.'),
    })
    .optional()
    .describe('Files in PEM: who signed the host, and the certificate and the key of who asks. Without them `tcp://` is neither private nor safe.'),
  network: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, { error: 'the name of a network, as `docker network ls` shows it' })
    .default('muster')
    .describe('Where its containers are reached: a bridge network with a subnet of its own, since containers keep their address.'),
  location: z.string().optional(),
  vendor: z.string().optional(),
  images: z.record(z.string(), z.string().min(1)).default({}).describe('A reference or an id of an image that this host holds.'),
});
export type DockerConfig = z.infer<typeof dockerConfig>;
