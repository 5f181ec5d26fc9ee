/** What the images of a lab's machines have in common; `{address}` and `{root}` (the machine's own directory) are filled in. */
export interface MachineImage {
  /** Of everything that runs on the machine, its services too. PATH is that of the lab. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * For machines that cannot have a root of their own (no root rights and no user namespaces): more environment, and a command of the
   * shell that the image starts at every boot but the first, as a machine without a service manager needs it.
   */
  readonly shared?: { readonly environment: Readonly<Record<string, string>>; readonly laterBoots: string };
}
