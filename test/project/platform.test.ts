import { describe, expect, it } from 'vitest';
import { wheelPlatform } from '../../cli/setup/platform.mjs';

describe('the wheel platform', () => {
  it.each([
    ['linux', 'x64', 'manylinux2014_x86_64'],
    ['linux', 'arm64', 'manylinux2014_aarch64'],
    ['darwin', 'x64', 'macosx_10_9_x86_64'],
    ['darwin', 'arm64', 'macosx_11_0_arm64'],
  ])('of %s on %s is %s', (platform, arch, wheel) => {
    expect(wheelPlatform({ platform, arch, libc: 'glibc' })).toBe(wheel);
  });

  it('is known for this machine', () => {
    expect(wheelPlatform()).toMatch(/^(manylinux2014|macosx)_/);
  });

  it.each([
    [{ platform: 'linux', arch: 'x64', libc: 'musl' } as const, /this Linux uses musl.*use Debian/],
    [{ platform: 'win32', arch: 'x64' }, /no build for Windows itself.*use WSL/],
    [{ platform: 'linux', arch: 'riscv64', libc: 'glibc' } as const, /no build for linux on riscv64.*x86-64 or arm64/],
    [{ platform: 'freebsd', arch: 'x64' }, /no build for freebsd on x64/],
  ])('is refused in one line on %o', (machine, why) => {
    expect(() => wheelPlatform(machine)).toThrow(why);
  });
});
