import type { IncomingMessage, ServerResponse } from 'node:http';

/** A machine as a cloud of the lab asks for it. */
export interface MachineSpec {
  /** Unique in the lab. */
  readonly id: string;
  /** A loopback address of its own: its programs listen there. */
  readonly address: string;
  /** The bytes that the API received, run at the first boot. Absent: an empty machine. */
  readonly userData?: Uint8Array;
  /** It runs, and its boot script never does. */
  readonly failsToBoot?: boolean;
  /** Its metadata service: told to its programs in this variable, as `host:port` or as a URL. */
  readonly metadata?: {
    readonly variable: string;
    readonly form: 'host' | 'url';
    handle(request: IncomingMessage, response: ServerResponse): void;
  };
}

/** Where the machines of a cloud run. A cloud without one answers its API, and nothing boots. */
export interface MachineHost {
  /** Begins the first boot, after a delay as a real one has. Returns at once. */
  boot(machine: MachineSpec): void;
  /** Resolves when it is off: `polite` lets programs end by themselves for a while, `power` does not. One that is off stays so. */
  stop(id: string, how: 'polite' | 'power'): Promise<void>;
  /** Runs again what ran before, with the disk as it was; the boot script does not run again. Returns at once. */
  start(id: string): void;
  /** Power off, and its disk is gone. Absent is success. */
  remove(id: string): Promise<void>;
}
