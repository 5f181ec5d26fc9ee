/** What a script needs of a cloud's SDK: one call for one machine. */
export interface PlainCloud {
  /** Gives what the machine is called from then on. */
  start(name: string): Promise<string>;
  runs(machine: string): Promise<boolean>;
  remove(machine: string): Promise<void>;
  isGone(machine: string): Promise<boolean>;
}
