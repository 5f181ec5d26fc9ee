/** The wheel platform of a machine, this one by default. Throws a one-line error where Muster cannot run. */
export function wheelPlatform(machine?: { readonly platform: string; readonly arch: string; readonly libc?: 'glibc' | 'musl' }): string;
